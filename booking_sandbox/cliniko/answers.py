"""Cliniko's answers: JSON, empty, and the error bodies a Rails application gives."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any

from werkzeug.wrappers import Response

BLANK = "can’t be blank"
NOT_A_NUMBER = "is not a number"
INVALID = "is invalid"
NOT_INCLUDED = "is not included in the list"

_HTML_404 = """<!DOCTYPE html>
<html><head><title>The page you were looking for doesn't exist (404)</title></head>
<body><h1>The page you were looking for doesn't exist.</h1></body></html>
"""


class Refused(Exception, ABC):
    """A call that ends with an error body; subclasses are the kinds."""

    @abstractmethod
    def answer(self) -> Response:
        """The response to send."""


class NotFound(Refused):
    """The record is unknown, hidden, or not what may be seen here."""

    def answer(self) -> Response:
        return as_json({"status": "404", "error": "Not Found"}, 404)


class BadRequest(Refused):
    """A filter, sort or window that cannot be understood."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def answer(self) -> Response:
        return as_json({"message": self.message}, 400)


class Forbidden(Refused):
    """The key's role may not do this."""

    def answer(self) -> Response:
        return as_json({"message": "You are not authorized to perform this action."}, 403)


class Invalid(Refused):
    """Validation failed: one sentence (or null) per field, under Cliniko's internal names."""

    def __init__(self, errors: dict[str, str | None]) -> None:
        super().__init__("Validation Failed")
        self.errors = errors

    def answer(self) -> Response:
        return as_json({"message": "Validation Failed", "errors": self.errors}, 422)


class SchemaRefused(Refused):
    """A JSON value of the wrong type where a schema wants another: a 422 without ``errors``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def answer(self) -> Response:
        return as_json({"message": self.message}, 422)


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=utf-8")


def no_content() -> Response:
    """An empty 204."""
    return Response(b"", 204)


def html_not_found() -> Response:
    """What an address outside the API's routes gives: a web page."""
    return Response(_HTML_404, 404, content_type="text/html; charset=UTF-8")


def access_denied() -> Response:
    """What a bad key, or a key of another shard, gives: plain text and no hint."""
    return Response(
        "HTTP Basic: Access denied.\n",
        401,
        content_type="text/html",
        headers={"WWW-Authenticate": 'Basic realm="Application"'},
    )
