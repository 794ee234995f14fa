"""What a clinic's tasks stand at, whatever they are about: to be looked through by state and group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from booking_app.core.db import Database
from booking_app.tasks.kinds import UNKNOWN_WORDS, SubjectKind, TaskKinds
from booking_app.tasks.models import Task, TaskState

OPEN = (TaskState.PARKED, TaskState.READY, TaskState.WAITING)
PER_PAGE = 50


@dataclass(frozen=True)
class ListedTask:
    """A task with what it is about: `subject` None where no package of this release knows that kind of thing, and
    `reference` empty where the thing itself is gone."""

    task: Task
    subject: SubjectKind | None
    reference: str


@dataclass(frozen=True)
class FoundTasks:
    """A page of tasks. `totals` counts all of the clinic's that are open or were given up, by group and state."""

    tasks: tuple[ListedTask, ...]
    totals: Mapping[tuple[str, TaskState], int]
    has_more: bool


class TaskList:
    """Reads only; every answer is one clinic's alone. A group is what `TaskWords.group` names."""

    def __init__(self, database: Database, kinds: TaskKinds) -> None:
        self._database = database
        self._kinds = kinds

    def find(self, clinic_id: int, *, states: Iterable[TaskState] = OPEN, group: str = "", page: int = 1) -> FoundTasks:
        """The tasks in these states, of one group or of all, the newest first; pages count from 1."""
        wanted = select(Task).where(Task.clinic_id == clinic_id, Task.state.in_(list(states)), *self._of_group(group))
        wanted = wanted.order_by(Task.id.desc()).limit(PER_PAGE + 1).offset((page - 1) * PER_PAGE)
        with self._database.reading() as session:
            tasks = session.scalars(wanted).all()
            named = self._kinds.references_of(session, (task.subject for task in tasks))
            totals = self._totals(session, clinic_id)
        return FoundTasks(
            tuple(
                ListedTask(task, self._kinds.subject(task.subject_kind), named.get(task.subject, ""))
                for task in tasks[:PER_PAGE]
            ),
            totals,
            len(tasks) > PER_PAGE,
        )

    def _of_group(self, group: str) -> list[ColumnElement[bool]]:
        if not group:
            return []
        known = self._kinds.names()
        is_of_it = Task.kind.in_([name for name in known if self._kinds.words(name).group == group])
        return [or_(is_of_it, Task.kind.not_in(known)) if group == UNKNOWN_WORDS.group else is_of_it]

    def _totals(self, session: Session, clinic_id: int) -> Mapping[tuple[str, TaskState], int]:
        counting = (
            select(Task.kind, Task.state, func.count())
            .where(Task.clinic_id == clinic_id, Task.state.in_([*OPEN, TaskState.GIVEN_UP]))
            .group_by(Task.kind, Task.state)
        )
        totals = Counter[tuple[str, TaskState]]()
        for kind, state, count in session.execute(counting):
            totals[self._kinds.words(kind).group, TaskState(state)] += count
        return totals
