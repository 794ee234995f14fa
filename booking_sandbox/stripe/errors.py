"""Stripe's error bodies."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response


class StripeRefused(Exception):
    """A call that ends with an error object."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.more = status, kind, message, more

    def answer(self) -> Response:
        """The response to send."""
        return as_json({"error": {"type": self.kind, "message": self.message, **self.more}}, self.status)


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json")


def invalid(message: str, *, code: str, **more: Any) -> StripeRefused:
    """A request that will never be accepted as it is."""
    return StripeRefused(400, "invalid_request_error", message, code=code, **more)


def unknown_parameter(name: str) -> StripeRefused:
    return invalid(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def missing_parameter(name: str) -> StripeRefused:
    return invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)


def invalid_parameter(name: str, why: str) -> StripeRefused:
    return invalid(f"Invalid {name}: {why}", code="parameter_invalid", param=name)


def no_such(kind: str, object_id: str) -> StripeRefused:
    return StripeRefused(
        404, "invalid_request_error", f"No such {kind}: '{object_id}'", code="resource_missing", param="id"
    )


def unexpected_state(message: str) -> StripeRefused:
    """The payment is not where this call would need it."""
    return invalid(message, code="payment_intent_unexpected_state")


def unauthorized() -> StripeRefused:
    return StripeRefused(401, "invalid_request_error", "Invalid API Key provided.")


def forbidden(resource: str) -> StripeRefused:
    return StripeRefused(
        403, "invalid_request_error", f"The provided key does not have the required permissions for {resource}."
    )


def idempotency_mismatch() -> StripeRefused:
    message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
    return StripeRefused(400, "idempotency_error", message)


def too_many(seconds: float) -> Response:
    response = StripeRefused(429, "invalid_request_error", "Too many requests.", code="rate_limit").answer()
    if seconds:
        response.headers["Retry-After"] = str(round(seconds))
    return response
