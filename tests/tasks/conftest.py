"""A task runner over a real database, with handlers that a test writes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from booking_app.tasks import lookups, store
from booking_app.tasks.kinds import Lane, TaskKind, TaskKinds, TaskWords
from booking_app.tasks.models import Task, TaskItem
from booking_app.tasks.records import Effect, Handler, Later, PlannedTask, Stop, Subject, Work
from booking_app.tasks.runner import TaskRunner
from booking_app.tasks.write_log.models import RemoteWrite

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SUBJECT = Subject("booking", 501)
Outcome = Effect | Later | Stop | Exception | None


class ScriptedHandler:
    """Answers in the order given, the last one for ever; exceptions are raised. Keeps what it was handed."""

    def __init__(self, *acts: Outcome | Callable[[Work], Any], probes: Sequence[Outcome] = (None,)) -> None:
        self._acts = list(acts) or [Effect()]
        self._probes = list(probes)
        self.acted: list[Work] = []
        self.probed: list[Work] = []

    def probe(self, work: Work) -> Effect | None:
        self.probed.append(work)
        found: Any = _next(self._probes)
        if isinstance(found, Exception):
            raise found
        return found

    def act(self, work: Work) -> Effect | Later | Stop:
        self.acted.append(work)
        outcome: Any = _next(self._acts)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome(work) if callable(outcome) else outcome


def _next(script: list[Any]) -> Any:
    return script.pop(0) if len(script) > 1 else script[0]


class Kinds(TaskKinds):
    """Kinds of task that a test may put in another's place."""

    def put(self, name: str, handler: Handler, **more: Any) -> None:
        self._kinds.pop(name, None)
        settings: dict[str, Any] = {"words": TaskWords("Tests", name, f"{name} went wrong"), "lane": Lane.SYNC}
        self.register([TaskKind(name=name, handler=handler, **settings | more)])

    def handlers(self) -> list[Any]:
        return [kind.handler for kind in self._kinds.values()]


@dataclass
class Bench:
    """Everything around one task runner."""

    database: Database
    clock: FixedClock
    kinds: "Kinds" = field(default_factory=lambda: Kinds())
    woken: list[Subject] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    paused: list[tuple[int, str]] = field(default_factory=list)

    def task_runner(self, **options: Any) -> TaskRunner:
        settings: dict[str, Any] = {
            "database": self.database,
            "clock": self.clock,
            "kinds": self.kinds,
            "wake": self._wake,
            "pause_connection": lambda connection_id, code: self.paused.append((connection_id, code)),
        }
        return TaskRunner(**settings | options)

    def _wake(self, task_id: int, lane: Lane) -> None:
        with self.database.reading() as session:
            self.woken.append(session.get_one(Task, task_id).subject)
        self.lanes.append(lane)

    def plan(self, *tasks: PlannedTask | str, subject: Subject = SUBJECT) -> None:
        planned = [PlannedTask(one) if isinstance(one, str) else one for one in tasks]
        with self.database.begin() as session:
            store.plan(session, clinic_id=1, subject=subject, tasks=planned, now=self.clock.now())

    def handle(self, name: str, *acts: Any, probes: Sequence[Outcome] = (None,), **kind: Any) -> ScriptedHandler:
        handler = ScriptedHandler(*acts, probes=probes)
        self.kinds.put(name, handler, **kind)
        return handler

    def task(self, name: str, *, subject: Subject = SUBJECT) -> Task:
        with self.database.reading() as session:
            return next(one for one in lookups.tasks_of(session, subject) if one.name == name)

    def states(self, *, subject: Subject = SUBJECT) -> dict[str, str]:
        with self.database.reading() as session:
            return {one.name: one.state for one in lookups.tasks_of(session, subject)}

    def wait(self, name: str) -> float:
        """Seconds until the task is due."""
        return (self.task(name).due_at - self.clock.now()).total_seconds()


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine, tables=[Task.__table__, TaskItem.__table__, RemoteWrite.__table__])
    yield Bench(database, FixedClock(NOW))
    database.dispose()
