"""When something can be booked: weeks for browsing, a live look before selling, and times near a lost one."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from booking_app.availability.cache import Asked, SlotCache
from booking_app.availability.days import ONE_DAY, WEEK, account_days, by_day, day_of, days_from
from booking_app.availability.finding import Found, Freshness, StartFinder, all_of_them
from booking_app.availability.first_times import Asking, FirstTimes, People, first_times
from booking_app.availability.merging import Span, allowed_span, days_span, merged, nearest_first, slots_of
from booking_app.availability.reader import WindowReader
from booking_app.availability.records import KeepFree, Place, Slot, SlotWeek, Window, keep_all
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practice

FRESH_FOR = timedelta(seconds=60)
# How old times may be for a visitor who may not have Cliniko asked just now.
STALE_FOR = timedelta(minutes=5)
# For one look of one visitor, however many practitioners there are; the others come with the next.
MOST_CALLS = 12
# For "when is the next time": only a hint, and looked for over many weeks.
HINT_FOR = timedelta(minutes=10)
MOST_HINT_CALLS = 12
# Near a lost time: what was read before the loss is not believed, and the patient is waiting.
JUST_READ = timedelta(seconds=3)
RECENTLY = timedelta(minutes=15)
NEAREST_CALLS = 2
# All the calls of one look together: a visitor whose answer is later gets what is known.
LOOKING_SECONDS = 6.0
DAYS_BEFORE = 3


@dataclass(frozen=True)
class _Question:
    practice: Practice
    account_key: str
    location: Place
    service_id: str
    account_zone: str
    rules: Window
    minutes: int
    keep_free: KeepFree
    deadline: float
    is_group: bool = False

    def asked(self, practitioner_ids: Iterable[str]) -> list[Asked]:
        return [
            Asked(self.account_key, self.location.cliniko_id, self.service_id, one, self.is_group)
            for one in dict.fromkeys(practitioner_ids)
        ]


class Availability:
    """The times of every clinic. Shared between threads; its cache is shared between processes."""

    def __init__(self, database: Database, clock: Clock, pause: Callable[[float], None] = time.sleep) -> None:
        self._clock = clock
        self._cache = SlotCache(database, clock)
        self._reader = WindowReader(self._cache, clock, pause)
        self._finder = StartFinder(self._cache, self._reader, clock)

    def close(self) -> None:
        """Wait for the calls under way, some seconds at most; nothing may be asked afterwards."""
        self._reader.close()

    def week(
        self, *, practice: Practice, account_key: str, location: Place, practitioner_ids: Sequence[str],
        service_id: str, from_day: date, account_time_zone: str, rules: Window, minutes: int,
        keep_free: KeepFree = keep_all, allow: Callable[[int], int] = all_of_them, is_group: bool = False,
    ) -> SlotWeek:  # fmt: skip
        """Seven days of the location's zone from `from_day`, one slot a start, at most a minute old.

        Where several practitioners are free at once, the first of `practitioner_ids` is given: theirs is the clinic's
        order. Marked stale, up to a day old, when Cliniko cannot be asked, and up to five minutes where `allow` or the
        request budget leaves no call; raises RemoteFailure when nothing is known.
        """
        question = self._question(
            practice, account_key, location, service_id, account_time_zone, rules, minutes, keep_free, is_group
        )
        freshness = Freshness(fresh_for=FRESH_FOR, calls=MOST_CALLS, otherwise=STALE_FOR, allow=allow)
        found, slots = self._slots_from(question, practitioner_ids, from_day, freshness)
        days = by_day(merged(slots, practitioner_ids), days_from(from_day, WEEK), location.time_zone)
        return SlotWeek(days, found.as_of, is_stale=found.is_stale, has_more=found.has_more, is_away=found.is_away)

    def live(
        self, *, practice: Practice, account_key: str, location: Place, practitioner_id: str, service_id: str,
        starts_at: datetime, account_time_zone: str,
    ) -> bool:  # fmt: skip
        """Whether Cliniko offers this very start right now. One call, never cached. Raises RemoteFailure.

        One that is gone disappears from every list at once.

        A day more at each side is asked for: where the account's zone is only assumed, the start may lie on either.
        """
        day, today = day_of(starts_at, account_time_zone), day_of(self._clock.now(), account_time_zone)
        if starts_at <= self._clock.now():
            return False  # Cliniko refuses to be asked about days that are past
        starts = practice.slot_starts(
            location_id=location.cliniko_id,
            practitioner_id=practitioner_id,
            service_id=service_id,
            from_day=max(day - ONE_DAY, today),
            to_day=day + ONE_DAY,
        )
        if starts_at not in starts:
            self._cache.drop(account_key, practitioner_id, starts_at)
        return starts_at in starts

    def live_group(
        self, *, practice: Practice, account_key: str, practitioner_id: str, group_id: str, starts_at: datetime
    ) -> bool:
        """Whether the group appointment still starts then and has a place left right now. Two calls, never cached.

        One without disappears from every list at once. Raises RemoteFailure.
        """
        group = practice.group(group_id) if starts_at > self._clock.now() else None
        is_open = group is not None and group.starts_at == starts_at and group.places_left > 0
        if not is_open:
            self._cache.drop(account_key, practitioner_id, starts_at)
        return is_open

    def nearest(
        self, *, practice: Practice, account_key: str, location: Place, practitioner_ids: Sequence[str],
        service_id: str, account_time_zone: str, rules: Window, minutes: int, around: datetime, count: int = 3,
        other_practitioner_ids: Sequence[str] = (), keep_free: KeepFree = keep_all, is_group: bool = False,
    ) -> list[Slot]:  # fmt: skip
        """Up to `count` slots near `around`, nearest first: those of `practitioner_ids`, then of the others.

        Makes two calls at most; practitioners beyond that are known by what was read within the last quarter hour.
        Raises RemoteFailure when Cliniko cannot be asked and nothing is known.
        """
        question = self._question(
            practice, account_key, location, service_id, account_time_zone, rules, minutes, keep_free, is_group
        )
        around_day = day_of(around, account_time_zone)
        first = max(around_day - timedelta(days=DAYS_BEFORE), day_of(self._clock.now(), account_time_zone))
        rounds = (
            (practitioner_ids, first),
            (other_practitioner_ids, first),
            (practitioner_ids, first + timedelta(days=WEEK)),
        )
        return self._nearest_of(question, rounds, around, count)

    def next_after(
        self, *, practice: Practice, account_key: str, location: Place, practitioner_ids: Sequence[str],
        service_id: str, from_day: date, account_time_zone: str, rules: Window, minutes: int,
        keep_free: KeepFree = keep_all, allow: Callable[[int], int] = all_of_them, is_group: bool = False,
    ) -> date | None:  # fmt: skip
        """The first day of the location's zone from `from_day` on that has a slot; None up to the latest day allowed.

        Reads whole weeks as `week` does: Cliniko's own next_available_time looks no further than seven days either,
        and knows nothing of what is held here. Raises RemoteFailure.
        """
        question = self._question(
            practice, account_key, location, service_id, account_time_zone, rules, minutes, keep_free, is_group
        )
        calls, day = MOST_HINT_CALLS, from_day
        while day <= rules.latest_day and calls > 0:
            freshness = Freshness(fresh_for=HINT_FOR, calls=calls, otherwise=HINT_FOR, allow=allow)
            found, slots = self._slots_from(question, practitioner_ids, day, freshness)
            if slots:
                return min(day_of(slot.starts_at, location.time_zone) for slot in slots)
            calls -= found.calls
            day += timedelta(days=WEEK)
        return None

    def first_times(self, asking: Asking, everywhere: Iterable[People], keep_free: KeepFree = keep_all) -> FirstTimes:
        """When each of these people is free first, as far as it was read in the last ten minutes; asks nobody."""
        return first_times(self._cache, self._clock, asking, everywhere, keep_free)

    def _question(
        self, practice: Practice, account_key: str, location: Place, service_id: str, account_zone: str,
        rules: Window, minutes: int, keep_free: KeepFree, is_group: bool,
    ) -> _Question:  # fmt: skip
        deadline = self._clock.monotonic() + LOOKING_SECONDS
        return _Question(
            practice, account_key, location, service_id, account_zone, rules, minutes, keep_free, deadline, is_group
        )

    def _nearest_of(
        self, question: _Question, rounds: Iterable[tuple[Sequence[str], date]], around: datetime, count: int
    ) -> list[Slot]:
        """Go through the rounds (practitioners, and the first of seven account days) until there are enough."""
        chosen: list[Slot] = []
        failure: RemoteFailure | None = None
        calls = NEAREST_CALLS
        for ids, first_day in rounds:
            if len(chosen) >= count or not ids or first_day > question.rules.latest_day + ONE_DAY:
                continue
            freshness = Freshness(fresh_for=JUST_READ, calls=calls, otherwise=RECENTLY)
            try:
                found = self._find(question, ids, days_from(first_day, WEEK), freshness)
            except RemoteFailure as error:
                failure, calls = error, 0
                continue
            calls -= found.calls
            chosen += nearest_first(merged(self._slots(question, found), ids), around, question.location.time_zone)
        if failure is not None and not chosen:
            raise failure
        return chosen[:count]

    def _slots_from(
        self, question: _Question, practitioner_ids: Sequence[str], from_day: date, freshness: Freshness
    ) -> tuple[Found, list[Slot]]:
        """The free slots of the location's seven days from `from_day`, unmerged."""
        zone = question.location.time_zone
        last_day = from_day + timedelta(days=WEEK - 1)
        now = self._clock.now()
        days = account_days(
            max(from_day, day_of(max(question.rules.earliest_at, now), zone)),
            min(last_day, question.rules.latest_day),
            location_zone=zone,
            account_zone=question.account_zone,
            today=day_of(now, question.account_zone),
        )
        found = self._find(question, practitioner_ids, days, freshness)
        return found, self._slots(question, found, days_span(from_day, WEEK, zone))

    def _find(
        self, question: _Question, practitioner_ids: Sequence[str], days: Sequence[date], freshness: Freshness
    ) -> Found:
        asked = question.asked(practitioner_ids)
        return self._finder.find(question.practice, asked, days, question.account_zone, freshness, question.deadline)

    def _slots(self, question: _Question, found: Found, *spans: Span) -> list[Slot]:
        slots = slots_of(
            found.starts,
            [allowed_span(question.rules, self._clock.now(), question.location.time_zone), *spans],
            location=question.location,
            service_id=question.service_id,
            minutes=question.minutes,
        )
        return question.keep_free([_in_group(slot, found) for slot in slots] if found.groups else slots)


def _in_group(slot: Slot, found: Found) -> Slot:
    """The slot as a place in the group appointment that starts then."""
    group = found.groups.get((slot.practitioner_id, slot.starts_at))
    if group is None:
        return slot
    return replace(slot, ends_at=group.ends_at, group_id=group.group_id, places=group.places_left)
