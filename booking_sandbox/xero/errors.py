"""Xero's refusals, as its clients meet them."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.xero.organisation import new_id


class XeroRefused(Exception):
    """A call that ends with an error body."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class ElementRefused(Exception):
    """One document of a call is refused; the sentences are Xero's."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer, amounts as numbers."""
    return Response(json.dumps(body, default=float), status, content_type="application/json; charset=utf-8")


def unauthorised(detail: str = "AuthenticationUnsuccessful") -> Response:
    """The token is no good (any more)."""
    return _problem(401, "Unauthorized", detail)


def forbidden(detail: str = "AuthenticationUnsuccessful") -> Response:
    """The token is good and does not reach there: another organisation, or a scope that was not asked for."""
    return _problem(403, "Forbidden", detail)


def _problem(status: int, title: str, detail: str) -> Response:
    return as_json({"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": new_id()}, status)


def bad_request(message: str, number: int = 17) -> XeroRefused:
    """The call itself cannot be read."""
    body = {"ErrorNumber": number, "Type": "QueryParseException", "Message": message}
    return XeroRefused(as_json(body, 400))


def not_valid(elements: list[dict[str, Any]]) -> XeroRefused:
    """With summarizeErrors every document is refused where one is."""
    body = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return XeroRefused(as_json(body, 400))


def not_found() -> XeroRefused:
    """No such record; plain text, as it comes."""
    return XeroRefused(Response("The resource you're looking for cannot be found", 404, content_type="text/html"))


def too_many(problem: str, retry_after: int | None) -> Response:
    """The limit is reached; the headers say which, the body nothing."""
    headers = {"X-Rate-Limit-Problem": problem}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response("", 429, headers=headers)
