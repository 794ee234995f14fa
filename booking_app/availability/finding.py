"""The starts of several practitioners over some days, from the cache where it is fresh, else from the practice."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking_app.availability.cache import Asked, Reading, SlotCache
from booking_app.availability.days import ONE_DAY, WEEK, begins
from booking_app.availability.reader import Missing, WindowReader
from booking_app.core.clock import Clock
from booking_app.pms.records import Practice


@dataclass(frozen=True)
class Found:
    """Starts by practitioner, in the order asked, earliest first.

    `as_of` is when the oldest part was read, `calls` how many calls were made.
    """

    starts: dict[str, tuple[datetime, ...]]
    as_of: datetime
    is_stale: bool
    calls: int = 0


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How old an answer may be; how many calls may be made (None: as many as are needed), and how old an answer may
    be where no call is left."""

    fresh_for: timedelta
    calls: int | None = None
    otherwise: timedelta = field(default=timedelta(0))


class StartFinder:
    """Safe to share between threads."""

    def __init__(self, cache: SlotCache, reader: WindowReader, clock: Clock) -> None:
        self._cache = cache
        self._reader = reader
        self._clock = clock

    def find(
        self, practice: Practice, asked: Sequence[Asked], days: Sequence[date], zone: str, freshness: Freshness,
        deadline: float,
    ) -> Found:  # fmt: skip
        """The starts on the account's `days` (consecutive; `zone` is the account's), found by `deadline` (monotonic).

        Where the practice cannot be asked, what was read within the last day is given and marked. Raises RemoteFailure
        only when nothing at all was read for these days within it.
        """
        now = self._clock.now()
        if not days or not asked:
            return Found({one.practitioner_id: () for one in asked}, now, is_stale=False)
        known = self._cache.readings(asked, days[0], days[-1])
        fresh = [one for one in known if one.fetched_at >= now - freshness.fresh_for]
        missing = _missing(asked, days, fresh)
        asking = missing if freshness.calls is None else missing[: freshness.calls]
        answers = self._reader.read(practice, asking, now - freshness.fresh_for, deadline)
        usable = [*answers.readings, *fresh]
        if len(asking) < len(missing):
            usable += [one for one in known if one.fetched_at >= now - freshness.otherwise]
        if answers.failures:
            usable += known
            if not any(one.covers(day) for one in usable for day in days):
                raise answers.failures[0]
        starts, used = _on_days(asked, days, usable, zone)
        return Found(
            starts=starts,
            as_of=min((one.fetched_at for one in used), default=now),
            is_stale=bool(answers.failures),
            calls=len(asking),
        )


def _missing(asked: Sequence[Asked], days: Sequence[date], fresh: Sequence[Reading]) -> list[Missing]:
    """The fewest windows that cover, for each practitioner, the days that nothing fresh covers."""
    missing: list[Missing] = []
    for one in asked:
        own = [reading for reading in fresh if reading.practitioner_id == one.practitioner_id]
        covered_until: date | None = None
        for day in days:
            is_covered = covered_until is not None and day < covered_until
            if not is_covered and not any(reading.covers(day) for reading in own):
                missing.append(Missing(one, day))
                covered_until = day + timedelta(days=WEEK)
    return missing


def _on_days(
    asked: Sequence[Asked], days: Sequence[date], readings: Sequence[Reading], zone: str
) -> tuple[dict[str, tuple[datetime, ...]], list[Reading]]:
    """Each day from the newest reading that covers it: an older one may still have what is taken by now."""
    newest = sorted(readings, key=lambda one: one.fetched_at, reverse=True)
    starts: dict[str, tuple[datetime, ...]] = {}
    used: list[Reading] = []
    edges = [(day, begins(day, zone), begins(day + ONE_DAY, zone)) for day in days]
    for one in asked:
        own = [reading for reading in newest if reading.practitioner_id == one.practitioner_id]
        found: list[datetime] = []
        for day, first, end in edges:
            source = next((reading for reading in own if reading.covers(day)), None)
            if source is not None:
                used.append(source)
                found += source.starts[bisect_left(source.starts, first) : bisect_left(source.starts, end)]
        starts[one.practitioner_id] = tuple(found)
    return starts, used
