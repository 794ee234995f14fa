"""From start instants to the slots that are shown. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking_app.availability.days import ONE_DAY, begins, day_of
from booking_app.availability.records import Place, Slot, Window


@dataclass(frozen=True)
class Span:
    """From `begins` on, before `ends`."""

    begins: datetime
    ends: datetime


def allowed_span(rules: Window, now: datetime, zone: str) -> Span:
    """When a slot may start: in what lies ahead, by the clinic's rules."""
    return Span(max(rules.earliest_at, now), begins(rules.latest_day + ONE_DAY, zone))


def days_span(first: date, count: int, zone: str) -> Span:
    return Span(begins(first, zone), begins(first + timedelta(days=count), zone))


def slots_of(
    starts: Mapping[str, Sequence[datetime]], spans: Sequence[Span], *, location: Place, service_id: str, minutes: int
) -> list[Slot]:
    """The slots of several practitioners that start within every span; `starts` by practitioner, in order of time."""
    first, last = max(span.begins for span in spans), min(span.ends for span in spans)
    length = timedelta(minutes=minutes)
    return [
        Slot(
            starts_at=start,
            ends_at=start + length,
            practitioner_id=practitioner_id,
            location_id=location.cliniko_id,
            service_id=service_id,
        )
        for practitioner_id, own in starts.items()
        for start in own[bisect_left(own, first) : bisect_left(own, last)]
    ]


def merged(slots: Iterable[Slot], order: Sequence[str]) -> list[Slot]:
    """One slot a start, earliest first: that of the practitioner who comes first in `order`."""
    place = {practitioner_id: index for index, practitioner_id in enumerate(order)}
    chosen: dict[datetime, Slot] = {}
    for slot in sorted(slots, key=lambda slot: place[slot.practitioner_id]):
        chosen.setdefault(slot.starts_at, slot)
    return sorted(chosen.values(), key=lambda slot: slot.starts_at)


def nearest_first(slots: Iterable[Slot], around: datetime, zone: str) -> list[Slot]:
    """The same day first, then the days next to it; within a day by the distance in time."""
    day = day_of(around, zone)

    def distance(slot: Slot) -> tuple[int, timedelta, datetime]:
        days = abs((day_of(slot.starts_at, zone) - day).days)
        return (days, abs(slot.starts_at - around), slot.starts_at)

    return sorted(slots, key=distance)
