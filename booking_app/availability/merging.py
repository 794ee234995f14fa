"""From start instants to the slots that are shown. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from booking_app.availability.days import day_of
from booking_app.availability.records import Place, Slot, Window


def slots_of(starts: Mapping[str, Iterable[datetime]], *, location: Place, service_id: str, minutes: int) -> list[Slot]:
    """The slots of several practitioners; `starts` by practitioner."""
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
        for start in own
    ]


def allowed(slots: Iterable[Slot], *, rules: Window, now: datetime, zone: str) -> list[Slot]:
    """The slots that lie ahead and that the clinic's rules permit."""
    earliest = max(rules.earliest_at, now)
    return [slot for slot in slots if slot.starts_at >= earliest and day_of(slot.starts_at, zone) <= rules.latest_day]


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
