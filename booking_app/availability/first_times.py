"""When somebody is free first, as far as it was read anyway. Nothing here asks the practice system."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from booking_app.availability.cache import Asked, Reading, SlotCache
from booking_app.availability.days import WEEK, account_days, day_of
from booking_app.availability.finding import on_days
from booking_app.availability.merging import allowed_span, slots_of
from booking_app.availability.records import KeepFree, Place, Slot, Window
from booking_app.core.clock import Clock

# A hint on the way to the times themselves, which are read anew.
HINT_FOR = timedelta(minutes=10)
LOOKED_AHEAD = 2 * WEEK
# Of so many times of one person some will not be held by others.
MOST_LOOKED_AT = 20

FirstTimes = dict[tuple[str, str], datetime | None]  # by location and practitioner


@dataclass(frozen=True)
class People:
    """Who offers the service at a location, and when the clinic allows times there."""

    location: Place
    practitioner_ids: Sequence[str]
    rules: Window


@dataclass(frozen=True, kw_only=True)
class Asking:
    """For which service of which account. `account_zone` is the zone the account counts its days in."""

    account_key: str
    service_id: str
    account_zone: str
    minutes: int


def first_times(
    cache: SlotCache, clock: Clock, asking: Asking, everywhere: Iterable[People], keep_free: KeepFree
) -> FirstTimes:
    """The first free start of each person at each location, of what was read in the last ten minutes.

    None where a week and more was read and nothing is free; who was not read from today on is not in it.
    """
    found: FirstTimes = {}
    slots: list[Slot] = []
    for people in everywhere:
        for practitioner_id, is_whole, some in _known(cache, clock, asking, people):
            slots += some
            if is_whole and not some:
                found[people.location.cliniko_id, practitioner_id] = None
    for slot in sorted(keep_free(slots), key=lambda one: one.starts_at):
        found.setdefault((slot.location_id, slot.practitioner_id), slot.starts_at)
    return found


def _known(
    cache: SlotCache, clock: Clock, asking: Asking, people: People
) -> Iterator[tuple[str, bool, tuple[Slot, ...]]]:
    """For each person whether a week was read without a gap from the first day on, and their first slots in it."""
    days = _days(people, asking, clock.now())
    if not days:
        return
    asked = [
        Asked(asking.account_key, people.location.cliniko_id, asking.service_id, one) for one in people.practitioner_ids
    ]
    since = clock.now() - HINT_FOR
    read = [one for one in cache.readings(asked, days[0], days[-1]) if one.fetched_at >= since]
    span = allowed_span(people.rules, clock.now(), people.location.time_zone)
    for one in asked:
        own = [reading for reading in read if reading.practitioner_id == one.practitioner_id]
        covered = tuple(takewhile(lambda day, own=own: _is_read(own, day), days))  # type: ignore[misc]
        starts, _, _ = on_days([one], covered, own, asking.account_zone)
        slots = slots_of(starts, [span], location=people.location, service_id=asking.service_id, minutes=asking.minutes)
        yield one.practitioner_id, len(covered) >= min(WEEK, len(days)), tuple(islice(slots, MOST_LOOKED_AT))


def _is_read(own: Sequence[Reading], day: date) -> bool:
    return any(reading.covers(day) for reading in own)


def _days(people: People, asking: Asking, now: datetime) -> tuple[date, ...]:
    zone = people.location.time_zone
    first = day_of(max(people.rules.earliest_at, now), zone)
    return account_days(
        first,
        min(first + timedelta(days=LOOKED_AHEAD - 1), people.rules.latest_day),
        location_zone=zone,
        account_zone=asking.account_zone,
        today=day_of(now, asking.account_zone),
    )
