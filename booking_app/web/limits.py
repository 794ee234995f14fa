"""How often one address may post. Reading pages is not limited: it costs no write and rarely a remote call."""

from flask import Flask, current_app
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from booking_app.web.access import front
from booking_app.web.visitors import visitor

POSTS = "120 per minute; 1200 per hour"
LOOKUPS = "60 per minute"
SIGN_INS = "30 per 5 minutes; 200 per day"

limiter = Limiter(visitor, storage_uri="memory://", strategy="moving-window", headers_enabled=False)


def register(app: Flask) -> None:
    app.config.setdefault("POSTS_LIMIT", POSTS)
    with app.app_context():
        proxies = front().settings.trusted_proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    limiter.init_app(app)


def _posts_limit() -> str:
    return str(current_app.config["POSTS_LIMIT"])


def _is_nobody() -> bool:
    return not visitor()


limit_posts = limiter.limit(_posts_limit, methods=["POST"], exempt_when=_is_nobody)
limit_sign_ins = limiter.limit(SIGN_INS, methods=["POST"], exempt_when=_is_nobody)
limit_lookups = limiter.limit(LOOKUPS, exempt_when=_is_nobody)
