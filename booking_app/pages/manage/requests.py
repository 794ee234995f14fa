"""A request that is held until the clinic's calendar is back: look at it, or take it back."""

from flask import Response, redirect, request

from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts


def show_request(owned: OwnedBooking, *, notice: str | None = None, status: int = 200) -> Response:
    """What is kept for the patient, and how to be rid of it."""
    form = TokenForm(scope=_scope(owned.token))
    return owned.show("manage/request.html", title="Your request is held", status=status, form=form, notice=notice)


@blueprint.post("/take-back", endpoint="take_back")
@limit_posts
def take_back(token: str) -> Response:
    """Nothing is booked any more; what was confirmed meanwhile stays. Sending it again is harmless."""
    owned = load_owned(token, with_requests=True)
    if owned.is_request:
        if not TokenForm(request.form, scope=_scope(token)).validate():
            return show_request(owned, notice=STALE, status=422)
        use_cases().held_requests.take_back(token)
    return redirect(owned.url("booking"), code=303)  # type: ignore[return-value]


@blueprint.get("/take-back", endpoint="take_back_again")
def take_back_again(token: str) -> Response:
    """The button's own address, opened by itself, leads back to the request."""
    return redirect(load_owned(token, with_requests=True).url("booking"), code=303)  # type: ignore[return-value]


def _scope(token: str) -> TokenScope:
    return TokenScope("take-back", token)
