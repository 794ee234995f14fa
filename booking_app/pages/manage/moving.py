"""Moving an appointment: the old and the new time side by side, and yes."""

from zoneinfo import ZoneInfo

from flask import Response, redirect, request

from booking_app.bookings.errors import SlotGone, TooLate
from booking_app.bookings.records import Choice
from booking_app.catalogue.who import is_pool, who_words
from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.manage.search import Search, read_search
from booking_app.pages.manage.times import named, refuse, show_times, slot_form
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts


class MoveForm(TokenForm):
    """Yes. The time stands in the address, which the token is bound to."""


@blueprint.get("/move", endpoint="check")
def check(token: str) -> Response:
    """What would become of the appointment. Nothing is written."""
    owned = load_owned(token)
    search = read_search(owned, request.args)
    if search is None or not owned.booking.is_movable:
        return refuse(owned)
    choices = search.offered(_slot())
    if not choices:
        return _gone(search)
    return _show(owned, search, choices[0], MoveForm(scope=_scope(token)))


@blueprint.post("/move", endpoint="move")
@limit_posts
def move(token: str) -> Response:
    """Move it in the practice system, while the patient waits some seconds. Sending it again is harmless."""
    owned = load_owned(token)
    if owned.is_moving:
        return _result(owned)
    search = read_search(owned, request.args)
    if search is None or not owned.booking.is_movable:
        return refuse(owned)
    choices = search.offered(_slot())
    form = MoveForm(request.form, scope=_scope(token))
    if not form.validate():
        return _show(owned, search, choices[0], form, status=422) if choices else _gone(search)
    try:
        is_asked = _ask(token, choices)
    except TooLate:
        return refuse(owned)
    return _result(owned) if is_asked else _gone(search)


def _ask(token: str, choices: list[Choice]) -> bool:
    """Ask for the first of the choices that nobody holds; False when all are held."""
    for choice in choices:
        try:
            use_cases().moving.move(token, choice)
        except SlotGone:
            continue
        return True
    return False


def _gone(search: Search) -> Response:
    return show_times(search, slot_form(search.owned), status=409, lost=named(search, _slot()))


def _result(owned: OwnedBooking) -> Response:
    return redirect(owned.url("booking", moved="1"), code=303)  # type: ignore[return-value]


def _show(owned: OwnedBooking, search: Search, choice: Choice, form: MoveForm, *, status: int = 200) -> Response:
    zone = search.location.time_zone
    person = next((one.name for one in search.people if one.cliniko_id == choice.practitioner_id), "")
    return owned.show(
        "manage/move.html",
        title="Check and confirm",
        status=status,
        form=form,
        notice=STALE if form.errors else None,
        new_time=words.full_time(choice.starts_at, zone),
        new_iso=words.iso(choice.starts_at.astimezone(ZoneInfo(zone))),
        new_person=person,
        person_label=who_words(search.service, search.people).noun if is_pool(search.people) else "With",
        action=owned.url("move", **search.query(slot=_slot())),
        times_url=owned.url("times", **search.query()),
    )


def _slot() -> str:
    return request.args.get("slot", "")


def _scope(token: str) -> TokenScope:
    return TokenScope("move", f"{token}/{_slot()}")
