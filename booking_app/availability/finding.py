"""The starts of several practitioners over some days, from the cache where it is fresh, else from the practice."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking_app.availability.cache import Asked, Reading, SlotCache
from booking_app.availability.days import ONE_DAY, WEEK, begins
from booking_app.availability.reader import Missing, WindowReader
from booking_app.core.clock import Clock
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.pms.practice import Practice
from booking_app.pms.records import GroupTime


def all_of_them(calls: int) -> int:
    """The allowance of who is not limited."""
    return calls


@dataclass(frozen=True)
class Found:
    """Starts by practitioner, in the order asked, earliest first.

    `as_of` is when the oldest part was read, `calls` how many calls were made; `has_more` when somebody's times are not
    known because no call was left for them, so that asking again brings more. `is_away` when a call brought nothing.
    """

    starts: dict[str, tuple[datetime, ...]]
    as_of: datetime
    is_stale: bool
    calls: int = 0
    has_more: bool = False
    is_away: bool = False
    groups: Mapping[tuple[str, datetime], GroupTime] = field(default_factory=dict)  # by practitioner and start


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How old an answer may be; how many calls may be made (None: as many as are needed), and how old an answer may
    be where no call is left.

    `allow` says how many of so many calls the visitor may cause now, and counts them.
    """

    fresh_for: timedelta
    calls: int | None = None
    allow: Callable[[int], int] = all_of_them
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
        missing = _most_promising_first(_missing(asked, days, fresh), known, days, zone)
        wanted = missing if freshness.calls is None else missing[: freshness.calls]
        asking = wanted[: freshness.allow(len(wanted))] if wanted else []
        answers = self._reader.read(practice, asking, now - freshness.fresh_for, deadline)
        usable = [*answers.readings, *fresh]
        if len(asking) < len(missing) or answers.failures:
            usable += [one for one in known if one.fetched_at >= now - freshness.otherwise]
        is_away = any(one.failure is not Failure.RATE for one in answers.failures)
        if is_away:
            usable += known  # the practice is away: what is known is better than nothing, and says its age
        if not any(one.covers(day) for one in usable for day in days):
            raise answers.failures[0] if answers.failures else RemoteFailure("visitor_limit", failure=Failure.RATE)
        starts, groups, used = on_days(asked, days, usable, zone)
        as_of = min((one.fetched_at for one in used), default=now)
        return Found(
            starts=starts,
            as_of=as_of,
            is_stale=bool(answers.failures) or as_of < now - freshness.fresh_for,
            calls=len(asking),
            has_more=len(asking) < len(missing) and bool(_missing(asked, days, usable)),
            is_away=is_away,
            groups=groups,
        )


def _most_promising_first(
    missing: Sequence[Missing], known: Sequence[Reading], days: Sequence[date], zone: str
) -> list[Missing]:
    """Whoever was free when last looked at, then those nobody knows anything of, then those who were not."""
    first, end = begins(days[0], zone), begins(days[-1] + ONE_DAY, zone)

    def rank(one: Missing) -> int:
        own = [reading for reading in known if reading.practitioner_id == one.asked.practitioner_id]
        if any(first <= start < end for reading in own for start in reading.starts):
            return 0
        return 2 if own else 1

    return sorted(missing, key=rank)


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


def on_days(
    asked: Sequence[Asked], days: Sequence[date], readings: Sequence[Reading], zone: str
) -> tuple[dict[str, tuple[datetime, ...]], dict[tuple[str, datetime], GroupTime], list[Reading]]:
    """Each day from the newest reading that covers it: an older one may still have what is taken by now."""
    newest = sorted(readings, key=lambda one: one.fetched_at, reverse=True)
    starts: dict[str, tuple[datetime, ...]] = {}
    groups: dict[tuple[str, datetime], GroupTime] = {}
    used: list[Reading] = []
    edges = [(day, begins(day, zone), begins(day + ONE_DAY, zone)) for day in days]
    for one in asked:
        own = [reading for reading in newest if reading.practitioner_id == one.practitioner_id]
        found: list[datetime] = []
        for day, first, end in edges:
            source = next((reading for reading in own if reading.covers(day)), None)
            if source is not None:
                used.append(source)
                groups |= _groups_within(source, first, end)
                found += source.starts[bisect_left(source.starts, first) : bisect_left(source.starts, end)]
        starts[one.practitioner_id] = tuple(found)
    return starts, groups, used


def _groups_within(reading: Reading, first: datetime, end: datetime) -> dict[tuple[str, datetime], GroupTime]:
    """The groups behind the starts; of two at one time that with more places left."""
    by_places = sorted(reading.groups, key=lambda group: group.places_left)
    inside = (group for group in by_places if first <= group.starts_at < end)
    return {(reading.practitioner_id, group.starts_at): group for group in inside}
