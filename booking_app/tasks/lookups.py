"""Reading the tasks of subjects, of whatever kind."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.tasks.models import FINAL_STATES, Task, TaskItem, TaskState
from booking_app.tasks.records import Subject
from booking_app.tasks.store import is_about, is_due


def tasks_of(session: Session, subject: Subject) -> Sequence[Task]:
    """The subject's own tasks, in their order."""
    return session.scalars(select(Task).where(*is_about(subject)).order_by(Task.position)).all()


def batches_of(session: Session, subject: Subject) -> Sequence[Task]:
    """The tasks of other subjects that cover this one, the oldest first."""
    covering = select(TaskItem.task_id).where(TaskItem.subject_kind == subject.kind, TaskItem.subject_id == subject.id)
    return session.scalars(select(Task).where(Task.id.in_(covering)).order_by(Task.id)).all()


def items_of(session: Session, task_id: int) -> Sequence[TaskItem]:
    """What a batch covers, in the order in which it was planned."""
    return session.scalars(select(TaskItem).where(TaskItem.task_id == task_id).order_by(TaskItem.id)).all()


def lock(session: Session, subject: Subject) -> Sequence[Task]:
    """The subject's tasks, nobody else's until the transaction ends: to be locked before the subject itself is."""
    tasks = select(Task).where(*is_about(subject)).order_by(Task.position)
    return session.scalars(tasks.with_for_update()).all()


def due_tasks(
    session: Session, *, now: datetime, limit: int, kinds: Collection[str] | None = None, but: Collection[str] = ()
) -> Sequence[int]:
    """Of every subject the first task that could be claimed now, the longest due first. `but` leaves kinds out."""
    due = select(func.min(Task.id)).where(*is_due(now)).group_by(Task.subject_kind, Task.subject_id)
    if kinds is not None:
        due = due.where(Task.kind.in_(kinds))
    if but:
        due = due.where(Task.kind.not_in(but))
    return session.scalars(due.order_by(func.min(Task.due_at)).limit(limit)).all()


def due_kinds_of(session: Session, subject: Subject, now: datetime) -> dict[str, int]:
    """The subject's tasks that could be claimed now: of each kind the first one's id."""
    due = (
        select(Task.kind, func.min(Task.id).label("first")).where(*is_about(subject), *is_due(now)).group_by(Task.kind)
    )
    return {row.kind: row.first for row in session.execute(due)}


def opened_at(session: Session, task: Task) -> datetime:
    """Since when nothing has stood before the task: it may have waited long for the one named in `after`."""
    before = select(Task.finished_at).where(*is_about(task.subject), Task.name == task.after)
    return (session.scalar(before) if task.after else None) or task.created_at


def remote_id_of(session: Session, *, subject: Subject, connection_id: int, kind: str) -> str | None:
    """What the subject's newest finished task of a kind has made at a connection."""
    made = select(Task.remote_id).where(
        *is_about(subject),
        Task.connection_id == connection_id,
        Task.kind == kind,
        Task.state == TaskState.DONE,
        Task.remote_id.is_not(None),
    )
    return session.scalar(made.order_by(Task.position.desc()).limit(1))


def has_open_tasks(session: Session, subject: Subject) -> bool:
    """Whether any task about it may still happen, its own or a batch that covers it; a parked one counts as open."""
    own = select(Task.id).where(*is_about(subject), Task.state.not_in(FINAL_STATES))
    covering = select(Task.id).join(TaskItem, TaskItem.task_id == Task.id)
    covering = covering.where(TaskItem.subject_kind == subject.kind, TaskItem.subject_id == subject.id)
    covering = covering.where(TaskItem.done_at.is_(None), Task.state.not_in(FINAL_STATES))
    return any(session.scalar(query.limit(1)) is not None for query in (own, covering))


def is_any_open(session: Session, subject: Subject, names: Collection[str]) -> bool:
    """Whether any of its own tasks with these names may still happen; a parked one counts as open."""
    open_ones = select(Task.id).where(*is_about(subject), Task.name.in_(names), Task.state.not_in(FINAL_STATES))
    return session.scalar(open_ones.limit(1)) is not None
