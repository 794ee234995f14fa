"""Windows of start times in the database: shared by every process, with a lease on the asking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Date, Row, and_, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.availability.days import WEEK
from booking_app.availability.models import SlotWindow
from booking_app.core.clock import Clock
from booking_app.core.db import Database, UtcDateTime
from booking_app.pms.records import GroupTime

A_MOMENT = timedelta(milliseconds=1)
Packed = tuple[str, int, int, int]
KEPT = timedelta(hours=24)
NO_LONGER_FRESH = timedelta(minutes=2)
LEASE = timedelta(seconds=4)  # of a process that died: others still have time to ask within their own deadline


@dataclass(frozen=True)
class Asked:
    """Whose times: one practitioner for one service, given in groups or not, at one location of one account."""

    account_key: str
    location_id: str
    service_id: str
    practitioner_id: str
    is_group: bool = False


@dataclass(frozen=True)
class Reading:
    """What the practice system answered for seven days of the account's zone; `groups` behind the starts, if any."""

    practitioner_id: str
    first_day: date
    fetched_at: datetime
    starts: tuple[datetime, ...] = field(repr=False)  # earliest first
    groups: tuple[GroupTime, ...] = field(default=(), repr=False)

    def covers(self, day: date) -> bool:
        return self.first_day <= day < self.first_day + timedelta(days=WEEK)


class SlotCache:
    """Each method is a short transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def readings(self, asked: Sequence[Asked], first: date, last: date) -> list[Reading]:
        """The readings of the last day that touch the account's days from `first` to `last`, newest first."""
        days = {"after": first - timedelta(days=WEEK), "last": last, "since": self._clock.now() - KEPT}
        people: dict[tuple[str, str, str], list[str]] = {}
        for one in asked:
            people.setdefault((one.account_key, one.location_id, one.service_id), []).append(one.practitioner_id)
        found: list[Reading] = []
        with self._database.reading() as session:
            for (account, location, service), ids in people.items():
                of_these = {"account": account, "location": location, "service": service, "people": ids}
                found += [_reading(row) for row in session.execute(_READINGS, of_these | days)]
        return sorted(found, key=lambda one: one.fetched_at, reverse=True)

    def since(self, asked: Asked, first_day: date, at: datetime) -> Reading | None:
        """The reading of just this window when it was made at `at` or later."""
        with self._database.reading() as session:
            row = session.scalar(select(SlotWindow).where(_window(asked, first_day), SlotWindow.fetched_at >= at))
            return None if row is None else _reading(row)

    def claim(self, asked: Asked, first_day: date) -> bool:
        """Whether the caller may ask for this window; others wait until it has, or until the lease is over."""
        try:
            with self._database.begin() as session:
                return self._claim(session, asked, first_day)
        except IntegrityError:  # another process was first by a moment
            return False

    def keep(
        self, asked: Asked, first_day: date, starts: Sequence[datetime], groups: Sequence[GroupTime] = ()
    ) -> Reading:
        """Store an answer and give up the lease. What is older than a day goes."""
        now = self._clock.now()
        starts = sorted(starts)
        seconds = [int(start.timestamp()) for start in starts]
        packed = [_packed(one) for one in groups] if asked.is_group else None
        with self._database.begin() as session:
            session.execute(
                update(SlotWindow)
                .where(_window(asked, first_day))
                .values(starts=seconds, groups=packed, fetched_at=now, fetching_until=None)
            )
            session.execute(delete(SlotWindow).where(SlotWindow.fetched_at < now - KEPT))
        return Reading(asked.practitioner_id, first_day, now, tuple(starts), tuple(groups))

    def drop(self, account_key: str, practitioner_id: str, start: datetime) -> None:
        """Take a start that is gone out of everything that was read of the practitioner, and believe none of it as new.

        Whoever looks next asks again; whoever cannot ask is not shown what is gone.
        """
        lost, day = int(start.timestamp()), start.date()
        with self._database.begin() as session:
            rows = session.scalars(
                select(SlotWindow)
                .where(
                    SlotWindow.account_key == account_key,
                    SlotWindow.practitioner_id == practitioner_id,
                    SlotWindow.first_day >= day - timedelta(days=WEEK + 1),
                    SlotWindow.first_day <= day + timedelta(days=1),
                )
                .order_by(SlotWindow.id)
                .with_for_update()
            )
            for row in rows:
                if lost in row.starts and row.fetched_at is not None:
                    row.starts = [one for one in row.starts if one != lost]
                    row.fetched_at = min(row.fetched_at, self._clock.now() - NO_LONGER_FRESH)

    def release(self, asked: Asked, first_day: date) -> None:
        """Give up the lease without an answer."""
        with self._database.begin() as session:
            session.execute(update(SlotWindow).where(_window(asked, first_day)).values(fetching_until=None))

    def _claim(self, session: Session, asked: Asked, first_day: date) -> bool:
        now = self._clock.now()
        is_free = or_(SlotWindow.fetching_until.is_(None), SlotWindow.fetching_until <= now)
        claiming = update(SlotWindow).where(_window(asked, first_day), is_free).values(fetching_until=now + LEASE)
        if cast(CursorResult[Any], session.execute(claiming)).rowcount:
            return True
        if session.scalar(select(SlotWindow.id).where(_window(asked, first_day))) is not None:
            return False
        session.add(
            SlotWindow(
                account_key=asked.account_key,
                location_id=asked.location_id,
                service_id=asked.service_id,
                practitioner_id=asked.practitioner_id,
                first_day=first_day,
                starts=[],
                fetching_until=now + LEASE,
            )
        )
        return True


def _is(asked: Asked) -> ColumnElement[bool]:
    return and_(
        SlotWindow.account_key == asked.account_key,
        SlotWindow.location_id == asked.location_id,
        SlotWindow.service_id == asked.service_id,
        SlotWindow.practitioner_id == asked.practitioner_id,
    )


def _window(asked: Asked, first_day: date) -> ColumnElement[bool]:
    return and_(_is(asked), SlotWindow.first_day == first_day)


# Made once: every page of times asks it, and putting a statement together costs more than the database needs for it.
_READINGS = (
    select(
        SlotWindow.practitioner_id, SlotWindow.first_day, SlotWindow.fetched_at, SlotWindow.starts, SlotWindow.groups
    )
    .where(
        SlotWindow.account_key == bindparam("account"),
        SlotWindow.location_id == bindparam("location"),
        SlotWindow.service_id == bindparam("service"),
        SlotWindow.practitioner_id.in_(bindparam("people", expanding=True)),
        SlotWindow.first_day > bindparam("after", type_=Date()),
        SlotWindow.first_day <= bindparam("last", type_=Date()),
        SlotWindow.fetched_at >= bindparam("since", type_=UtcDateTime()),
    )
    .order_by(SlotWindow.fetched_at.desc(), SlotWindow.first_day)
)


def _reading(row: SlotWindow | Row[str, date, datetime | None, list[int], list[Packed] | None]) -> Reading:
    assert row.fetched_at is not None
    starts = tuple(datetime.fromtimestamp(seconds, UTC) for seconds in row.starts)
    groups = tuple(_unpacked(one) for one in row.groups or ())
    return Reading(row.practitioner_id, row.first_day, row.fetched_at, starts, groups)


def _packed(group: GroupTime) -> Packed:
    seconds = (int(at.timestamp()) for at in (group.starts_at, group.ends_at))
    return (group.group_id, *seconds, group.places_left)  # type: ignore[return-value]


def _unpacked(packed: Packed) -> GroupTime:
    group_id, start, end, places = packed
    return GroupTime(group_id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), places)


def note_places(session: Session, account_key: str, practitioner_id: str, group_id: str, *, left: int | None) -> None:
    """Bring what was read of a group up to date: `left` places, or one fewer where None. The caller commits.

    Until it is read again, nobody is shown a place that is gone, nor kept from one that is there.
    """
    known = select(SlotWindow).where(
        SlotWindow.account_key == account_key,
        SlotWindow.practitioner_id == practitioner_id,
        SlotWindow.groups.is_not(None),
    )
    for row in session.scalars(known.order_by(SlotWindow.id).with_for_update()):
        changed = [_with_places(one, left) if one[0] == group_id else one for one in row.groups or ()]
        row.groups, full = changed, {one[1] for one in changed if one[3] <= 0}
        row.starts = [start for start in row.starts if start not in full]
        if row.fetched_at is not None:
            row.fetched_at -= A_MOMENT  # pages that were made of it are known by this time, and are made anew


def _with_places(packed: Packed, left: int | None) -> Packed:
    group_id, start, end, places = packed
    return (group_id, start, end, max(places - 1, 0) if left is None else left)
