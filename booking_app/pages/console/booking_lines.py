"""Bookings as lines of a list: everything in words, with names and phones as Cliniko has them now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from booking_app.bookings.live_people import MOST_READ, Person
from booking_app.bookings.overview import BookingLine
from booking_app.catalogue.who import with_whom
from booking_app.clinics.models import Clinic
from booking_app.core.contact_details import phone_words
from booking_app.pages.console.task_words import state_of, summary_of
from booking_app.pages.shared import use_cases, words
from booking_app.pms.sentences import cliniko_sentence
from booking_app.tasks.kinds import TaskKinds

NAMELESS = "Name in Cliniko"


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """`patient` is NAMELESS where neither Cliniko nor we have a name; `parts` are (group, tone, words)."""

    reference: str
    patient: str
    email: str
    phone: str
    day: str
    time: str
    iso: str
    on: date
    service: str
    practitioner: str
    with_whom: str
    location: str
    tone: str
    state: str
    parts: list[tuple[str, str, str]]
    needs_attention: bool
    is_returning: bool | None
    is_minor_alone: bool
    booked_at: str


@dataclass(frozen=True)
class ShownLines:
    """`problem` says in a sentence why names may be missing; empty where none is."""

    lines: list[ShownLine]
    problem: str


def shown_lines(lines: Iterable[BookingLine], clinic: Clinic) -> ShownLines:
    """The bookings in the zones of their locations. Names are read from Cliniko, one call for a hundred at most."""
    lines = tuple(lines)
    people = use_cases().live_people.of(clinic.id, [line.booking for line in lines])
    kinds = use_cases().task_kinds
    shown = [_shown(line, clinic, kinds, people.of(line.booking)) for line in lines]
    return ShownLines(shown, problem_words(people.problem))


def problem_words(code: str | None) -> str:
    """Why names are missing, for whoever looks at a list."""
    if code is None:
        return ""
    if code == "too_many":
        return f"Names of the first {MOST_READ} patients are shown. Choose fewer days to see the others."
    said = "We couldn’t read names and phone numbers from Cliniko, so only what is kept here is shown."
    return f"{said} {cliniko_sentence(code)}"


def _shown(line: BookingLine, clinic: Clinic, kinds: TaskKinds, person: Person | None) -> ShownLine:
    booking, names = line.booking, line.names
    zone = str(names.get("time_zone") or clinic.time_zone)
    practitioner = str(names.get("practitioner") or "")
    tone, state = state_of(booking.state)
    day, _, _ = words.full_time(booking.starts_at, zone).partition(", ")
    typed = line.details
    return ShownLine(
        reference=booking.reference,
        patient=person.name if person and person.name else line.patient or NAMELESS,
        email=person.email if person else typed.email if typed else "",
        phone=phone_words((person.phone if person else "") or (typed.phone if typed else "")),
        day=day,
        time=words.time_of_day(booking.starts_at, zone),
        iso=words.iso(booking.starts_at),
        on=booking.starts_at.astimezone(ZoneInfo(zone)).date(),
        service=str(names.get("service") or "A service that is no longer offered"),
        practitioner=practitioner,
        with_whom=with_whom(practitioner, is_equipment=bool(names.get("is_equipment"))),
        location=str(names.get("location") or ""),
        tone=tone,
        state=state,
        parts=summary_of(line.tasks, kinds),
        needs_attention=line.needs_attention,
        is_returning=booking.is_returning,
        is_minor_alone=booking.is_minor_alone,
        booked_at=words.full_time(booking.created_at, zone),
    )
