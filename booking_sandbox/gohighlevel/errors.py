"""GoHighLevel's error bodies: one sentence for most refusals, a list of sentences where values are checked."""

from __future__ import annotations

import json
import uuid
from typing import Any

from werkzeug.wrappers import Response


class GhlRefused(Exception):
    """A call that ends with an error body."""

    def __init__(self, status: int, message: str | list[str], error: str | None = None, **more: Any) -> None:
        super().__init__(str(message))
        self.status, self.message, self.error, self.more = status, message, error, more

    def answer(self) -> Response:
        """The response to send."""
        body: dict[str, Any] = {"statusCode": self.status, "message": self.message, **self.more}
        if self.error:
            body["error"] = self.error
        return as_json(body, self.status)


def as_json(body: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer with the trace id that every answer has."""
    traced = {**body, "traceId": str(uuid.uuid4())}
    return Response(json.dumps(traced), status, content_type="application/json; charset=utf-8")


def invalid_token() -> GhlRefused:
    """The token is missing, unknown, expired or revoked."""
    return GhlRefused(401, "Invalid token: access token is invalid", "Unauthorized")


def missing_scope() -> GhlRefused:
    """The token is good, but may not do this; the status is the same."""
    return GhlRefused(401, "The token is not authorized for this scope.", "Unauthorized")


def wrong_location() -> GhlRefused:
    """The token belongs to another sub-account."""
    return GhlRefused(403, "The token does not have access to this location.", "Forbidden")


def unprocessable(problems: list[str]) -> GhlRefused:
    """Members that are not known or values that do not fit."""
    return GhlRefused(422, problems, "Unprocessable Entity")


def duplicated(contact_id: str, name: str, matching_field: str, *, tells: bool) -> GhlRefused:
    """Another contact has this e-mail address or phone; its id is sometimes told and sometimes not."""
    meta = {"contactId": contact_id, "contactName": name, "matchingField": matching_field}
    more = {"meta": meta} if tells else {}
    return GhlRefused(400, "This location does not allow duplicated contacts.", None, **more)


def contact_not_found() -> GhlRefused:
    """No such contact; not a 404."""
    return GhlRefused(400, "Contact not found", "Bad Request")


def not_found(method: str, path: str) -> GhlRefused:
    """No such address."""
    return GhlRefused(404, f"Cannot {method} {path}", "Not Found")


def too_many(*, interval_milliseconds: int = 10_000) -> Response:
    """429: there is no Retry-After, only the interval of the limit."""
    response = GhlRefused(429, "Too Many Requests", None).answer()
    response.headers["X-RateLimit-Interval-Milliseconds"] = str(interval_milliseconds)
    response.headers["X-RateLimit-Remaining"] = "0"
    return response
