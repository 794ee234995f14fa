"""What a person, or a check of what stands elsewhere, decides about tasks: retry, give up, do once more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.tasks.lookups import tasks_of
from booking_app.tasks.models import FINAL_STATES, Task, TaskState
from booking_app.tasks.store import changed


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
    if changed(given_up) != 1:
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
    return changed(replayed) == 1


def reopen_connection(session: Session, connection_id: int, now: datetime) -> int:
    """Make what was parked for a connection ready again; what a person gave up stays so. Returns how many."""
    return _reopen(session, now, Task.connection_id == connection_id, Task.state == TaskState.PARKED)


def bring_forward(session: Session, task_ids: Collection[int], now: datetime) -> int:
    """What waits for a remote system to come back is due now. Returns how many."""
    brought = session.execute(
        update(Task)
        .where(Task.id.in_(task_ids), Task.state == TaskState.READY, Task.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return changed(brought)


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
    return changed(doubted)


def _reopen(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    reopened = session.execute(
        update(Task)
        .where(*which)
        .values(state=TaskState.READY, due_at=now, attempts=0, lost_leases=0, must_probe=True, finished_at=None)
        .execution_options(synchronize_session=False)
    )
    return changed(reopened)


def _followers(session: Session, task_id: int) -> list[int]:
    """The ids of the tasks that wait for this one, and of those that wait for them."""
    followed = session.get_one(Task, task_id)
    names, found = {followed.name}, list[int]()
    for task in tasks_of(session, followed.subject):  # a task is planned after the one it waits for
        if task.after in names:
            names.add(task.name)
            found.append(task.id)
    return found


def _given_up_with(task_id: int) -> str:
    return f"given_up_with:{task_id}"
