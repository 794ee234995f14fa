"""How often one network may post, and how often it may try keys that lead nowhere; counted by all processes together.

Reading pages is not limited here: it costs no write. What Cliniko is asked for a visitor has a limit of its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import TooManyRequests

from booking_app.core.rate_limits.rates import Rule, read_rates
from booking_app.core.tokens import hash_token
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.visitors import asker

POSTS = "120 per minute; 1200 per hour"
AUTOSAVES = "40 per minute; 600 per hour"  # of one draft
# Times held, one after another: with the minutes of a hold this bounds what one network can keep from others.
NEW_HOLDS = "30 per hour; 90 per day"
LOOKUPS = "60 per minute"
SIGN_INS = "30 per 5 minutes; 200 per day"
# A patient meets a key that leads nowhere when a page was left open for long: now and then, never at speed.
MISSES = "30 per minute; 300 per hour"
MISSED = (404, 410)

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger("booking_app.pages.shared")


def register(app: Flask) -> None:
    app.config.setdefault("POSTS_LIMIT", POSTS)
    app.before_request(_refuse_guessing)
    app.after_request(_count_misses)


def limit_posts(view: Callable[P, R]) -> Callable[P, R]:
    return _limited(view, lambda: rules_for_visitor("posts", str(current_app.config["POSTS_LIMIT"])))


def limit_autosaves(view: Callable[P, R]) -> Callable[P, R]:
    """By draft: phones behind one carrier share an address, and a patient who types is no reason to stop another."""
    return _limited(view, _rules_for_draft)


def limit_sign_ins(view: Callable[P, R]) -> Callable[P, R]:
    return _limited(view, lambda: rules_for_visitor("sign_ins", SIGN_INS))


def limit_lookups(view: Callable[P, R]) -> Callable[P, R]:
    return _limited(view, lambda: rules_for_visitor("lookups", LOOKUPS), methods=("GET", "HEAD", "POST"))


def count_new_hold() -> None:
    """Count one more draft that holds a time. Raises TooManyRequests."""
    limit_strictly("holds", NEW_HOLDS)


def limit_strictly(name: str, rates: str) -> None:
    """Count one more of something rarer than posting. Raises TooManyRequests."""
    _refuse_beyond(rules_for_visitor(name, rates))


def rules_for_visitor(name: str, rates: str) -> list[Rule]:
    """The rules for the visitor's network and the wider one; none for who cannot be told from others."""
    return [Rule(name, subject, rate.times(factor)) for rate in read_rates(rates) for subject, factor in asker()]


def _rules_for_draft() -> list[Rule]:
    draft = hash_token(str((request.view_args or {}).get("token", "")))
    return [Rule("autosaves", draft, rate) for rate in read_rates(AUTOSAVES)]


def _limited(
    view: Callable[P, R], rules: Callable[[], list[Rule]], methods: tuple[str, ...] = ("POST",)
) -> Callable[P, R]:
    @wraps(view)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.method in methods:
            _refuse_beyond(rules())
        return view(*args, **kwargs)

    return limited


def _refuse_beyond(rules: list[Rule]) -> None:
    if rules and (wait := use_cases().rate_limits.hit(*rules)):
        _tell(rules[0].name)
        raise TooManyRequests(retry_after=int(wait) + 1)


def _refuse_guessing() -> None:
    if _holds_key() and (rules := rules_for_visitor("misses", MISSES)) and use_cases().rate_limits.is_refused(*rules):
        _tell("misses")
        raise TooManyRequests


def _count_misses(response: Response) -> Response:
    if response.status_code in MISSED and _holds_key() and (rules := rules_for_visitor("misses", MISSES)):
        use_cases().rate_limits.hit(*rules)
    return response


def _holds_key() -> bool:
    return "token" in (request.view_args or {})


def _tell(name: str) -> None:
    # The route names the kind of address that was asked for; the key in it stays out, and so does who asked.
    log.warning("limit_reached", route=request.url_rule.rule if request.url_rule else "unknown", limit=name)
