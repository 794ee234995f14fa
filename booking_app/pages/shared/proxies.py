"""Who is really asking: read past the trusted proxies, and into one clean address for everything that follows."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.network import read_address

UNKNOWN = "unknown"


def register(app: Flask) -> None:
    """Let the application see visitors' addresses, their scheme and their host as the trusted proxies tell them."""
    with app.app_context():
        proxies = use_cases().settings.trusted_proxies
    app.wsgi_app = CleanAddress(app.wsgi_app, proxies)  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]


class CleanAddress:
    """Makes REMOTE_ADDR the visitor's address without port, brackets or zone, or `unknown`.

    It is the one that the outermost trusted proxy saw: what stands before it was written by whoever came. Commas part
    the addresses and nothing else does: a quotation mark that a visitor sent must not swallow what a proxy appended.
    """

    def __init__(self, app: Any, proxies: int) -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        hops = forwarded.split(",") if forwarded else []
        is_forwarded = 0 < self._proxies <= len(hops)
        address = read_address(hops[-self._proxies] if is_forwarded else environ.get("REMOTE_ADDR"))
        environ["REMOTE_ADDR"] = UNKNOWN if address is None else str(address)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
