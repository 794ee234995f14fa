"""How the booking page does, in numbers: nothing here can be traced to a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Date, and_, column, func, select, values
from sqlalchemy.orm import Session

from booking_app.availability.days import ONE_DAY, begins, day_of
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.statistics.confirm_seconds import seconds_to_confirm
from booking_app.bookings.statistics.counts import daily_counts
from booking_app.bookings.statistics.page_counts import STEPS
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database, UtcDateTime
from booking_app.tasks.models import Task, TaskState

PERIODS = (7, 28, 90)


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
            counted = _outcomes(session, clinic, [first + timedelta(days=offset) for offset in range(days)])
            waits = _waits(session, clinic, first, last)
            trouble = _trouble(session, clinic, first)
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
            waiting=_waiting(waits),
            trouble=trouble,
        )


def _outcomes(session: Session, clinic: Clinic, days: Sequence[date]) -> Counter[tuple[date, str]]:
    """By the day of the clinic's zone on which each booking was made: what came of it, counted by the database."""
    edges = [(day, begins(day, clinic.time_zone), begins(day + ONE_DAY, clinic.time_zone)) for day in days]
    columns = (column("day", Date), column("since", UtcDateTime), column("until", UtcDateTime))
    of_days = values(*columns, name="days").data(edges).cte("days")
    rows = session.execute(
        select(of_days.c.day, Booking.state, func.count(), func.count(Booking.confirmed_at))
        .join(
            Booking,
            and_(
                Booking.clinic_id == clinic.id,
                Booking.created_at >= of_days.c.since,
                Booking.created_at < of_days.c.until,
                Booking.source == Source.ONLINE,
            ),
        )
        .group_by(of_days.c.day, Booking.state)
    )
    counted: Counter[tuple[date, str]] = Counter()
    for day, state, total, confirmed in rows:
        counted[(day, state)] += total
        counted[(day, "booked")] += confirmed
    return counted


def _waits(session: Session, clinic: Clinic, first: date, last: date) -> Sequence[float]:
    """Seconds from pressing confirm to the appointment, shortest first, of the bookings made in the period."""
    seconds = seconds_to_confirm(session)
    found = session.scalars(
        select(seconds).where(
            Booking.clinic_id == clinic.id,
            Booking.source == Source.ONLINE,
            Booking.created_at >= begins(first, clinic.time_zone),
            Booking.created_at < begins(last + ONE_DAY, clinic.time_zone),
            Booking.confirmed_at.is_not(None),
        )
    )
    return sorted(round(float(one), 3) for one in found)


def _waiting(waits: Sequence[float]) -> Waiting:
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
