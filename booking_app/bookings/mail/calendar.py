"""The appointment as a calendar file that says nothing but when and where."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from booking_app.bookings.mail.facts import NoticeFacts

if TYPE_CHECKING:  # imported where a file is made: few processes ever make one
    from icalendar import Event

NEUTRAL_SUMMARY = "Appointment"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One appointment; `organizer` is a plain e-mail address, which the standard requires."""

    reference: str
    starts_at: datetime
    ends_at: datetime
    address: str
    join_url: str = field(default="", repr=False)
    manage_url: str = field(repr=False)
    organizer: str
    sequence: int
    is_cancelled: bool


def entry_of(facts: NoticeFacts, *, organizer: str) -> CalendarEntry:
    return CalendarEntry(
        reference=facts.reference,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        address="" if facts.is_telehealth else facts.address,
        join_url=facts.join.url or "",
        manage_url=facts.manage_url,
        organizer=organizer,
        sequence=facts.sequence,
        is_cancelled=facts.is_cancelled,
    )


def calendar_file(entry: CalendarEntry, *, now: datetime) -> bytes:
    """An iCalendar file (UTF-8, CRLF, folded). A booking keeps its UID, so that importing a change replaces it.

    Times are in UTC: Outlook ignores the dates by which icalendar describes daylight saving, and is an hour off.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//booking-app//appointment//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(entry))
    calendar.add_component(_event(entry, now))
    return bytes(calendar.to_ical())


def method_of(entry: CalendarEntry) -> str:
    return "CANCEL" if entry.is_cancelled else "PUBLISH"


def _event(entry: CalendarEntry, now: datetime) -> "Event":
    from icalendar import Event, vCalAddress

    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"booking:{entry.reference}")))
    event.add("dtstamp", now)
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", NEUTRAL_SUMMARY)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")  # a shared calendar then shows no more than "busy"
    event.add("description", _description(entry))
    place = entry.address or ("" if entry.is_cancelled else entry.join_url)
    if place:
        event.add("location", place)  # of an address on the web calendars make a link
    event["organizer"] = vCalAddress(f"mailto:{entry.organizer}")
    return event


def _description(entry: CalendarEntry) -> str:
    reference = f"Reference: {entry.reference}"
    if entry.is_cancelled:
        return reference
    join = f"Join by video: {entry.join_url}\n" if entry.join_url else ""
    return f"{join}Change or cancel: {entry.manage_url}\n{reference}"
