"""Step 3: when, where and with whom. Choosing a time opens the draft, or moves the one there is."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Response, request
from wtforms import StringField
from wtforms.validators import InputRequired

from booking_app.bookings.errors import DraftGone, SlotGone
from booking_app.bookings.records import Choice
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import TokenForm, TokenScope
from booking_app.pages.shared.limits import count_new_hold, limit_posts
from booking_app.pages.shared.slots import candidates, choice_of, read_value
from booking_app.pages.shared.visitors import asker, visitor
from booking_app.pages.widget.arrivals import arrival
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.details import missing_screen
from booking_app.pages.widget.holding import refuse_blocked
from booking_app.pages.widget.offers import Wanted
from booking_app.pages.widget.search import Search, read_search
from booking_app.pages.widget.services import choose_again
from booking_app.pages.widget.times_page import find_week, still_the_same, times_page
from booking_app.pages.widget.visits import GoodFor, Visit, load_visit

MOST_REREAD = 2  # practitioners' weeks, while the patient waits


class SlotForm(TokenForm):
    """The time chosen. `came` is what the page around the frame told it of the visitor's way there.

    `draft` is the key of the draft the same page was at before, for one who went back to choose another time.
    """

    slot = StringField("Time", [InputRequired("Choose a time")])
    came = StringField()
    draft = StringField()


@blueprint.get("/times", endpoint="times")
@blueprint.get("/d/<token>/times", endpoint="times")
def times(slug: str, token: str | None = None) -> Response:
    """A week of free times; after a lost time with the nearest three on top."""
    visit = load_visit(slug, token)
    search = read_search(visit, request.args)
    if search is None:
        return choose_again(visit, Wanted.of(request.args))
    lost = visit.draft.choice if visit.draft and _was_lost(visit) else None
    return _show(visit, search, SlotForm(scope=_scope(visit, search)), lost=lost)


@blueprint.post("/times", endpoint="choose")
@blueprint.post("/d/<token>/times", endpoint="choose")
@limit_posts
def choose(slug: str, token: str | None = None) -> Response:
    """Hold the chosen time and go on to the details; back to the check where the details are known already."""
    visit = load_visit(slug, token)
    search = read_search(visit, request.args)
    if search is None:
        return choose_again(visit, Wanted.of(request.args))
    form = SlotForm(request.form, scope=_scope(visit, search))
    if not form.validate():
        return _show(visit, search, form, status=422)
    visit = _continued(visit, str(form.draft.data or ""))
    named = _named(search, str(form.slot.data))
    draft_token = _claim(visit, _choices(visit, search, named), form)
    if draft_token is None:
        return _show(visit, search, form, status=409, lost=named)
    chosen = Visit(visit.clinic, visit.catalogue, draft_token, None, {})
    if visit.draft is None or not visit.draft.is_personal:
        return chosen.go("details")
    chosen = load_visit(slug, draft_token)
    return chosen.go("check") if chosen.known_details else chosen.go("details", screen=missing_screen(chosen))


def _continued(visit: Visit, token: str) -> Visit:
    """The visit with the draft of that key, when it is one that is still being filled in; else as it is."""
    if visit.token is not None or not token:
        return visit
    try:
        draft = use_cases().drafts.load(visit.clinic, token)
    except DraftGone:
        return visit
    is_open = draft.booking_state in (None, "slot_lost", "withdrawn")
    return replace(visit, token=token, draft=draft, carried={}) if is_open else visit


def _claim(visit: Visit, choices: list[Choice], form: SlotForm) -> str | None:
    """The token of the draft that now holds the first of the choices still free; None when none is."""
    if visit.token is None and choices:
        refuse_blocked(visit)
        count_new_hold()
    for choice in choices:
        try:
            if visit.token is None:
                source = arrival(request.args, str(form.came.data or ""))
                return use_cases().drafts.open(visit.clinic, choice, visitor=visitor(), attribution=source)
            use_cases().drafts.choose_slot(visit.clinic, visit.token, choice)
        except SlotGone:
            continue
        return visit.token
    return None


def _choices(visit: Visit, search: Search, named: Choice) -> list[Choice]:
    """What can be claimed for a posted time: only what is still offered, or what the draft holds already."""
    if visit.draft and visit.draft.hold_ends_at and _is_same(visit.draft.choice, named):
        return [visit.draft.choice]
    is_any = search.practitioner_id is None
    for where in (search, _search_of(search, named)):
        if where is None:
            continue
        week = find_week(visit, where)
        found = candidates([slot for day in week.days for slot in day.slots], named)
        if found:
            choices = [choice_of(slot, is_any=is_any) for slot in found]
            return _still_free(visit, choices) if week.is_stale and not week.is_away else choices
    return []


def _still_free(visit: Visit, choices: list[Choice]) -> list[Choice]:
    """The first that a new reading still has, of a week that was not new because nobody could be asked for it."""
    reread = use_cases().browse.is_still_free
    return next(([one] for one in choices[:MOST_REREAD] if reread(visit.clinic, one, asker())), [])


def _search_of(search: Search, named: Choice) -> Search | None:
    """Where a time offered in place of a lost one is found: maybe another week, maybe somebody else's."""
    if named.practitioner_id not in {person.cliniko_id for person in search.practitioners}:
        return None
    day = named.starts_at.astimezone(ZoneInfo(search.location.time_zone)).date()
    return replace(search, practitioner_id=named.practitioner_id, from_day=day)


def _named(search: Search, value: str) -> Choice:
    """The posted time as a choice; a value that cannot be read names a time long past, which nobody offers."""
    starts_at, practitioner_id = read_value(value)
    return Choice(
        service_id=search.service.cliniko_id,
        location_id=search.location.cliniko_id,
        practitioner_id=practitioner_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=search.service.minutes),
        any_practitioner=search.practitioner_id is None,
    )


def _is_same(one: Choice, other: Choice) -> bool:
    return (one.service_id, one.location_id, one.practitioner_id, one.starts_at) == (
        other.service_id, other.location_id, other.practitioner_id, other.starts_at,
    )  # fmt: skip


def _was_lost(visit: Visit) -> bool:
    assert visit.draft is not None
    return visit.draft.booking_state == "slot_lost" or (request.args.get("lost") == "1")


def _scope(visit: Visit, search: Search) -> TokenScope:
    start = f"{visit.clinic.slug}/{search.service.cliniko_id}/{search.location.cliniko_id}"
    return TokenScope("choose", visit.token or start)


def _show(visit: Visit, search: Search, form: SlotForm, *, status: int = 200, lost: Choice | None = None) -> Response:
    is_true = still_the_same(visit, search) if status == 200 and visit.is_like_others else None
    page = times_page(visit, search, chosen=str(form.slot.data or ""), lost=lost)
    good_for = GoodFor(page.good_until, is_true) if page.good_until and is_true else None
    errors = [error for field in form for error in field.errors]
    return visit.show(
        "widget/times.html", step=3, status=status, good_for=good_for, page=page, form=form, errors=errors
    )
