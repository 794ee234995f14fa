"""The use case: write the CRM sync tasks of past bookings a few at a time; the task runner does them like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.subject import BOOKING, subject_of
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.crm.backfill.models import BackfillRun
from booking_app.crm.sync.registration import tasks_for
from booking_app.tasks import store
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.runner import TaskRunner

AT_ONCE = 25  # bookings under way: new ones of patients are not kept waiting behind the past
UNDER_WAY = (TaskState.READY, TaskState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run has come, in bookings. `parked` ones wait for a person; `is_held_up`: the connection is paused."""

    run_id: int
    total: int
    planned: int
    under_way: int
    parked: int
    is_held_up: bool
    finished_at: datetime | None

    @property
    def done(self) -> int:
        return self.planned - self.under_way - self.parked


class Backfill:
    """Safe in any number of processes. A booking that a connection knows already is left alone."""

    def __init__(self, *, database: Database, clock: Clock, task_runner: TaskRunner) -> None:
        self._database = database
        self._clock = clock
        self._task_runner = task_runner

    def start(self, connection_id: int, *, since: datetime | None = None, author: Author | None = None) -> int:
        """The id of the connection's open run, or of a new one, which workers take up; commits.

        `author` is written down where a person began it.
        """
        with self._database.begin() as session:
            connection = session.get_one(Connection, connection_id, with_for_update=True)
            still_open = select(BackfillRun).where(
                BackfillRun.connection_id == connection_id, BackfillRun.finished_at.is_(None)
            )
            if (found := session.scalar(still_open)) is not None:
                return found.id
            run = BackfillRun(
                connection_id=connection_id, clinic_id=connection.clinic_id, since=since, total=0,
                started_at=self._clock.now(), cursor=0,
            )  # fmt: skip
            run.total = session.scalar(select(func.count()).select_from(Booking).where(_unknown_to(run))) or 0
            session.add(run)
            session.flush()
            if author is not None:
                after = {"vendor": connection.vendor, "connection": connection_id, "bookings": run.total}
                record(session, author, connection.clinic_id, "connection.backfilled", after=after)
            return run.id

    def run(self) -> int:
        """A worker's round: let every open run go on; returns how many there are."""
        with self._database.reading() as session:
            runs = session.scalars(select(BackfillRun.id).where(BackfillRun.finished_at.is_(None))).all()
        for run_id in runs:
            self.go_on(run_id)
        return len(runs)

    def go_on(self, run_id: int) -> Progress:
        """Write the tasks of as many bookings as may be under way, and wake them; commits. Safe to repeat."""
        with self._database.begin() as session:
            run = session.get_one(BackfillRun, run_id, with_for_update=True)
            bookings = self._plan_next(session, run) if run.finished_at is None else []
            progress = _progress(session, run)
            if run.planned >= run.total and not bookings and not progress.under_way and not progress.is_held_up:
                run.finished_at = run.finished_at or self._clock.now()
        for booking_id in bookings:
            self._task_runner.wake(subject_of(booking_id))
        return self.progress(run_id)

    def progress(self, run_id: int) -> Progress:
        with self._database.reading() as session:
            return _progress(session, session.get_one(BackfillRun, run_id))

    def latest(self, connection_id: int) -> Progress | None:
        """The connection's newest run, finished or not; None before the first."""
        newest = select(BackfillRun).where(BackfillRun.connection_id == connection_id).order_by(BackfillRun.id.desc())
        with self._database.reading() as session:
            run = session.scalar(newest.limit(1))
            return None if run is None else _progress(session, run)

    def due(self, run_id: int) -> Sequence[tuple[int, str]]:
        """The booking and name of the run's tasks that could be done now, for whoever does them without a worker."""
        with self._database.reading() as session:
            run = session.get_one(BackfillRun, run_id)
            ready = (*_tasks_of(run), Task.state == TaskState.READY, Task.due_at <= self._clock.now())
            found = session.execute(select(Task.subject_id, Task.name).where(*ready).order_by(Task.id))
            return [(booking_id, name) for booking_id, name in found]

    def _plan_next(self, session: Session, run: BackfillRun) -> list[int]:
        """Write the next bookings' tasks in the caller's transaction; returns the bookings."""
        connection = session.get_one(Connection, run.connection_id)
        free = AT_ONCE - _progress(session, run).under_way
        if connection.state == "paused" or free <= 0:
            return []
        after = select(Booking.id).where(_unknown_to(run)).order_by(Booking.id).limit(free)
        bookings = list(session.scalars(after))
        for booking_id in bookings:
            tasks = tasks_for(connection, after=None)
            store.plan(
                session, clinic_id=run.clinic_id, subject=subject_of(booking_id), tasks=tasks, now=self._clock.now()
            )
        if bookings:
            run.cursor = bookings[-1]
            run.planned += len(bookings)
        elif run.planned < run.total:
            run.total = run.planned  # some were cancelled, or sent, since they were counted
        return bookings


def _unknown_to(run: BackfillRun) -> ColumnElement[bool]:
    """Bookings that stand, or stood when they took place, and of which the connection was never told."""
    told = (
        select(Task.id)
        .where(Task.subject_id == Booking.id, Task.subject_kind == BOOKING, Task.connection_id == run.connection_id)
        .exists()
    )
    concerned = and_(
        Booking.clinic_id == run.clinic_id,
        Booking.state == BookingState.CONFIRMED,
        Booking.cliniko_patient_id.is_not(None),
        Booking.id > run.cursor,
        not_(told),
    )
    return concerned if run.since is None else and_(concerned, Booking.created_at >= run.since)


def _tasks_of(run: BackfillRun) -> tuple[ColumnElement[bool], ...]:
    """The tasks that a run has written: no other ones of the connection are that new and of bookings that old."""
    older = select(Booking.id).where(Booking.clinic_id == run.clinic_id, Booking.created_at < run.started_at)
    return (
        Task.connection_id == run.connection_id,
        Task.created_at >= run.started_at,
        Task.subject_kind == BOOKING,
        Task.subject_id <= run.cursor,
        Task.subject_id.in_(older),
    )


def _progress(session: Session, run: BackfillRun) -> Progress:
    def bookings(*states: TaskState) -> int:
        counted = select(func.count(Task.subject_id.distinct())).where(*_tasks_of(run), Task.state.in_(states))
        return session.scalar(counted) or 0

    under_way = bookings(*UNDER_WAY)
    connection = session.get_one(Connection, run.connection_id)
    return Progress(
        run_id=run.id,
        total=run.total,
        planned=run.planned,
        under_way=under_way,
        parked=bookings(TaskState.PARKED),
        is_held_up=connection.state == "paused",
        finished_at=run.finished_at,
    )
