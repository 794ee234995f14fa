"""Claims and finishes: the only writer of planned task rows. Every change is a compare-and-set on the fence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.tasks.models import FINAL_STATES, Task, TaskState
from booking_app.tasks.records import LeaseLost, PlannedTask


def plan(session: Session, *, clinic_id: int, booking_id: int, tasks: Iterable[PlannedTask], now: datetime) -> None:
    """Write a booking's tasks in the caller's transaction.

    Ready at once are those without `after` and those whose `after` is done; what would wait for a task that will
    never be done is cancelled at once. Raises LookupError for an `after` that names no task of the booking.
    """
    to_plan = list(tasks)
    states = _states_of(session, booking_id, {planned.after for planned in to_plan})
    last = session.scalar(select(func.max(Task.position)).where(Task.booking_id == booking_id))
    for position, planned in enumerate(to_plan, start=0 if last is None else last + 1):
        states[planned.name] = state = _first_state(planned, states)
        session.add(
            Task(
                clinic_id=clinic_id,
                booking_id=booking_id,
                name=planned.name,
                kind=planned.handler_kind,
                connection_id=planned.connection_id,
                after=planned.after,
                position=position,
                state=state,
                due_at=now,
                created_at=now,
                finished_at=now if state == TaskState.CANCELLED else None,
            )
        )
    session.flush()


def claim(
    session: Session, *, booking_id: int, now: datetime, lease: timedelta, names: Collection[str] | None = None,
    but: Collection[int] = (),
) -> Task | None:  # fmt: skip
    """Lease the booking's first due task whose id is not in `but`; None when there is none.

    Counts the attempt. One whose lease ended unheard has not failed, and is counted apart.
    """
    due = select(Task).where(Task.booking_id == booking_id, Task.id.not_in(but), *_is_due(now)).order_by(Task.position)
    if names is not None:
        due = due.where(Task.name.in_(names))
    for task in session.scalars(due.with_for_update(skip_locked=True)):
        was_lost = task.lease_until is not None
        claimed = session.execute(
            update(Task)
            .where(Task.id == task.id, Task.fence == task.fence, *_is_due(now))
            .values(
                fence=task.fence + 1,
                lease_until=now + lease,
                attempts=task.attempts + (not was_lost),
                lost_leases=task.lost_leases + was_lost,
            )
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


def give_up(session: Session, task_id: int, now: datetime) -> bool:
    """A person decides that it will not happen: what waits for it is cancelled, a worker busy with it is overtaken.

    False when there is no such task, or it has come to an end.
    """
    given_up = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state.not_in(FINAL_STATES))
        .values(state=TaskState.GIVEN_UP, lease_until=None, finished_at=now, fence=Task.fence + 1)
        .execution_options(synchronize_session=False)
    )
    if _changed(given_up) != 1:
        return False
    session.execute(
        update(Task)
        .where(Task.id.in_(_followers(session, task_id)), Task.state == TaskState.WAITING)
        .values(state=TaskState.CANCELLED, finished_at=now, note=_given_up_with(task_id))
        .execution_options(synchronize_session=False)
    )
    return True


def reopen(session: Session, task_id: int, now: datetime) -> bool:
    """Make a parked or given-up task ready again, looking before repeating; what was cancelled with it waits again."""
    if not _reopen(session, now, Task.id == task_id, Task.state.in_((TaskState.PARKED, TaskState.GIVEN_UP))):
        return False
    session.execute(
        update(Task)
        .where(Task.id.in_(_followers(session, task_id)), Task.note == _given_up_with(task_id))
        .where(Task.state == TaskState.CANCELLED)
        .values(state=TaskState.WAITING, finished_at=None, note=None)
        .execution_options(synchronize_session=False)
    )
    return True


def replay(session: Session, task_id: int, now: datetime) -> bool:
    """Make a finished task ready again, because what it did is there no more; it looks before it repeats.

    False when there is no such task, or it is not done.
    """
    replayed = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state == TaskState.DONE)
        .values(
            state=TaskState.READY,
            due_at=now,
            attempts=0,
            lost_leases=0,
            must_probe=True,
            remote_id=None,
            finished_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return _changed(replayed) == 1


def reopen_connection(session: Session, connection_id: int, now: datetime) -> int:
    """Make what was parked for a connection ready again; what a person gave up stays so. Returns how many."""
    return _reopen(session, now, Task.connection_id == connection_id, Task.state == TaskState.PARKED)


def due_bookings(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Bookings with a task that could be claimed now, the longest due first."""
    due = select(Task.booking_id).where(*_is_due(now)).group_by(Task.booking_id)
    return session.scalars(due.order_by(func.min(Task.due_at)).limit(limit)).all()


def tasks_of(session: Session, booking_id: int) -> Sequence[Task]:
    return session.scalars(select(Task).where(Task.booking_id == booking_id).order_by(Task.position)).all()


def lock(session: Session, booking_id: int) -> Sequence[Task]:
    """The booking's tasks, nobody else's until the transaction ends: to be locked before the booking itself is."""
    tasks = select(Task).where(Task.booking_id == booking_id).order_by(Task.position)
    return session.scalars(tasks.with_for_update()).all()


def bring_forward(session: Session, task_ids: Collection[int], now: datetime) -> int:
    """What waits for a remote system to come back is due now. Returns how many."""
    brought = session.execute(
        update(Task)
        .where(Task.id.in_(task_ids), Task.state == TaskState.READY, Task.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return _changed(brought)


def opened_at(session: Session, task: Task) -> datetime:
    """Since when nothing has stood before the task: it may have waited long for the one named in `after`."""
    before = select(Task.finished_at).where(Task.booking_id == task.booking_id, Task.name == task.after)
    return (session.scalar(before) if task.after else None) or task.created_at


def remote_id_of(session: Session, *, booking_id: int, connection_id: int, kind: str) -> str | None:
    """What the booking's newest finished task of a kind has made at a connection."""
    made = select(Task.remote_id).where(
        Task.booking_id == booking_id,
        Task.connection_id == connection_id,
        Task.kind == kind,
        Task.state == TaskState.DONE,
        Task.remote_id.is_not(None),
    )
    return session.scalar(made.order_by(Task.position.desc()).limit(1))


def doubt_all(session: Session) -> int:
    """The database is older than the world: whatever may still happen is looked for before it is done.

    Every claim is overtaken, because whoever made it worked on another copy. Returns how many tasks are concerned.
    """
    doubted = session.execute(
        update(Task)
        .where(Task.state.not_in((TaskState.DONE, TaskState.CANCELLED)))
        .values(must_probe=True, lease_until=None, fence=Task.fence + 1)
        .execution_options(synchronize_session=False)
    )
    return _changed(doubted)


def has_open_tasks(session: Session, booking_id: int) -> bool:
    """Whether any task may still happen; a parked one counts as open."""
    return bool(
        session.scalar(
            select(func.count()).where(Task.booking_id == booking_id, Task.state.not_in(FINAL_STATES)).select_from(Task)
        )
    )


def _states_of(session: Session, booking_id: int, names: Collection[str | None]) -> dict[str, str]:
    """The states of the tasks so named, by name; they stay what they are until the caller's transaction ends.

    Without the lock a task could be left waiting for one that is being finished this very moment.
    """
    named = select(Task.name, Task.state).where(Task.booking_id == booking_id, Task.name.in_(names))
    return {row.name: row.state for row in session.execute(named.with_for_update(read=True))}


def _first_state(planned: PlannedTask, states: Mapping[str, str]) -> TaskState:
    if planned.after is None or states[planned.after] == TaskState.DONE:
        return TaskState.READY
    is_hopeless = states[planned.after] in (TaskState.GIVEN_UP, TaskState.CANCELLED)
    return TaskState.CANCELLED if is_hopeless else TaskState.WAITING


def _reopen(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    reopened = session.execute(
        update(Task)
        .where(*which)
        .values(state=TaskState.READY, due_at=now, attempts=0, lost_leases=0, must_probe=True, finished_at=None)
        .execution_options(synchronize_session=False)
    )
    return _changed(reopened)


def _followers(session: Session, task_id: int) -> list[int]:
    """The ids of the tasks that wait for this one, and of those that wait for them."""
    followed = session.get_one(Task, task_id)
    names, found = {followed.name}, list[int]()
    for task in tasks_of(session, followed.booking_id):  # a task is planned after the one it waits for
        if task.after in names:
            names.add(task.name)
            found.append(task.id)
    return found


def _given_up_with(task_id: int) -> str:
    return f"given_up_with:{task_id}"


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
