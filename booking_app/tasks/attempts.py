"""One try of one claimed task: look whether it has happened, act, write down what came of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import store
from booking_app.tasks.kinds import Leases, TaskKinds
from booking_app.tasks.lookups import opened_at
from booking_app.tasks.models import Task
from booking_app.tasks.policy import WAITS, Verdict, judge
from booking_app.tasks.records import Effect, Later, LeaseLost, Stop, Work, current_task, current_writes
from booking_app.tasks.write_log.write_log import keep_writes

MOST_LOST_LEASES = 30  # a task that comes to no end so often is what kills its workers
ALMOST_OVER = 0.5  # seconds: a call that ends this close to the deadline was cut off by it

log = structlog.get_logger(__name__)

OnParked = Callable[[Session, Task], None]  # in the transaction that parks the task
ClaimNext = Callable[[Session], Task | None]


@dataclass(frozen=True)
class Tried:
    """What a try has led to: the task claimed to go on with, and how it failed if it did."""

    next: Task | None = None
    failure: RemoteFailure | None = None
    pauses_connection: bool = False


class Attempts:
    """Tries claimed tasks."""

    def __init__(
        self, *, database: Database, clock: Clock, kinds: TaskKinds, leases: Leases, on_parked: OnParked
    ) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._leases = leases
        self._on_parked = on_parked

    def run(self, task: Task, deadline: float | None, claim_next: ClaimNext) -> Tried:
        """Do it and write down what came of it; in the same transaction `claim_next` claims what to go on with.

        Never raises for a remote failure. Commits.
        """
        work = self._work(task, deadline)
        mark, writes = current_task.set(task.id), current_writes.set([])
        try:
            outcome = self._outcome(task, work)
            return self._write_outcome(task, outcome, claim_next)
        except LeaseLost:
            log.warning("lease_lost", **_named(task))
            return self._go_on(claim_next)
        except RemoteFailure as failure:
            return self._write_failure(task, failure, deadline, claim_next)
        except Exception as error:
            # A fault of ours: kept with the class name only, because a message could quote an answer.
            log.error("task_crashed", task_id=task.id, task=task.name, error=type(error).__name__)
            log.debug("task_crash_trace", exc_info=True)
            crash = RemoteFailure(f"internal:{type(error).__name__}", failure=Failure.TRANSIENT)
            return self._write_failure(task, crash, deadline, claim_next)
        finally:
            current_task.reset(mark)
            current_writes.reset(writes)

    def _work(self, task: Task, deadline: float | None) -> Work:
        now = self._clock.monotonic()
        lease_ends = now + self._leases.of(task.kind).total_seconds()
        last_moment = lease_ends - self._leases.call_seconds(task.kind)
        kind = self._kinds.find(task.kind)
        ends = [lease_ends, *([deadline] if deadline is not None else [])]
        if kind is not None and kind.deadline is not None:
            ends.append(now + kind.deadline.total_seconds())

        def check_lease() -> None:
            if self._clock.monotonic() > last_moment:
                raise LeaseLost(f"task {task.id}: the lease ends before an answer could come")

        return Work(
            task_id=task.id,
            clinic_id=task.clinic_id,
            subject=task.subject,
            name=task.name,
            connection_id=task.connection_id,
            attempts=task.attempts + task.lost_leases,
            remote_id=task.remote_id,
            deadline=min(ends),
            check_lease=check_lease,
            fence=task.fence,
        )

    def _outcome(self, task: Task, work: Work) -> Effect | Later | Stop:
        kind = self._kinds.find(task.kind)
        if kind is None:
            raise RemoteFailure(f"no_handler:{task.kind}", failure=Failure.CONFIG)
        if task.lost_leases >= MOST_LOST_LEASES:
            raise RemoteFailure("internal:lost_leases", failure=Failure.DATA)
        if work.attempts > 1 or task.must_probe or task.remote_id is not None:
            found = kind.handler.probe(work)
            if found is not None:
                return found
        return kind.handler.act(work)

    def _write_outcome(self, task: Task, outcome: Effect | Later | Stop, claim_next: ClaimNext) -> Tried:
        now = self._clock.now()
        with self._ending() as session:
            if isinstance(outcome, Later):
                self._postpone(session, task, outcome, now)
                return Tried(next=claim_next(session))
            remote_id = outcome.remote_id if isinstance(outcome, Effect) else None
            store.finish(session, task, now=now, remote_id=remote_id, note=outcome.note)
            if isinstance(outcome, Stop):
                store.cancel_rest(session, task.subject, now)
            if outcome.record:
                outcome.record(session)
            follow_ups = claim_next(session)
        log.info("task_done", attempts=task.attempts, **_named(task))
        return Tried(follow_ups)

    def _postpone(self, session: Session, task: Task, outcome: Later, now: datetime) -> None:
        # Looked at ever less often: a tenth of the time it could be done, at least what was asked.
        due_at = now + max(timedelta(seconds=outcome.seconds), (now - opened_at(session, task)) / 10)
        store.postpone(session, task, due_at=due_at, counts=False, must_probe=False, remote_id=outcome.remote_id)

    def _write_failure(
        self, task: Task, failure: RemoteFailure, deadline: float | None, claim_next: ClaimNext
    ) -> Tried:
        kind = self._kinds.find(task.kind)
        verdict = judge(failure, task.attempts, kind.waits if kind else WAITS)
        try:
            with self._ending() as session:
                self._settle(session, task, failure, verdict, self._is_cut_off(failure, deadline))
                follow_ups = claim_next(session)
        except LeaseLost:
            log.warning("lease_lost", **_named(task))
            return self._go_on(claim_next)
        log.warning(
            "task_failed", code=failure.code, failure=failure.failure.value, attempts=task.attempts, **_named(task)
        )
        return Tried(follow_ups, failure, verdict.pauses_connection)

    def _settle(self, session: Session, task: Task, failure: RemoteFailure, verdict: Verdict, is_cut_off: bool) -> None:
        now = self._clock.now()
        if verdict.is_done:
            store.finish(session, task, now=now, remote_id=None, note=failure.code)
            return
        if verdict.wait is None:
            store.park(session, task, failure=failure.failure, code=failure.code)
            self._on_parked(session, task)
            return
        # What our own deadline cut off has not failed; the worker takes it at once, the patient is waiting.
        store.postpone(
            session,
            task,
            due_at=now if is_cut_off else now + verdict.wait,
            counts=verdict.counts and not is_cut_off,
            must_probe=verdict.must_probe,
            failure=failure.failure,
            code=failure.code,
        )

    def _is_cut_off(self, failure: RemoteFailure, deadline: float | None) -> bool:
        return (
            deadline is not None
            and failure.failure in (Failure.TRANSIENT, Failure.UNKNOWN_OUTCOME)
            and self._clock.monotonic() >= deadline - ALMOST_OVER
        )

    def _go_on(self, claim_next: ClaimNext) -> Tried:
        with self._ending() as session:
            return Tried(next=claim_next(session))

    @contextmanager
    def _ending(self) -> Iterator[Session]:
        """The transaction that ends a try; what left during it goes into the write log, whatever became of it."""
        writes = current_writes.get() or []
        with self._database.begin() as session:
            keep_writes(session, writes)
            yield session
        writes.clear()


def _named(task: Task) -> dict[str, object]:
    return {"task_id": task.id, "subject": f"{task.subject_kind}:{task.subject_id}", "task": task.name}
