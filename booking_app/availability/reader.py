"""Asking the practice system for windows: once for all who wait, several practitioners at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking_app.availability.cache import LEASE, Asked, Reading, SlotCache
from booking_app.availability.days import WEEK
from booking_app.availability.flights import Flights
from booking_app.availability.lanes import Lanes
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practice
from booking_app.pms.records import GroupTime

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
        self._lanes = Lanes(clock)
        self._flights: Flights[Reading] = Flights(clock, self._lanes)

    def read(self, practice: Practice, missing: Sequence[Missing], since: datetime, deadline: float) -> Answers:
        """Ask for every window, all of one account; an answer somebody else got at `since` or later is as good.

        Over by `deadline` (monotonic): what has not come by then has failed. Raises nothing of the practice's.
        """
        if not missing:
            return Answers((), ())
        account = missing[0].asked.account_key
        flights = self._lanes.wait(
            account, lambda: [self._start(practice, one, since, deadline) for one in missing], deadline
        )
        if not flights:
            return Answers((), (RemoteFailure("availability_slow"),))
        found = [_outcome(one) for one in flights]
        return Answers(
            readings=tuple(one for one in found if isinstance(one, Reading)),
            failures=tuple(one for one in found if isinstance(one, RemoteFailure)),
        )

    def close(self) -> None:
        """Wait for the calls under way; nothing may be read afterwards."""
        self._lanes.close()

    def _start(self, practice: Practice, missing: Missing, since: datetime, deadline: float) -> Future[Reading]:
        return self._flights.join(
            missing,
            lambda: self._ask_or_wait(practice, missing, since, deadline),
            group=missing.asked,
            account=missing.asked.account_key,
        )

    def _ask_or_wait(self, practice: Practice, missing: Missing, since: datetime, deadline: float) -> Reading:
        """Ask, unless another process is asking: then wait for its answer as long as its lease lasts."""
        until = min(self._clock.monotonic() + LEASE.total_seconds(), deadline)
        while not self._cache.claim(missing.asked, missing.first_day):
            if self._clock.monotonic() >= until:
                raise RemoteFailure("availability_late")
            self._pause(LOOK_SECONDS)
            answer = self._cache.since(missing.asked, missing.first_day, since)
            if answer is not None:
                return answer
        return self._ask(practice, missing, since)

    def _ask(self, practice: Practice, missing: Missing, since: datetime) -> Reading:
        try:
            # Another process may have got its answer between our looking and our claiming.
            answer = self._cache.since(missing.asked, missing.first_day, since)
            starts, groups = ((), ()) if answer else _read(practice, missing)
        except BaseException:
            self._cache.release(missing.asked, missing.first_day)
            raise
        if answer is not None:
            self._cache.release(missing.asked, missing.first_day)
            return answer
        return self._cache.keep(missing.asked, missing.first_day, starts, groups)


def _read(practice: Practice, missing: Missing) -> tuple[tuple[datetime, ...], tuple[GroupTime, ...]]:
    """The starts that can be chosen, and the groups behind them."""
    where = {
        "location_id": missing.asked.location_id,
        "practitioner_id": missing.asked.practitioner_id,
        "service_id": missing.asked.service_id,
    }
    first, last = missing.first_day, missing.first_day + timedelta(days=WEEK - 1)
    if not missing.asked.is_group:
        return practice.slot_starts(**where, from_day=first, to_day=last), ()
    groups = practice.group_times(**where, from_day=first, to_day=last)
    return tuple(sorted({one.starts_at for one in groups if one.places_left > 0})), groups


def _outcome(flight: Future[Reading]) -> Reading | RemoteFailure:
    """What a flight brought; one still in the air is late, and what it brings later is in the cache for the next."""
    if not flight.done():
        return RemoteFailure("availability_late")
    error = flight.exception()
    if error is None:
        return flight.result()
    if isinstance(error, RemoteFailure):
        return error
    raise error
