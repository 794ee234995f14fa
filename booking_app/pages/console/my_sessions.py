"""Where one is signed in: a list, and ending any of it."""

from datetime import timedelta
from typing import cast

from flask import Response, flash, redirect, url_for

from booking_app.pages.console import security
from booking_app.pages.console.access import allow_signed_in, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.devices import remember_device
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases


@blueprint.get("/account/sessions", endpoint="account_sessions")
@allow_signed_in
def sessions() -> Response:
    """Every browser in which the person is signed in, this one marked."""
    me = current_staff()
    now = use_cases().clock.now()
    found = use_cases().staff_sessions.of(me.id, me.session_key, now)
    shown = [(each, ago(now - each.seen_at), ago(now - each.begun_at)) for each in found]
    return show("console/account_sessions.html", title="Where you are signed in", sessions=shown)


@blueprint.post("/account/sessions/<int:session_id>/end", endpoint="account_session_end")
@allow_signed_in
def end(session_id: int) -> Response:
    """End one of them; it is signed out with its next click."""
    use_cases().staff_sessions.end_one(current_staff().id, session_id)
    flash("That device has been signed out.", "quiet")
    return _back()


@blueprint.post("/account/sign-out-everywhere", endpoint="account_sign_out_everywhere")
@allow_signed_in
def end_others() -> Response:
    """End every session of the person but this one, and let no device be known any more."""
    me = current_staff()
    security.accounts().set_uniquifier(me)
    use_cases().staff_sessions.end_others(me.id, me.session_key)
    flash("Every other device has been signed out.", "quiet")
    response = _back()
    remember_device(response, me)
    return response


def ago(span: timedelta) -> str:
    """How long ago in words, in the largest unit that fits."""
    minutes = max(int(span.total_seconds()) // 60, 0)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def _back() -> Response:
    return cast(Response, redirect(url_for("console.account_sessions"), code=303))
