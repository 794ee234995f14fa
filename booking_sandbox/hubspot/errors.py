"""HubSpot's error bodies."""

from __future__ import annotations

import json
import uuid
from typing import Any

from werkzeug.wrappers import Response


class HubspotRefused(Exception):
    """A call that ends with an error body."""

    def __init__(
        self, status: int, category: str, message: str, *, errors: list[dict[str, Any]] | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.status, self.category, self.message, self.errors, self.more = status, category, message, errors, more

    def body(self) -> dict[str, Any]:
        """The JSON body, with a correlation id of its own."""
        body = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
        }
        if self.errors:
            body["errors"] = self.errors  # type: ignore[assignment]
        return {**body, **self.more}

    def answer(self) -> Response:
        """The response to send."""
        return as_json(self.body(), self.status)


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json;charset=utf-8")


def unauthenticated() -> HubspotRefused:
    """The token is missing or unknown."""
    return HubspotRefused(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")


def missing_scopes(scope: str) -> HubspotRefused:
    """The token may not do this."""
    detail = {"message": "One or more of these scopes are required.", "context": {"requiredGranularScopes": [scope]}}
    message = "This app hasn't been granted all required scopes to make this call."
    return HubspotRefused(403, "MISSING_SCOPES", message, errors=[detail], context={"requiredScopes": [scope]})


def not_found(message: str = "resource not found") -> HubspotRefused:
    """No such object, list or address."""
    return HubspotRefused(404, "OBJECT_NOT_FOUND", message)


def conflict(kind: str, existing_id: str) -> HubspotRefused:
    """The natural key is taken; the id stands in the text only."""
    name = {"contacts": "Contact"}.get(kind, "Object")
    return HubspotRefused(409, "CONFLICT", f"{name} already exists. Existing ID: {existing_id}")


def invalid(problems: list[tuple[str, str, str]]) -> HubspotRefused:
    """Bad property values, each as (property, code, sentence); they stand in ``errors`` and as JSON in the message."""
    listed = [{"isValid": False, "message": sentence, "error": code, "name": name} for name, code, sentence in problems]
    errors = [
        {"message": sentence, "code": code, "context": {"propertyName": [name]}} for name, code, sentence in problems
    ]
    return HubspotRefused(
        400, "VALIDATION_ERROR", f"Property values were not valid: {json.dumps(listed)}", errors=errors
    )


def bad_input(message: str) -> HubspotRefused:
    """The body is not what the call takes."""
    return HubspotRefused(400, "VALIDATION_ERROR", message)
