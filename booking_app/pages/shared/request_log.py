"""One line a request: method, route, status and time; never the address itself, which holds draft ids."""

import structlog
from flask import Flask, Response, g, request

from booking_app.pages.shared.access import use_cases

log = structlog.get_logger("booking_app.web")
QUIET = ("assets.asset",)


def register(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_finish)


def log_request(method: str, route: str, status: int, seconds: float, *, from_cache: bool = False) -> None:
    """Write the line of one request; `route` is the rule, without what stood in the address."""
    told = {"from_cache": True} if from_cache else {}
    log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000), **told)


def _start() -> None:
    g.started_at = use_cases().clock.monotonic()


def _finish(response: Response) -> Response:
    if request.endpoint in QUIET:
        return response
    route = request.url_rule.rule if request.url_rule else "unknown"
    seconds = use_cases().clock.monotonic() - g.started_at if "started_at" in g else 0.0
    log_request(request.method, route, response.status_code, seconds)
    return response
