"""Around the whole application: hosts that no address can have are refused, and nothing ends in a traceback."""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import structlog
from flask import Flask

from booking_app.core.hosts import is_host

BODILESS = "/healthz"  # answered whatever is sent with it and however slowly, which is how `doctor` looks at a proxy
PORT = re.compile(r"(.*):([0-9]{1,5})", re.ASCII | re.DOTALL)

log = structlog.get_logger("booking_app.web")


def register(app: Flask) -> None:
    """Call before what reads forwarded headers, so that the host it tells is looked at too."""
    app.wsgi_app = Guard(app.wsgi_app)  # type: ignore[method-assign]


def is_host_header(text: str) -> bool:
    """Whether this can stand in an address: a name or number, and perhaps a port."""
    host, port = (found[1], found[2]) if (found := PORT.fullmatch(text)) else (text, "1")
    return is_host(host) and 1 <= int(port) <= 65535


class Guard:
    """Refuses a request before routing, where it has no host that could be written into a link."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if "\0" in path or ("HTTP_HOST" in environ and not is_host_header(environ["HTTP_HOST"])):
            return _plain(start_response, "400 Bad Request", "This address cannot be opened. Check it and try again.")
        if path == BODILESS:
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
        try:
            answer: Iterable[bytes] = self._app(environ, start_response)
        except Exception as error:  # noqa: BLE001 - the error page itself could not be made
            log.error("unexpected", error=type(error).__name__, where=place_of(error))
            return _plain(start_response, "500 Internal Server Error", "Something went wrong. Please try again.")
        return answer


def place_of(error: BaseException) -> str:
    """The module and line where it happened: says what broke without a word of the message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "unknown"


def _plain(start_response: Any, status: str, sentence: str) -> Iterable[bytes]:
    body = f"{sentence}\n".encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [body]
