"""Plans, claims and finishes: the only writer of a task on its way. Every change is a compare-and-set on the fence."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, func, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.elements import ColumnElement

from booking_app.tasks.models import FINAL_STATES, Task, TaskItem, TaskState
from booking_app.tasks.records import ItemResult, LeaseLost, PlannedTask, Subject

MOST_ITEMS = 500  # of one batch; what is more is two tasks

LeaseOf = Callable[[str], timedelta]  # by kind of task


def is_about(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    """The condition that a task belongs to this subject."""
    return (Task.subject_id == subject.id, Task.subject_kind == subject.kind)


def plan(
    session: Session, *, clinic_id: int, subject: Subject, tasks: Iterable[PlannedTask], now: datetime,
    is_first: bool = False,
) -> None:  # fmt: skip
    """Write a subject's tasks in the caller's transaction; `is_first` where it cannot have any yet.

    Ready at once are those without `after` and those whose `after` is done; what would wait for a task that will
    never be done is cancelled at once. Raises LookupError for an `after` that names no task of the subject.
    """
    to_plan = list(tasks)
    names = {planned.after for planned in to_plan} - {None, *(planned.name for planned in to_plan)}
    states = _states_of(session, subject, names) if names else {}
    last = None if is_first else session.scalar(select(func.max(Task.position)).where(*is_about(subject)))
    rows: list[dict[str, object]] = []
    for position, planned in enumerate(to_plan, start=0 if last is None else last + 1):
        states[planned.name] = state = _first_state(planned, states)
        rows.append(
            {
                "clinic_id": clinic_id,
                "subject_kind": subject.kind,
                "subject_id": subject.id,
                "name": planned.name,
                "kind": planned.handler_kind,
                "connection_id": planned.connection_id,
                "after": planned.after,
                "position": position,
                "state": state,
                "due_at": now,
                "created_at": now,
                "finished_at": now if state == TaskState.CANCELLED else None,
            }
        )
    if rows:
        session.execute(insert(Task), rows, execution_options={"render_nulls": True})
    for planned in to_plan:
        if planned.items:
            _add_items(session, subject, planned)


def claim(
    session: Session, *, subject: Subject, now: datetime, lease_of: LeaseOf, names: Collection[str] | None = None,
    kinds: Collection[str] | None = None, but: Collection[int] = (),
) -> Task | None:  # fmt: skip
    """Lease the subject's first due task whose id is not in `but`; None when there is none.

    `names` and `kinds` narrow the choice. Counts the attempt. One whose lease ended unheard has not failed, and is
    counted apart.
    """
    due = select(Task).where(*is_about(subject), Task.id.not_in(but), *is_due(now)).order_by(Task.position)
    if names is not None:
        due = due.where(Task.name.in_(names))
    if kinds is not None:
        due = due.where(Task.kind.in_(kinds))
    for task in session.scalars(due.with_for_update(skip_locked=True)):
        was_lost = task.lease_until is not None
        values = {
            "fence": task.fence + 1,
            "lease_until": now + lease_of(task.kind),
            "attempts": task.attempts + (not was_lost),
            "lost_leases": task.lost_leases + was_lost,
        }
        claimed = session.execute(
            update(Task)
            .where(Task.id == task.id, Task.fence == task.fence, *is_due(now))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if changed(claimed) == 1:
            for name, value in values.items():
                set_committed_value(task, name, value)
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
        .where(*is_about(task.subject), Task.after == task.name, Task.state == TaskState.WAITING)
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
    """Let go of the lease and try again at `due_at`. Raises LeaseLost."""
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


def cancel_rest(session: Session, subject: Subject, now: datetime) -> None:
    """Cancel every task of the subject that has not come to an end."""
    session.execute(
        update(Task)
        .where(*is_about(subject), Task.state.not_in(FINAL_STATES))
        .values(state=TaskState.CANCELLED, lease_until=None, finished_at=now, fence=Task.fence + 1)
        .execution_options(synchronize_session=False)
    )


def keep_items(
    session: Session, *, task_id: int, fence: int, results: Mapping[Subject, ItemResult], now: datetime
) -> None:
    """Write down what became of parts of a batch, under the claim with this fence. Raises LeaseLost."""
    held = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.fence == fence, Task.state == TaskState.READY)
        .values(fence=fence)
        .execution_options(synchronize_session=False)
    )
    if changed(held) != 1:
        raise LeaseLost(f"task {task_id}: fence {fence} was overtaken")
    for item in session.scalars(select(TaskItem).where(TaskItem.task_id == task_id)):
        result = results.get(item.subject)
        if result is not None and item.done_at is None:
            item.remote_id, item.code = result.remote_id, result.code
            item.done_at = now if result.code is None else None


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a task may be claimed."""
    return (
        Task.state == TaskState.READY,
        Task.due_at <= now,
        or_(Task.lease_until.is_(None), Task.lease_until <= now),
    )


def changed(result: Result[Any]) -> int:
    """How many rows a statement has changed."""
    return cast("CursorResult[Any]", result).rowcount


def _add_items(session: Session, subject: Subject, planned: PlannedTask) -> None:
    if len(planned.items) > MOST_ITEMS:
        raise ValueError(f"a batch covers at most {MOST_ITEMS} subjects")
    task_id = session.scalars(select(Task.id).where(*is_about(subject), Task.name == planned.name)).one()
    rows = [{"task_id": task_id, "subject_kind": item.kind, "subject_id": item.id} for item in planned.items]
    session.execute(insert(TaskItem), rows)


def _states_of(session: Session, subject: Subject, names: Collection[str | None]) -> dict[str, str]:
    """The states of the tasks so named, by name; they stay what they are until the caller's transaction ends.

    Without the lock a task could be left waiting for one that is being finished this very moment.
    """
    named = select(Task.name, Task.state).where(*is_about(subject), Task.name.in_(names))
    return {row.name: row.state for row in session.execute(named.with_for_update(read=True))}


def _first_state(planned: PlannedTask, states: Mapping[str, str]) -> TaskState:
    if planned.after is None or states[planned.after] == TaskState.DONE:
        return TaskState.READY
    is_hopeless = states[planned.after] in (TaskState.GIVEN_UP, TaskState.CANCELLED)
    return TaskState.CANCELLED if is_hopeless else TaskState.WAITING


def _write(session: Session, task: Task, **values: object) -> None:
    written = session.execute(
        update(Task)
        .where(Task.id == task.id, Task.fence == task.fence, Task.state == TaskState.READY)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if changed(written) != 1:
        raise LeaseLost(f"task {task.id}: fence {task.fence} was overtaken")
