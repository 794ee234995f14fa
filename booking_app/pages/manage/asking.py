"""“Ask the clinic”: a message to the front desk, where it is too late to change the appointment online."""

from typing import Any

from flask import Response, redirect, request
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from booking_app.bookings.desk_messages import LONGEST, CannotAsk
from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts

TITLE = "Ask the clinic"


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class AskForm(TokenForm):
    """What the front desk should know."""

    message = TextAreaField(
        "Your message",
        [
            DataRequired("Write your message"),
            Length(max=LONGEST, message=f"Shorten your message to {LONGEST} characters or fewer"),
        ],
        filters=[_stripped],
        description="For example that you’d like another time. Please leave out anything about your health.",
        render_kw={"rows": 5, "maxlength": LONGEST},
    )


@blueprint.get("/ask", endpoint="asking")
def asking(token: str) -> Response:
    """The question; back to the booking where nobody would be told."""
    owned = load_owned(token)
    return _show(owned, AskForm(scope=_scope(token))) if owned.can_ask else _back(owned)


@blueprint.post("/ask", endpoint="ask")
@limit_posts
def ask(token: str) -> Response:
    """Keep it for the desk. Sending it again is harmless."""
    owned = load_owned(token)
    form = AskForm(request.form, scope=_scope(token))
    if not form.validate():
        return _show(owned, form, status=422)
    try:
        use_cases().desk_messages.ask(token, str(form.message.data))
    except CannotAsk:
        return owned.show("manage/cannot_ask.html", title=TITLE, status=409)
    return _back(owned, asked="1")


def _show(owned: OwnedBooking, form: AskForm, *, status: int = 200) -> Response:
    errors: list[Any] = list(form.message.errors) or ([STALE] if status == 422 else [])
    return owned.show("manage/ask.html", title=TITLE, status=status, form=form, error=errors[0] if errors else None)


def _back(owned: OwnedBooking, **query: str) -> Response:
    return redirect(owned.url("booking", **query), code=303)  # type: ignore[return-value]


def _scope(token: str) -> TokenScope:
    return TokenScope("ask", token)
