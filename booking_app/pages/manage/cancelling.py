"""Cancelling: why, and yes. Too late, it says whom to call."""

from typing import Any, cast, get_args

from flask import Response, redirect, request
from wtforms import RadioField

from booking_app.bookings.errors import TooLate
from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pms.practice import CancelReason

REASONS: Any = {
    "feeling_better": "I am feeling better",
    "condition_worse": "My condition is worse",
    "sick": "I am sick",
    "away": "I am away",
    "work": "Work",
    "other": "Another reason",
}


class CancelForm(TokenForm):
    """Why the appointment is cancelled; the reason may be left out."""

    reason = RadioField("Why are you cancelling?", choices=REASONS, default="", validate_choice=False)


@blueprint.get("/cancel", endpoint="cancelling")
def cancelling(token: str) -> Response:
    """The question before cancelling; nothing to ask where it cannot be done."""
    owned = load_owned(token)
    if not owned.booking.is_cancellable:
        return _back(owned)
    return owned.show(
        "manage/cancel.html", title="Cancel appointment", form=CancelForm(scope=_scope(token)), notice=None
    )


@blueprint.post("/cancel", endpoint="cancel")
@limit_posts
def cancel(token: str) -> Response:
    """Cancel in the practice system. Sending it again is harmless."""
    owned = load_owned(token)
    form = CancelForm(request.form, scope=_scope(token))
    if not form.validate():
        return owned.show("manage/cancel.html", title="Cancel appointment", status=422, form=form, notice=STALE)
    try:
        use_cases().managing.cancel(token, _reason(str(form.reason.data)))
    except TooLate:
        return owned.show("manage/too_late.html", title="Too late to cancel online", status=409)
    return _back(owned)


def _reason(posted: str) -> CancelReason:
    return cast(CancelReason, posted) if posted in get_args(CancelReason) else "other"


def _back(owned: OwnedBooking) -> Response:
    return redirect(owned.url("booking"), code=303)  # type: ignore[return-value]


def _scope(token: str) -> TokenScope:
    return TokenScope("cancel", token)
