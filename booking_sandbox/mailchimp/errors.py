"""Mailchimp's problem documents. Clients tell them apart by the title, and by the sentence where titles are shared."""

from __future__ import annotations

import json
import uuid
from typing import Any

from werkzeug.wrappers import Response

FieldErrors = list[dict[str, str]]


class MailchimpRefused(Exception):
    """A call that ends with a problem document."""

    def __init__(self, status: int, title: str, detail: str, *, errors: FieldErrors | None = None) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.errors = status, title, detail, errors

    def answer(self) -> Response:
        """The response to send, with an instance of its own."""
        body: dict[str, Any] = {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": str(uuid.uuid4()),
        }
        if self.errors:
            body["errors"] = self.errors
        return Response(json.dumps(body), self.status, content_type="application/problem+json; charset=utf-8")


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def nothing() -> Response:
    """204 without a body."""
    return Response("", 204)


def too_many() -> Response:
    """429 as the gateway sends it: no body to speak of, no header that names a wait."""
    return Response("", 429, content_type="text/html")


def key_invalid() -> MailchimpRefused:
    """The key is missing, unknown or revoked."""
    detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
    return MailchimpRefused(401, "API Key Invalid", detail)


def forbidden() -> MailchimpRefused:
    """The key is good, but its user may not do this."""
    return MailchimpRefused(403, "Forbidden", "You are not permitted to access this resource.")


def not_found() -> MailchimpRefused:
    """No such member, audience or address: all three look the same."""
    return MailchimpRefused(404, "Resource Not Found", "The requested resource could not be found.")


def invalid(detail: str, errors: FieldErrors | None = None) -> MailchimpRefused:
    """The body is understood and not accepted."""
    return MailchimpRefused(400, "Invalid Resource", detail, errors=errors)


def not_validated(errors: FieldErrors) -> MailchimpRefused:
    """The body has another shape than the call takes."""
    detail = "The resource submitted could not be validated. For field-specific details, see the 'errors' array."
    return invalid(detail, errors)


def merge_fields_invalid(errors: FieldErrors) -> MailchimpRefused:
    """Values that the audience's fields do not take."""
    return invalid("Your merge fields were invalid.", errors)


def in_compliance_state(email: str) -> MailchimpRefused:
    """Somebody unsubscribed themselves, bounced or was reviewed: no caller brings them back."""
    detail = (
        f"{email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed."
    )
    return MailchimpRefused(400, "Member In Compliance State", detail)


def forgotten(email: str) -> MailchimpRefused:
    """Somebody was deleted for good."""
    detail = (
        f"{email} was permanently deleted and cannot be re-imported. "
        "The contact must re-subscribe to get back on the list."
    )
    return MailchimpRefused(400, "Forgotten Email Not Subscribed", detail)


def member_exists(email: str) -> MailchimpRefused:
    """The address is there, under another path than the one that was called."""
    detail = f"{email} is already a list member. Use PUT to insert or update list members."
    return MailchimpRefused(400, "Member Exists", detail)
