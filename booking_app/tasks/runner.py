"""Doing tasks: claim what is due of a subject, try it, go on with what that opened, and wake whoever does the rest."""

from collections.abc import Callable, Collection, Iterable

import structlog
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import decisions, store
from booking_app.tasks.attempts import Attempts, OnParked, Tried
from booking_app.tasks.kinds import Lane, Leases, TaskKinds
from booking_app.tasks.lookups import due_kinds_of, due_tasks
from booking_app.tasks.models import Task
from booking_app.tasks.records import Subject, current_run

SWEEP_LIMIT = 100  # of each lane

log = structlog.get_logger(__name__)

Wake = Callable[[int, Lane], None]  # by the task's own id
Pause = Callable[[int, str], None]
OnLimited = Callable[[int, RemoteFailure], None]  # a connection's limit is reached


class TaskRunner:
    """The tasks of every subject. Any number of threads, processes and machines may hold one over the same database."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        kinds: TaskKinds,
        wake: Wake,
        pause_connection: Pause,
        on_parked: OnParked = lambda _session, _task: None,
        on_limited: OnLimited = lambda _connection_id, _failure: None,
        lease_scale: float = 1.0,
    ) -> None:
        self.kinds = kinds
        self._database = database
        self._clock = clock
        self._wake = wake
        self._pause_connection = pause_connection
        self._on_limited = on_limited
        self._leases = Leases(kinds, lease_scale)
        self._attempts = Attempts(database=database, clock=clock, kinds=kinds, leases=self._leases, on_parked=on_parked)
        self._is_stopping = False

    def stop(self) -> None:
        """Claim nothing more; what runs is finished."""
        self._is_stopping = True

    def wake(self, subject: Subject) -> None:
        """Tell workers that something of the subject is due. Never raises: the sweep finds it anyway."""
        try:
            with self._database.reading() as session:
                due = due_kinds_of(session, subject, self._clock.now())
            for lane, task_id in self._by_lane(due.items()).items():
                self._wake(task_id, lane)
        except Exception as error:  # noqa: BLE001 - a queue that is down must not fail a booking
            log.warning("wake_failed", subject=f"{subject.kind}:{subject.id}", error=type(error).__name__)

    def work_on(self, task_id: int) -> None:
        """What a worker does when it is woken for a task: everything due of that subject in that task's lane."""
        with self._database.reading() as session:
            task = session.get(Task, task_id)
        if task is None:
            return
        kind = self.kinds.find(task.kind)
        self.advance(task.subject, kinds=(task.kind,) if kind is None else self.kinds.names(kind.lane))

    def connection_of(self, task_id: int) -> str | None:
        """What the work on a task may stall at, so that it does not hold up others; None for a task that is gone."""
        with self._database.reading() as session:
            task = session.get(Task, task_id)
        if task is None:
            return None
        return f"connection:{task.connection_id}" if task.connection_id else f"lane:{self.kinds.lane(task.kind)}"

    def claim(self, session: Session, subject: Subject, names: Collection[str]) -> Task | None:
        """Claim the first of these in the transaction that plans it, for whoever calls `advance` with it right after.

        Should that never happen, another worker takes it over when the lease ends.
        """
        return store.claim(session, subject=subject, now=self._clock.now(), lease_of=self._leases.of, names=names)

    def advance(
        self, subject: Subject, *, deadline: float | None = None, names: Collection[str] | None = None,
        kinds: Collection[str] | None = None, claimed: Task | None = None,
    ) -> None:  # fmt: skip
        """Do the subject's due tasks one after another until none is left, `deadline` (monotonic) is over, or we stop.

        `names` and `kinds` narrow which; whatever else is due in the end is woken. Each is tried once: one that fails
        does not hold up the others. Commits after every task. May be called by anybody at any time; never raises for
        a remote failure.
        """
        tried = set[int]()

        def claim_next(session: Session) -> Task | None:
            if self._is_over(deadline) or (names is not None and len(tried) >= len(names)):
                return None  # each name is that of one task
            return store.claim(
                session, subject=subject, now=self._clock.now(), lease_of=self._leases.of, names=names, kinds=kinds,
                but=tried,
            )  # fmt: skip

        task = claimed
        if task is None:
            if self._is_over(deadline):
                return
            with self._database.begin() as session:
                task = claim_next(session)
        shared = current_run.set({})
        try:
            while task is not None:
                tried.add(task.id)
                result = self._attempts.run(task, deadline, claim_next)
                self._tell(task, result)
                task = result.next
        finally:
            current_run.reset(shared)
        if tried and (names is not None or kinds is not None):
            self.wake(subject)

    def sweep(self) -> int:
        """Wake every subject with a due task, lane by lane; returns how many wakings.

        This is what makes everything go on after any loss.
        """
        now, woken = self._clock.now(), 0
        for lane in Lane:
            with self._database.reading() as session:
                due = list(due_tasks(session, now=now, limit=SWEEP_LIMIT, kinds=self.kinds.names(lane)))
            woken += self._wake_all(due, lane)
        with self._database.reading() as session:
            unknown = due_tasks(session, now=now, limit=SWEEP_LIMIT, but=self.kinds.names())
        return woken + self._wake_all(unknown, self.kinds.lane(""))

    def retry(self, task_id: int) -> bool:
        """Replay a parked or given-up task and what waited for it; commits. False when there is no such task."""
        with self._database.begin() as session:
            is_open = decisions.reopen(session, task_id, self._clock.now())
            task = session.get(Task, task_id)
        if is_open and task:
            self.wake(task.subject)
        return is_open

    def give_up(self, task_id: int) -> bool:
        """A person decides that a task will not happen, nor what waits for it; commits. May be retried after all.

        False when there is no such task, or it has come to an end.
        """
        with self._database.begin() as session:
            is_given_up = decisions.give_up(session, task_id, self._clock.now())
        if is_given_up:
            log.info("task_given_up", task_id=task_id)
        return is_given_up

    def resume_connection(self, connection_id: int) -> int:
        """Replay what was parked for a connection that works again; commits; returns how many."""
        with self._database.begin() as session:
            return decisions.reopen_connection(session, connection_id, self._clock.now())

    def _is_over(self, deadline: float | None) -> bool:
        return self._is_stopping or (deadline is not None and self._clock.monotonic() >= deadline)

    def _by_lane(self, due: Iterable[tuple[str, int]]) -> dict[Lane, int]:
        found = dict[Lane, int]()
        for kind, task_id in due:
            lane = self.kinds.lane(kind)
            found[lane] = min(task_id, found.get(lane, task_id))
        return found

    def _wake_all(self, task_ids: Collection[int], lane: Lane) -> int:
        for task_id in task_ids:
            try:
                self._wake(task_id, lane)
            except Exception as error:  # noqa: BLE001 - the next sweep is in two seconds
                log.warning("wake_failed", task_id=task_id, error=type(error).__name__)
        return len(task_ids)

    def _tell(self, task: Task, result: Tried) -> None:
        """Let the connection know of what it was told: it is paused, or held back for a while."""
        failure = result.failure
        if failure is not None:
            current_run.set({})  # what was read before may be why
        if task.connection_id is None or failure is None:
            return
        if result.pauses_connection:
            self._pause(task.connection_id, failure.code)
        if failure.failure is Failure.RATE:
            self._on_limited(task.connection_id, failure)

    def _pause(self, connection_id: int, code: str) -> None:
        try:
            self._pause_connection(connection_id, code)
        except Exception as error:  # noqa: BLE001 - the task is parked already; the next one refused pauses again
            log.error("pause_failed", connection_id=connection_id, error=type(error).__name__)
