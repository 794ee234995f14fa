"""Reading a practitioner's calendar without its people, and their usual hours."""

from collections.abc import Iterator
from datetime import datetime, time

from booking_app.pms.client import BookingFields, ClinikoClient, DailyAvailability, DailyAvailabilityFields
from booking_app.pms.diary import DiaryEntry, DiaryKind, UsualHours

KINDS: dict[str, DiaryKind] = {"individual": "appointment", "group": "group", "block": "away"}
MIDNIGHT = ("24:00", "00:00")


def read_diary(
    client: ClinikoClient, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
) -> tuple[DiaryEntry, ...]:
    """What lies in the calendar between the two instants, in order of time. One list."""
    span = [
        BookingFields.practitioner_id.equals(practitioner_id),
        BookingFields.starts_at.before(ends_at),
        BookingFields.ends_at.after(starts_at),
    ]
    entries = (
        DiaryEntry(KINDS[one.kind], one.starts_at, one.ends_at, one.business_id)
        for one in client.bookings.list(where=span)
        if one.is_live
    )
    return tuple(sorted(entries, key=lambda one: (one.starts_at, one.ends_at)))


def read_usual_hours(client: ClinikoClient, *, practitioner_id: str, location_id: str) -> tuple[UsualHours, ...]:
    """By weekday; a day without hours may be left out."""
    found = client.daily_availabilities.list(
        where=[
            DailyAvailabilityFields.practitioner_id.equals(practitioner_id),
            DailyAvailabilityFields.business_id.equals(location_id),
        ]
    )
    return tuple(UsualHours(one.iso_weekday, tuple(sorted(_spans(one)))) for one in found if one.iso_weekday)


def _spans(found: DailyAvailability) -> Iterator[tuple[time, time]]:
    for start, end in found.hours:
        try:
            yield _wall_time(start), time.max if end in MIDNIGHT else _wall_time(end)
        except ValueError:  # hours nobody can read say nothing
            continue


def _wall_time(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes[:2]))
