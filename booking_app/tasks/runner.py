"""Advancing bookings: claim a task, look whether it has happened, act, write down what came of it."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import store
from booking_app.tasks.models import Task
from booking_app.tasks.policy import judge
from booking_app.tasks.records import Effect, Handler, Later, LeaseLost, Stop, Work, current_task

LEASE = timedelta(seconds=45)
CALL_SECONDS = 20.0  # the longest single call (an upload); the lease has to outlast it
SWEEP_LIMIT = 100
MOST_LOST_LEASES = 30  # a task that comes to no end so often is what kills its workers
ALMOST_OVER = 0.5  # seconds: a call that ends this close to the deadline was cut off by it

log = structlog.get_logger(__name__)

Wake = Callable[[int], None]
Pause = Callable[[int, str], None]
OnLimited = Callable[[int, RemoteFailure], None]  # a connection's limit is reached
OnParked = Callable[[Session, Task], None]  # in the transaction that parks the task


class TaskRunner:
    """The tasks of every booking. Any number of threads, processes and machines may hold one over the same database."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, Handler],
        wake: Wake,
        pause_connection: Pause,
        on_parked: OnParked = lambda _session, _task: None,
        on_limited: OnLimited = lambda _connection_id, _failure: None,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._wake = wake
        self._pause_connection = pause_connection
        self._on_parked = on_parked
        self._on_limited = on_limited
        self._lease = lease
        self._is_stopping = False

    def stop(self) -> None:
        """Claim nothing more; what runs is finished."""
        self._is_stopping = True

    def wake(self, booking_id: int) -> None:
        """Tell a worker that there is something to do. Never raises: the sweep finds the booking anyway."""
        try:
            self._wake(booking_id)
        except Exception as error:  # noqa: BLE001 - a queue that is down must not fail a booking
            log.warning("wake_failed", booking_id=booking_id, error=type(error).__name__)

    def advance(self, booking_id: int, *, deadline: float | None = None, names: Collection[str] | None = None) -> None:
        """Do the booking's due tasks one after another until none is left, `deadline` (monotonic) is over, or we stop.

        Each is tried once: one that fails does not hold up the others. Commits after every task. May be called by
        anybody at any time; never raises for a remote failure.
        """
        tried: set[int] = set()
        while not self._is_stopping and (deadline is None or self._clock.monotonic() < deadline):
            with self._database.begin() as session:
                task = store.claim(
                    session, booking_id=booking_id, now=self._clock.now(), lease=self._lease, names=names, but=tried
                )
            if task is None:
                return
            tried.add(task.id)
            self._do(task, deadline)

    def sweep(self) -> int:
        """Wake every booking with a due task; returns how many. This makes tasks go on after any loss."""
        with self._database.reading() as session:
            due = store.due_bookings(session, now=self._clock.now(), limit=SWEEP_LIMIT)
        for booking_id in due:
            self.wake(booking_id)
        return len(due)

    def retry(self, task_id: int) -> bool:
        """Replay a parked or given-up task and what waited for it; commits. False when there is no such task."""
        with self._database.begin() as session:
            is_open = store.reopen(session, task_id, self._clock.now())
            task = session.get(Task, task_id)
        if is_open and task:
            self.wake(task.booking_id)
        return is_open

    def give_up(self, task_id: int) -> bool:
        """A person decides that a task will not happen, nor what waits for it; commits. May be retried after all.

        False when there is no such task, or it has come to an end.
        """
        with self._database.begin() as session:
            is_given_up = store.give_up(session, task_id, self._clock.now())
        if is_given_up:
            log.info("task_given_up", task_id=task_id)
        return is_given_up

    def resume_connection(self, connection_id: int) -> int:
        """Replay what was parked for a connection that has been mended; commits; returns how many."""
        with self._database.begin() as session:
            return store.reopen_connection(session, connection_id, self._clock.now())

    def _do(self, task: Task, deadline: float | None) -> None:
        """Run one claimed task and write down what came of it."""
        work = self._work(task, deadline)
        mark = current_task.set(task.id)
        try:
            outcome = self._outcome(task, work)
            self._write_outcome(task, outcome)
        except LeaseLost:
            log.warning("lease_lost", task_id=task.id, booking_id=task.booking_id, task=task.name)
        except RemoteFailure as failure:
            self._write_failure(task, failure, deadline)
        except Exception as error:
            # A fault of ours: kept with the class name only, because a message could quote an answer.
            log.error("task_crashed", task_id=task.id, task=task.name, error=type(error).__name__)
            log.debug("task_crash_trace", exc_info=True)
            crash = RemoteFailure(f"internal:{type(error).__name__}", failure=Failure.TRANSIENT)
            self._write_failure(task, crash, deadline)
        finally:
            current_task.reset(mark)

    def _work(self, task: Task, deadline: float | None) -> Work:
        lease_ends = self._clock.monotonic() + self._lease.total_seconds()
        last_moment = lease_ends - CALL_SECONDS

        def check_lease() -> None:
            if self._clock.monotonic() > last_moment:
                raise LeaseLost(f"task {task.id}: the lease ends before an answer could come")

        return Work(
            task_id=task.id,
            clinic_id=task.clinic_id,
            booking_id=task.booking_id,
            name=task.name,
            connection_id=task.connection_id,
            attempts=task.attempts + task.lost_leases,
            remote_id=task.remote_id,
            deadline=min(lease_ends, deadline) if deadline is not None else lease_ends,
            check_lease=check_lease,
        )

    def _outcome(self, task: Task, work: Work) -> Effect | Later | Stop:
        handler = self._handlers.get(task.kind)
        if handler is None:
            raise RemoteFailure(f"no_handler:{task.kind}", failure=Failure.CONFIG)
        if task.lost_leases >= MOST_LOST_LEASES:
            raise RemoteFailure("internal:lost_leases", failure=Failure.DATA)
        if work.attempts > 1 or task.must_probe or task.remote_id is not None:
            found = handler.probe(work)
            if found is not None:
                return found
        return handler.act(work)

    def _write_outcome(self, task: Task, outcome: Effect | Later | Stop) -> None:
        now = self._clock.now()
        with self._database.begin() as session:
            if isinstance(outcome, Later):
                # Looked at ever less often: a tenth of the time it could be done, at least what was asked.
                due_at = now + max(timedelta(seconds=outcome.seconds), (now - store.opened_at(session, task)) / 10)
                store.postpone(
                    session, task, due_at=due_at, counts=False, must_probe=False, remote_id=outcome.remote_id
                )
                return
            remote_id = outcome.remote_id if isinstance(outcome, Effect) else None
            store.finish(session, task, now=now, remote_id=remote_id, note=outcome.note)
            if isinstance(outcome, Stop):
                store.cancel_rest(session, task.booking_id, now)
            if outcome.record:
                outcome.record(session)
        log.info("task_done", task_id=task.id, booking_id=task.booking_id, task=task.name, attempts=task.attempts)

    def _write_failure(self, task: Task, failure: RemoteFailure, deadline: float | None) -> None:
        now = self._clock.now()
        verdict = judge(failure, task.attempts)
        is_cut_off = (
            deadline is not None
            and failure.failure in (Failure.TRANSIENT, Failure.UNKNOWN_OUTCOME)
            and self._clock.monotonic() >= deadline - ALMOST_OVER
        )
        try:
            with self._database.begin() as session:
                if verdict.is_done:
                    store.finish(session, task, now=now, remote_id=None, note=failure.code)
                elif verdict.wait is not None:
                    # What our own deadline cut off has not failed; the worker takes it at once, the patient is waiting.
                    due_at = now if is_cut_off else now + verdict.wait
                    store.postpone(
                        session,
                        task,
                        due_at=due_at,
                        counts=verdict.counts and not is_cut_off,
                        must_probe=verdict.must_probe,
                        failure=failure.failure,
                        code=failure.code,
                    )
                else:
                    store.park(session, task, failure=failure.failure, code=failure.code)
                    self._on_parked(session, task)
        except LeaseLost:
            log.warning("lease_lost", task_id=task.id, booking_id=task.booking_id, task=task.name)
            return
        log.warning(
            "task_failed", task_id=task.id, booking_id=task.booking_id, task=task.name, code=failure.code,
            failure=failure.failure.value, attempts=task.attempts,
        )  # fmt: skip
        if task.connection_id is None:
            return
        if verdict.pauses_connection:
            self._pause(task.connection_id, failure.code)
        if failure.failure is Failure.RATE:
            self._on_limited(task.connection_id, failure)

    def _pause(self, connection_id: int, code: str) -> None:
        try:
            self._pause_connection(connection_id, code)
        except Exception as error:  # noqa: BLE001 - the task is parked already; the next one refused pauses again
            log.error("pause_failed", connection_id=connection_id, error=type(error).__name__)
