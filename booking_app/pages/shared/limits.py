"""How often one address may post, and how often it may try keys that lead nowhere.

Reading pages is not limited: it costs no write and rarely a remote call.
"""

import structlog
from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RequestLimit
from werkzeug.middleware.proxy_fix import ProxyFix

from booking_app.core.tokens import hash_token
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.visitors import visitor

POSTS = "120 per minute; 1200 per hour"
AUTOSAVES = "40 per minute; 600 per hour"  # of one draft
LOOKUPS = "60 per minute"
SIGN_INS = "30 per 5 minutes; 200 per day"
# A patient meets a key that leads nowhere when a page was left open for long: now and then, never at speed.
MISSES = "30 per minute; 300 per hour"
MISSED = (404, 410)

log = structlog.get_logger("booking_app.pages.shared")


def _is_nobody() -> bool:
    return not visitor()


def _asks_without_key() -> bool:
    """Whether the address holds no key of a draft or a booking, or nobody can be told from others."""
    return "token" not in (request.view_args or {}) or _is_nobody()


def _draft() -> str:
    """The key of the draft in the address, as a name that leads nowhere."""
    return hash_token(str((request.view_args or {}).get("token", "")))


def _led_nowhere(response: Response) -> bool:
    return response.status_code in MISSED


def _tell(limit: RequestLimit) -> None:
    # The route names the kind of address that was asked for; the key in it stays out, and so does who asked.
    log.warning("limit_reached", route=request.url_rule.rule if request.url_rule else "unknown", limit=str(limit.limit))


limiter = Limiter(
    visitor,
    storage_uri="memory://",
    strategy="moving-window",
    headers_enabled=False,
    application_limits=[MISSES],
    application_limits_exempt_when=_asks_without_key,
    application_limits_deduct_when=_led_nowhere,
    on_breach=_tell,
)


def register(app: Flask) -> None:
    app.config.setdefault("POSTS_LIMIT", POSTS)
    with app.app_context():
        proxies = use_cases().settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    limiter.init_app(app)


def _posts_limit() -> str:
    return str(current_app.config["POSTS_LIMIT"])


limit_posts = limiter.limit(_posts_limit, methods=["POST"], exempt_when=_is_nobody)
# Counted by draft: phones behind one carrier share an address, and a patient who types is no reason to stop another.
limit_autosaves = limiter.limit(AUTOSAVES, key_func=_draft, methods=["POST"])
limit_sign_ins = limiter.limit(SIGN_INS, methods=["POST"], exempt_when=_is_nobody)
limit_lookups = limiter.limit(LOOKUPS, exempt_when=_is_nobody)
