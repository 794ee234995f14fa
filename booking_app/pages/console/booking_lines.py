"""A booking as a line of a list: everything in words."""

from dataclasses import dataclass

from booking_app.bookings.overview import BookingLine
from booking_app.catalogue.who import with_whom
from booking_app.clinics.models import Clinic
from booking_app.pages.console.task_words import state_of, summary_of
from booking_app.pages.shared import words
from booking_app.tasks.kinds import TaskKinds

PURGED = "Details are in Cliniko"


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """`patient` is empty of a name once the personal part is purged; `parts` are (group, tone, words)."""

    reference: str
    patient: str
    email: str
    phone: str
    day: str
    time: str
    iso: str
    service: str
    practitioner: str
    with_whom: str
    location: str
    tone: str
    state: str
    parts: list[tuple[str, str, str]]
    needs_attention: bool
    is_returning: bool | None
    booked_at: str


def shown_line(line: BookingLine, clinic: Clinic, kinds: TaskKinds) -> ShownLine:
    """The booking in the zone of its location."""
    booking, names = line.booking, line.names
    zone = str(names.get("time_zone") or clinic.time_zone)
    practitioner = str(names.get("practitioner") or "")
    tone, state = state_of(booking.state)
    day, _, _ = words.full_time(booking.starts_at, zone).partition(", ")
    return ShownLine(
        reference=booking.reference,
        patient=line.patient or PURGED,
        email=line.details.email if line.details else "",
        phone=line.details.phone if line.details else "",
        day=day,
        time=words.time_of_day(booking.starts_at, zone),
        iso=booking.starts_at.isoformat(),
        service=str(names.get("service") or "A service that is no longer offered"),
        practitioner=practitioner,
        with_whom=with_whom(practitioner, is_equipment=bool(names.get("is_equipment"))),
        location=str(names.get("location") or ""),
        tone=tone,
        state=state,
        parts=summary_of(line.tasks, kinds),
        needs_attention=line.needs_attention,
        is_returning=booking.is_returning,
        booked_at=words.full_time(booking.created_at, zone),
    )
