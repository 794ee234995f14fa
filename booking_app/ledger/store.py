"""Claims and finishes: the only writer of planned task rows. Every change is a compare-and-set on the fence."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.ledger.models import FINAL_STATES, Task, TaskState
from booking_app.ledger.records import LeaseLost, PlannedTask


def plan(session: Session, *, clinic_id: int, booking_id: int, tasks: Iterable[PlannedTask], now: datetime) -> None:
    """Write a booking's tasks in the caller's transaction; those without `after` are ready at once."""
    first = session.scalar(select(func.coalesce(func.max(Task.position), -1)).where(Task.booking_id == booking_id)) or 0
    for position, planned in enumerate(tasks, start=first + 1):
        session.add(
            Task(
                clinic_id=clinic_id,
                booking_id=booking_id,
                name=planned.name,
                kind=planned.handler_kind,
                connection_id=planned.connection_id,
                after=planned.after,
                position=position,
                state=TaskState.WAITING if planned.after else TaskState.READY,
                due_at=now,
                created_at=now,
            )
        )
    session.flush()


def claim(
    session: Session, *, booking_id: int, now: datetime, lease: timedelta, names: Collection[str] | None = None
) -> Task | None:
    """Lease the booking's first due task, counting the attempt; None when there is none to be had."""
    due = select(Task).where(Task.booking_id == booking_id, *_is_due(now)).order_by(Task.position)
    if names is not None:
        due = due.where(Task.name.in_(names))
    for task in session.scalars(due.with_for_update(skip_locked=True)):
        claimed = session.execute(
            update(Task)
            .where(Task.id == task.id, Task.fence == task.fence, *_is_due(now))
            .values(fence=task.fence + 1, lease_until=now + lease, attempts=task.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if _changed(claimed) == 1:
            session.refresh(task)
            return task
    return None


def finish(session: Session, task: Task, *, now: datetime, remote_id: str | None, note: str | None) -> None:
    """Mark it done and open what waited for it. Raises LeaseLost when another worker claimed it meanwhile."""
    _write(
        session,
        task,
        state=TaskState.DONE,
        remote_id=remote_id or task.remote_id,
        note=note,
        failure=None,
        code=None,
        lease_until=None,
        finished_at=now,
    )
    session.execute(
        update(Task)
        .where(Task.booking_id == task.booking_id, Task.after == task.name, Task.state == TaskState.WAITING)
        .values(state=TaskState.READY, due_at=now)
        .execution_options(synchronize_session=False)
    )


def postpone(
    session: Session,
    task: Task,
    *,
    due_at: datetime,
    counts: bool,
    must_probe: bool,
    failure: str | None = None,
    code: str | None = None,
    remote_id: str | None = None,
) -> None:
    """Hand the lease back and try again at `due_at`. Raises LeaseLost."""
    _write(
        session,
        task,
        due_at=due_at,
        lease_until=None,
        attempts=task.attempts if counts else task.attempts - 1,
        must_probe=must_probe or task.must_probe,
        failure=failure,
        code=code,
        remote_id=remote_id or task.remote_id,
    )


def park(session: Session, task: Task, *, failure: str, code: str) -> None:
    """Leave it for a person. Raises LeaseLost."""
    _write(session, task, state=TaskState.PARKED, lease_until=None, must_probe=True, failure=failure, code=code)


def cancel_rest(session: Session, booking_id: int, now: datetime) -> None:
    """Cancel every task of the booking that has not come to an end."""
    session.execute(
        update(Task)
        .where(Task.booking_id == booking_id, Task.state.not_in(FINAL_STATES))
        .values(state=TaskState.CANCELLED, lease_until=None, finished_at=now, fence=Task.fence + 1)
        .execution_options(synchronize_session=False)
    )


def reopen(session: Session, *, now: datetime, task_id: int | None = None, connection_id: int | None = None) -> int:
    """Make parked or given-up tasks ready again, looking before repeating; returns how many."""
    reopened = session.execute(
        update(Task)
        .where(
            Task.state.in_((TaskState.PARKED, TaskState.GIVEN_UP)),
            Task.id == task_id if task_id is not None else Task.connection_id == connection_id,
        )
        .values(state=TaskState.READY, due_at=now, attempts=0, must_probe=True, finished_at=None)
        .execution_options(synchronize_session=False)
    )
    return _changed(reopened)


def due_bookings(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Bookings with a task that could be claimed now, the longest due first."""
    due = select(Task.booking_id).where(*_is_due(now)).group_by(Task.booking_id)
    return session.scalars(due.order_by(func.min(Task.due_at)).limit(limit)).all()


def tasks_of(session: Session, booking_id: int) -> Sequence[Task]:
    return session.scalars(select(Task).where(Task.booking_id == booking_id).order_by(Task.position)).all()


def has_open_tasks(session: Session, booking_id: int) -> bool:
    """Whether any task may still happen; a parked one counts as open."""
    return bool(
        session.scalar(
            select(func.count()).where(Task.booking_id == booking_id, Task.state.not_in(FINAL_STATES)).select_from(Task)
        )
    )


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Task.state == TaskState.READY,
        Task.due_at <= now,
        or_(Task.lease_until.is_(None), Task.lease_until <= now),
    )


def _write(session: Session, task: Task, **values: object) -> None:
    written = session.execute(
        update(Task)
        .where(Task.id == task.id, Task.fence == task.fence, Task.state == TaskState.READY)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if _changed(written) != 1:
        raise LeaseLost(f"task {task.id}: fence {task.fence} was overtaken")


def _changed(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount
