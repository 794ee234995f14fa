"""What a person has to look at, read from the task runner and the last comparison as they are now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from booking_app.accounting.attention import attention
from booking_app.bookings.reconciliation.reports import open_differences
from booking_app.clinics.models import Connection
from booking_app.core.failures import Failure
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import Subject

TOO_LATE = timedelta(minutes=10)  # a due task that nobody has taken for so long
TRIED_OFTEN = 5  # attempts, after which a passing failure is worth a look
SHOWN_REFERENCES = 5


@dataclass(frozen=True)
class Cause:
    """`key` is the same for as long as the cause is: kinds, classes and codes, nothing of a person."""

    clinic_id: int
    key: str
    count: int
    references: tuple[str, ...]


def present_causes(session: Session, now: datetime, kinds: TaskKinds) -> list[Cause]:
    """Everything that wants a person now, one for each cause. Reads only."""
    found: dict[tuple[int, str], set[Subject]] = defaultdict(set)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    paused = {row.id: row for row in session.scalars(select(Connection).where(Connection.state == "paused"))}
    for connection in paused.values():
        found[connection.clinic_id, _connection_key(connection)] = set()
    for task in session.scalars(_troubled(now)):
        refused = paused.get(task.connection_id or 0) if task.failure == Failure.AUTH else None
        key = _connection_key(refused) if refused else _task_key(task)
        found[task.clinic_id, key].add(task.subject)
        counts[task.clinic_id, key] += 1
    causes = [
        Cause(clinic_id, key, counts[clinic_id, key], _references(session, subjects, kinds))
        for (clinic_id, key), subjects in found.items()
    ]
    causes += [
        Cause(each.clinic_id, f"differs:{each.kind}", len(each.references), each.references[:SHOWN_REFERENCES])
        for each in open_differences(session)
    ]
    causes += [
        Cause(each.clinic_id, f"books:{each.kind}", len(each.numbers), each.numbers[:SHOWN_REFERENCES])
        for each in attention(session)
    ]
    return sorted(causes, key=lambda cause: (cause.clinic_id, cause.key))


def _troubled(now: datetime) -> Select[Task]:
    is_late = (Task.due_at < now - TOO_LATE) & or_(Task.lease_until.is_(None), Task.lease_until <= now)
    fails_on = (Task.attempts >= TRIED_OFTEN) & Task.failure.is_not(None)
    is_lost = Task.lost_leases >= TRIED_OFTEN
    return (
        select(Task)
        .where(or_(Task.state == TaskState.PARKED, (Task.state == TaskState.READY) & or_(is_late, fails_on, is_lost)))
        .order_by(Task.id)
    )


def _connection_key(connection: Connection) -> str:
    return f"connection:{connection.vendor}:{connection.id}:{connection.paused_code or ''}"


def _task_key(task: Task) -> str:
    if task.state == TaskState.PARKED:
        return f"parked:{task.kind}:{task.failure}:{task.code}"
    fails_on = task.failure is not None and task.attempts >= TRIED_OFTEN
    return f"failing:{task.kind}:{task.failure}:{task.code}" if fails_on else "late"


def _references(session: Session, subjects: Iterable[Subject], kinds: TaskKinds) -> tuple[str, ...]:
    """The newest few, as people know them."""
    newest = sorted(subjects, key=lambda subject: subject.id, reverse=True)[:SHOWN_REFERENCES]
    named = kinds.references_of(session, newest)
    return tuple(named[subject] for subject in newest if subject in named)
