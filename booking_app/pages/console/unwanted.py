"""Unwanted bookings: what came from one place, cancelling many at once, and blocking where they came from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, request, url_for

from booking_app.bookings.blocks import SourceKind
from booking_app.bookings.unwanted import HOUR, MOST_AT_ONCE, BookingSource
from booking_app.clinics.staff import Role
from booking_app.core.dates import clock_time, counted, full_day
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_lines import shown_lines
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words

LONGEST_MARK = 64
BLOCKS = {"24": "24 hours", "168": "7 days", "720": "30 days"}  # how long a block may last, in hours
HEADINGS = {
    SourceKind.NETWORK: "From one internet connection",
    SourceKind.DOMAIN: "With one email provider",
    SourceKind.HOUR: "Within one hour",
}
NONE_CANCELLED = "None of them could be cancelled: only confirmed bookings that are still to come can be."


@dataclass(frozen=True)
class ShownSource:
    """A source in words. `mark` is what addresses name it by; it tells nobody who it is."""

    kind: str
    mark: str
    name: str
    count: str
    confirmed: int
    span: str
    can_be_blocked: bool
    blocked: str | None
    block_id: int | None


@dataclass(frozen=True)
class ShownBlock:
    id: int
    name: str
    until: str


@blueprint.get("/<slug>/bookings/unwanted", endpoint="bookings_unwanted")
@allow(Role.RECEPTIONIST)
def unwanted(slug: str) -> Response:
    """What many bookings of the last week have in common, and what is blocked."""
    found = [_shown(one) for one in use_cases().unwanted.sources(current_clinic())]
    groups = {heading: [one for one in found if one.kind == kind] for kind, heading in HEADINGS.items()}
    return show(
        "console/unwanted.html", title="Unwanted bookings", groups=groups, blocks=_blocks(), slug=slug,
        is_manager=may(Role.MANAGER),
    )  # fmt: skip


@blueprint.get("/<slug>/bookings/unwanted/<kind>/<mark>", endpoint="bookings_source")
@allow(Role.RECEPTIONIST)
def source(slug: str, kind: str, mark: str) -> Response:
    """The bookings of one source, to choose from."""
    return _source(_asked(kind, mark), chosen=())


@blueprint.post("/<slug>/bookings/unwanted/<kind>/<mark>/cancel", endpoint="bookings_source_cancel")
@allow(Role.RECEPTIONIST)
def cancel(slug: str, kind: str, mark: str) -> Response:
    """Ask once more how many are to be cancelled, then cancel them."""
    asked = _asked(kind, mark)
    chosen = tuple(dict.fromkeys(request.form.getlist("reference")))[:MOST_AT_ONCE]
    if not chosen:
        return _source(asked, chosen=(), wrong="Choose the bookings to cancel.")
    if not request.form.get("sure"):
        return _source(asked, chosen=chosen)
    done = use_cases().unwanted.cancel(author(), current_clinic().id, chosen)
    skipped = f" {counted(done.skipped, 'booking')} could not be cancelled." if done.skipped else ""
    said = (
        f"{counted(len(done.references), 'booking')} cancelled. Cliniko, your CRM and the emails follow by themselves."
    )
    flash(f"{said}{skipped}" if done.references else NONE_CANCELLED, "quiet" if done.references else "wrong")
    return _back("console.bookings_source", kind=kind, mark=mark)


@blueprint.post("/<slug>/bookings/unwanted/<kind>/<mark>/block", endpoint="bookings_source_block")
@allow(Role.MANAGER)
def block(slug: str, kind: str, mark: str) -> Response:
    """Let nobody of this source book for a while."""
    asked = _asked(kind, mark)
    hours = request.form.get("hours", "")
    if hours not in BLOCKS:
        abort(400)
    clinic = current_clinic()
    until = use_cases().blocks.block(
        author(), clinic.id, asked.kind, asked.mark, label=asked.label, lasts=timedelta(hours=int(hours))
    )
    said = (
        f"Blocked until {words.full_time(until, clinic.time_zone)}." if until else "There are too many blocks already."
    )
    flash(said, "quiet" if until else "wrong")
    return _back("console.bookings_unwanted")


@blueprint.post("/<slug>/bookings/unwanted/blocks/<int:block_id>/end", endpoint="bookings_source_unblock")
@allow(Role.MANAGER)
def unblock(slug: str, block_id: int) -> Response:
    """Let a source book again."""
    if not use_cases().blocks.unblock(author(), current_clinic().id, block_id):
        abort(404)
    flash("The block has ended. Bookings can come from there again.", "quiet")
    return _back("console.bookings_unwanted")


def _asked(kind: str, mark: str) -> BookingSource:
    if len(mark) > LONGEST_MARK or kind not in [one.value for one in SourceKind]:
        abort(404)
    found = use_cases().unwanted.source(current_clinic(), SourceKind(kind), mark)
    return found if found is not None else abort(404)


def _source(asked: BookingSource, *, chosen: tuple[str, ...], wrong: str | None = None) -> Response:
    """The list to choose from, or, once bookings are chosen, the question whether to cancel these."""
    clinic = current_clinic()
    ids = use_cases().unwanted.booking_ids(clinic, asked.kind, asked.mark)
    shown = shown_lines(use_cases().overview.of(clinic, ids), clinic)
    return show(
        "console/unwanted_source.html",
        title="Unwanted bookings",
        status=422 if wrong else 200,
        source=_shown(asked),
        lines=[one for one in shown.lines if one.reference in chosen] if chosen else shown.lines,
        problem=shown.problem,
        chosen=chosen,
        wrong=wrong,
        slug=clinic.slug,
        durations=BLOCKS,
        is_manager=may(Role.MANAGER),
        most=MOST_AT_ONCE,
    )


def _shown(one: BookingSource) -> ShownSource:
    clinic = current_clinic()
    zone = clinic.time_zone
    block = next(
        (each for each in use_cases().blocks.standing(clinic.id) if (each.kind, each.mark) == (one.kind, one.mark)),
        None,
    )
    return ShownSource(
        kind=one.kind,
        mark=one.mark,
        name=_name(one.kind, one.mark, one.label),
        count=counted(one.count, "booking"),
        confirmed=one.confirmed,
        span=f"{words.full_time(one.first_at, zone)} to {words.full_time(one.last_at, zone)}",
        can_be_blocked=one.kind is not SourceKind.HOUR,
        blocked=words.full_time(block.ends_at, zone) if block else None,
        block_id=block.id if block else None,
    )


def _blocks() -> list[ShownBlock]:
    clinic = current_clinic()
    return [
        ShownBlock(one.id, _name(one.kind, one.mark, one.label), words.full_time(one.ends_at, clinic.time_zone))
        for one in use_cases().blocks.standing(clinic.id)
    ]


def _name(kind: SourceKind, mark: str, label: str) -> str:
    match kind:
        case SourceKind.NETWORK:
            return f"Connection {mark[:6].upper()}"
        case SourceKind.DOMAIN:
            return f"@{label}" if label else f"Email provider {mark[:6].upper()}"
        case SourceKind.HOUR:
            hour = datetime.strptime(mark, HOUR).replace(tzinfo=ZoneInfo(current_clinic().time_zone))
            return f"{full_day(hour.date())}, from {clock_time(hour)}"


def _back(endpoint: str, **values: Any) -> Response:
    return cast(Response, redirect(url_for(endpoint, slug=current_clinic().slug, **values), code=303))
