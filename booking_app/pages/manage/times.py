"""Choosing another time for an appointment: the same service at the same location. Nothing is written here."""

from flask import Response, redirect, request
from wtforms import StringField
from wtforms.validators import InputRequired

from booking_app.bookings.records import Choice
from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.manage.search import Search, read_search
from booking_app.pages.manage.times_page import times_page
from booking_app.pages.shared.form_tokens import TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.slots import read_value


class SlotForm(TokenForm):
    """The time chosen."""

    slot = StringField("Time", [InputRequired("Choose a time")])


@blueprint.get("/times", endpoint="times")
def times(token: str) -> Response:
    """A week of free times; after a lost one with the nearest three on top."""
    owned = load_owned(token)
    search = read_search(owned, request.args)
    if search is None or not owned.booking.is_movable:
        return refuse(owned)
    move = owned.booking.move
    lost = move.target if move and move.outcome == "lost" and request.args.get("lost") else None
    return show_times(search, SlotForm(scope=_scope(owned)), lost=lost)


@blueprint.post("/times", endpoint="choose")
@limit_posts
def choose(token: str) -> Response:
    """Go on to the check with the chosen time, if it is still there."""
    owned = load_owned(token)
    search = read_search(owned, request.args)
    if search is None or not owned.booking.is_movable:
        return refuse(owned)
    form = SlotForm(request.form, scope=_scope(owned))
    if not form.validate():
        return show_times(search, form, status=422)
    value = str(form.slot.data)
    if not search.offered(value):
        return show_times(search, form, status=409, lost=named(search, value))
    return redirect(owned.url("check", **search.query(slot=value)), code=303)  # type: ignore[return-value]


def refuse(owned: OwnedBooking) -> Response:
    """It cannot be moved here: too late, over, or not offered any more."""
    if owned.is_cancelled or owned.is_moving:
        return redirect(owned.url("booking"), code=303)  # type: ignore[return-value]
    return owned.show("manage/not_movable.html", title="Cannot be moved online", status=409)


def show_times(search: Search, form: SlotForm, *, status: int = 200, lost: Choice | None = None) -> Response:
    page = times_page(search, chosen=str(form.slot.data or ""), lost=lost)
    errors = [error for field in form for error in field.errors]
    title = "Choose a date and time"
    return search.owned.show("manage/times.html", title=title, status=status, page=page, form=form, errors=errors)


def slot_form(owned: OwnedBooking) -> SlotForm:
    """An empty form for the page of times."""
    return SlotForm(scope=_scope(owned))


def named(search: Search, value: str) -> Choice:
    """The time that a posted value names, whether it is offered or not."""
    return search.named(*read_value(value))


def _scope(owned: OwnedBooking) -> TokenScope:
    return TokenScope("move-times", owned.token)
