"""After a booking: one more for somebody else, beside it in time, without asking again who books."""

from dataclasses import dataclass, replace

from flask import Response, request
from wtforms import StringField
from wtforms.validators import InputRequired

from booking_app.availability.records import Slot
from booking_app.bookings.errors import SlotGone
from booking_app.bookings.typed import Typing
from booking_app.intake.people import Guardian
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import count_new_hold, limit_posts
from booking_app.pages.shared.slots import Labels, SlotOption, choice_of, option, slot_value
from booking_app.pages.shared.visitors import visitor
from booking_app.pages.widget.asking import questions_of
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.forms.details import guarded
from booking_app.pages.widget.holding import refuse_blocked
from booking_app.pages.widget.visits import Visit, load_visit

BEFORE_AND_AFTER = 4  # times of the same practitioner
MOST_LOOKED_AT = 8  # times of everybody, among which those of the same start are sought


class TimeForm(TokenForm):
    """The time for the other person."""

    slot = StringField("Time", [InputRequired("Choose a time")])


@dataclass(frozen=True)
class TimesBeside:
    """Times near the booking, and where a choice is sent."""

    nearest: tuple[SlotOption, ...]
    action: str


@blueprint.get("/d/<token>/someone-else", endpoint="someone_else_page")
def someone_else_page(slug: str, token: str) -> Response:
    """Times right before and after the one booked, or at the same time with somebody else."""
    visit = load_visit(slug, token)
    return _not_booked(visit) or _show(visit, TimeForm(scope=_scope(token)))


@blueprint.post("/d/<token>/someone-else", endpoint="someone_else")
@limit_posts
def someone_else(slug: str, token: str) -> Response:
    """Hold the time in a draft of its own, at a new address, with who books filled in."""
    visit = load_visit(slug, token)
    form = TimeForm(request.form, scope=_scope(token))
    if elsewhere := _not_booked(visit):
        return elsewhere
    if not form.validate():
        return _show(visit, form, status=422, notice=STALE if form.is_stale else "Choose a time")
    booker = use_cases().next_booking.booker(visit.clinic, token)
    chosen = next((slot for slot in _beside(visit) if slot_value(slot) == form.slot.data), None)
    if booker is None:
        return visit.go("done")
    refuse_blocked(visit)
    count_new_hold()
    try:
        new = _hold(visit, chosen, booker)
    except SlotGone:
        return _show(visit, form, status=409, notice="That time was just taken")
    return replace(visit, token=new).go("details")


def _hold(visit: Visit, slot: Slot | None, booker: Guardian) -> str:
    """The token of a new draft that holds the slot. Raises SlotGone."""
    if slot is None:
        raise SlotGone
    drafts = use_cases().drafts
    token = drafts.open(visit.clinic, choice_of(slot, is_any=False), visitor=visitor(), attribution={})
    values = {name: given for name, given in guarded(booker).items() if given[0]}
    if questions_of(visit).asks_whom:
        values["for_whom"] = ("child",) if booker.relationship else ()
    else:
        values |= {"email": (booker.email,), "phone": (booker.phone,)}
    values = {name: given for name, given in values.items() if given and given[0]}
    return drafts.keep_typed(visit.clinic, token, Typing(frozenset(values), values))


def _not_booked(visit: Visit) -> Response | None:
    """Where a draft leads that is no standing booking."""
    is_booked = visit.draft is not None and visit.draft.booking_state == "confirmed"
    return None if is_booked else visit.go("done")


def _beside(visit: Visit) -> list[Slot]:
    """The nearest times of the same practitioner, then of others at the very same start."""
    assert visit.draft is not None
    choice, nearest = visit.draft.choice, use_cases().browse.nearest
    own = nearest(visit.clinic, replace(choice, any_practitioner=False), BEFORE_AND_AFTER)
    others = nearest(visit.clinic, replace(choice, any_practitioner=True), MOST_LOOKED_AT)
    at_once = [one for one in others if one.starts_at == choice.starts_at and one not in own]
    return sorted([*own, *at_once], key=lambda slot: (slot.starts_at, slot.practitioner_id))


def _show(visit: Visit, form: TimeForm, *, status: int = 200, notice: str | None = None) -> Response:
    assert visit.draft is not None
    location = visit.catalogue.location(visit.draft.choice.location_id)
    zone = location.time_zone if location else visit.clinic.time_zone
    labels = Labels(zone, list(visit.catalogue.practitioners.values()), chosen=str(form.slot.data or ""))
    times = tuple(option(slot, labels, shows_day=True) for slot in _beside(visit))
    page = TimesBeside(times, visit.url("someone_else"))
    return visit.show("widget/someone_else.html", step=3, status=status, form=form, page=page, notice=notice)


def _scope(token: str) -> TokenScope:
    return TokenScope("someone-else", token)
