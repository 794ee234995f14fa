"""How the booking page does, in numbers: nothing here can be traced to a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.availability.days import ONE_DAY, begins, day_of
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.statistics.counts import daily_counts
from booking_app.bookings.statistics.page_counts import STEPS
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks.models import Task, TaskState

PERIODS = (7, 28, 90)
BookingRow = tuple[datetime, datetime | None, str]


@dataclass(frozen=True)
class DayFigures:
    """One day of the clinic's zone. `steps` are showings of each step; `booked` bookings that were confirmed."""

    day: date
    steps: tuple[int, ...]
    booked: int
    cancelled: int
    lost: int
    failed: int


@dataclass(frozen=True)
class Waiting:
    """Seconds from pressing confirm to the appointment in Cliniko: half of the patients wait less than `usual`, nine in
    ten less than `long`. None without a booking."""

    count: int
    usual: float | None
    long: float | None


@dataclass(frozen=True)
class TaskTrouble:
    """Tasks of one kind that wait for a person now, or were given up, with the error code."""

    kind: str
    code: str
    total: int


@dataclass(frozen=True)
class Figures:
    """A period that ends today. `sources` are confirmed bookings by where they came from, most first."""

    days: tuple[DayFigures, ...]
    sources: tuple[tuple[str, int], ...]
    source_days: tuple[tuple[date, str, int], ...]
    waiting: Waiting
    trouble: tuple[TaskTrouble, ...]

    @property
    def booked(self) -> int:
        return sum(day.booked for day in self.days)

    @property
    def funnel(self) -> tuple[tuple[str, int], ...]:
        """Showings of each step over the period, and the bookings last."""
        totals = [sum(day.steps[place] for day in self.days) for place in range(len(STEPS))]
        return (*zip(STEPS, totals, strict=True), ("booked", self.booked))


class Insight:
    """Reads only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def figures(self, clinic: Clinic, days: int) -> Figures:
        """The last `days` days of the clinic's zone, today included; any number, but see PERIODS."""
        last = day_of(self._clock.now(), clinic.time_zone)
        first = last - timedelta(days=days - 1)
        with self._database.reading() as session:
            steps = daily_counts(session, clinic.id, "step", first, last)
            sources = daily_counts(session, clinic.id, "source", first, last)
            bookings = _bookings(session, clinic, first, last)
            trouble = _trouble(session, clinic, first)
        counted = _by_day(bookings, clinic.time_zone)
        return Figures(
            days=tuple(
                DayFigures(
                    day=day,
                    steps=tuple(steps.get((day, step), 0) for step in STEPS),
                    booked=counted[(day, "booked")],
                    cancelled=counted[(day, BookingState.CANCELLED)] + counted[(day, BookingState.CANCELLING)],
                    lost=counted[(day, BookingState.SLOT_LOST)],
                    failed=counted[(day, BookingState.FAILED)],
                )
                for day in (first + timedelta(days=offset) for offset in range(days))
            ),
            sources=_most_first(sources),
            source_days=tuple((day, name, total) for (day, name), total in sorted(sources.items())),
            waiting=_waiting(bookings),
            trouble=trouble,
        )


def _bookings(session: Session, clinic: Clinic, first: date, last: date) -> Sequence[BookingRow]:
    """When each booking of the period was made and confirmed, and its state."""
    start, end = begins(first, clinic.time_zone), begins(last + ONE_DAY, clinic.time_zone)
    rows = session.execute(
        select(Booking.created_at, Booking.confirmed_at, Booking.state).where(
            Booking.clinic_id == clinic.id,
            Booking.source == Source.ONLINE,
            Booking.created_at >= start,
            Booking.created_at < end,
        )
    )
    return [(created, confirmed, state) for created, confirmed, state in rows]


def _by_day(bookings: Sequence[BookingRow], zone: str) -> Counter[tuple[date, str]]:
    """By the day on which each was made: what came of it."""
    counted: Counter[tuple[date, str]] = Counter()
    for created_at, confirmed_at, state in bookings:
        day = created_at.astimezone(ZoneInfo(zone)).date()
        counted[(day, "booked")] += confirmed_at is not None
        counted[(day, state)] += 1
    return counted


def _waiting(bookings: Sequence[BookingRow]) -> Waiting:
    waits = sorted((confirmed - created).total_seconds() for created, confirmed, _ in bookings if confirmed)
    if not waits:
        return Waiting(0, None, None)
    return Waiting(len(waits), median(waits), waits[min(len(waits) * 9 // 10, len(waits) - 1)])


def _trouble(session: Session, clinic: Clinic, first: date) -> tuple[TaskTrouble, ...]:
    code = func.coalesce(Task.code, "")
    total = func.count()
    rows = session.execute(
        select(Task.kind, code, total)
        .where(
            Task.clinic_id == clinic.id,
            Task.state.in_((TaskState.PARKED, TaskState.GIVEN_UP)),
            Task.created_at >= begins(first, clinic.time_zone),
        )
        .group_by(Task.kind, code)
        .order_by(total.desc(), Task.kind, code)
    )
    return tuple(TaskTrouble(kind, said, count) for kind, said, count in rows)


def _most_first(sources: Mapping[tuple[date, str], int]) -> tuple[tuple[str, int], ...]:
    totals: Counter[str] = Counter()
    for (_, name), total in sources.items():
        totals[name] += total
    return tuple(sorted(totals.items(), key=lambda one: (-one[1], one[0])))
