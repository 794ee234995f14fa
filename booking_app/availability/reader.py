"""Asking the practice system for windows: once for all who wait, several practitioners at a time."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking_app.availability.cache import LEASE, Asked, Reading, SlotCache
from booking_app.availability.days import WEEK
from booking_app.availability.flights import Flights
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.pms.records import Practice

AT_A_TIME = 6
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Missing:
    """A window to ask for: seven days of the account's zone from `first_day`."""

    asked: Asked
    first_day: date


@dataclass(frozen=True)
class Answers:
    """What came and what failed."""

    readings: tuple[Reading, ...]
    failures: tuple[RemoteFailure, ...]


class WindowReader:
    """Safe to share between threads."""

    def __init__(self, cache: SlotCache, clock: Clock, pause: Callable[[float], None]) -> None:
        self._cache = cache
        self._clock = clock
        self._pause = pause
        self._flights: Flights[Reading] = Flights(clock)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def read(self, practice: Practice, missing: Sequence[Missing], since: datetime) -> Answers:
        """Ask for every window at once; an answer somebody else got at `since` or later is as good. Raises nothing."""
        if len(missing) > 1:
            found = list(self._threads().map(lambda one: self._one(practice, one, since), missing))
        else:
            found = [self._one(practice, one, since) for one in missing]
        return Answers(
            readings=tuple(one for one in found if isinstance(one, Reading)),
            failures=tuple(one for one in found if isinstance(one, RemoteFailure)),
        )

    def _one(self, practice: Practice, missing: Missing, since: datetime) -> Reading | RemoteFailure:
        try:
            return self._flights.join(missing, lambda: self._ask_or_wait(practice, missing, since), group=missing.asked)
        except RemoteFailure as failure:
            return failure

    def _ask_or_wait(self, practice: Practice, missing: Missing, since: datetime) -> Reading:
        """Ask, unless another process is asking: then wait for its answer as long as its lease lasts."""
        until = self._clock.monotonic() + LEASE.total_seconds()
        while not self._cache.claim(missing.asked, missing.first_day) and self._clock.monotonic() < until:
            self._pause(LOOK_SECONDS)
            answer = self._cache.since(missing.asked, missing.first_day, since)
            if answer is not None:
                return answer
        return self._ask(practice, missing, since)

    def _ask(self, practice: Practice, missing: Missing, since: datetime) -> Reading:
        try:
            # Another process may have got its answer between our looking and our claiming.
            answer = self._cache.since(missing.asked, missing.first_day, since)
            starts = () if answer else self._starts(practice, missing)
        except BaseException:
            self._cache.release(missing.asked, missing.first_day)
            raise
        if answer is not None:
            self._cache.release(missing.asked, missing.first_day)
            return answer
        return self._cache.keep(missing.asked, missing.first_day, starts)

    def _starts(self, practice: Practice, missing: Missing) -> tuple[datetime, ...]:
        return practice.slot_starts(
            location_id=missing.asked.location_id,
            practitioner_id=missing.asked.practitioner_id,
            service_id=missing.asked.service_id,
            from_day=missing.first_day,
            to_day=missing.first_day + timedelta(days=WEEK - 1),
        )

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="availability")
            return self._pool
