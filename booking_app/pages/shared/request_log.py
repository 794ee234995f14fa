"""One line a request: method, route, status and time; never the address itself, which holds draft ids."""

import structlog
from flask import Flask, Response, g, request

from booking_app.pages.shared.access import use_cases

log = structlog.get_logger("booking_app.pages.shared")
QUIET = ("assets.asset",)


def register(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started_at = use_cases().clock.monotonic()


def _finish(response: Response) -> Response:
    if request.endpoint in QUIET:
        return response
    route = request.url_rule.rule if request.url_rule else "unknown"
    milliseconds = round((use_cases().clock.monotonic() - g.started_at) * 1000) if "started_at" in g else None
    log.info("request", method=request.method, route=route, status=response.status_code, ms=milliseconds)
    return response
