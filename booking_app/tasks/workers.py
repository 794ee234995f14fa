"""The threads of a worker process: some for each lane, and in each lane a share for every connection."""

import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import structlog
from huey.consumer import Consumer, Scheduler

from booking_app.tasks.kinds import Lane
from booking_app.tasks.queue import LaneQueue, WakeQueue

MOST_KEPT_BACK = 1000  # ids of tasks; more than these are found by the sweep
GRACE_SECONDS = 75.0  # in which running tasks may finish when the process is stopped: the longest call takes 70


log = structlog.get_logger(__name__)


def threads_of(lane: Lane, threads: int) -> int:
    """How many of a worker process's threads serve a lane, from the number it was started with."""
    if lane is Lane.PATIENT:
        return 2 * threads  # they mostly wait for Cliniko, and a patient waits for them
    if lane is Lane.DOCUMENTS:
        return 1  # drawing a document takes a whole core
    return threads


class FairShares:
    """Lets one connection take at most half of a lane's threads, so that one that stalls holds up nobody else."""

    def __init__(self, most: Mapping[Lane, int]) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._busy: dict[tuple[Lane, str], int] = defaultdict(int)
        self._kept_back: dict[tuple[Lane, str], dict[int, None]] = defaultdict(dict)

    def enter(self, lane: Lane, connection: str, task_id: int) -> bool:
        """Whether work on the task may begin; if not, it is kept back until `leave` names it."""
        key = (lane, connection)
        with self._lock:
            if self._busy[key] < self._most[lane]:
                self._busy[key] += 1
                return True
            if len(self._kept_back[key]) < MOST_KEPT_BACK:
                self._kept_back[key][task_id] = None
            return False

    def leave(self, lane: Lane, connection: str) -> int | None:
        """Work has ended; the task to be woken next, which waited longest."""
        key = (lane, connection)
        with self._lock:
            self._busy[key] -= 1
            waiting = self._kept_back[key]
            following = next(iter(waiting), None)
            if following is not None:
                del waiting[following]
            if not self._busy[key] and not waiting:
                del self._busy[key], self._kept_back[key]
            return following


class Workers:
    """Every lane's consumer and threads, stopped by an event of ours rather than by Huey's own signal handlers.

    `connection_of` names what a task's work may stall at; None for a task that is gone.
    """

    def __init__(
        self,
        queue: WakeQueue,
        *,
        work_on: Callable[[int], None],
        connection_of: Callable[[int], str | None],
        threads: int,
    ) -> None:
        self._queue = queue
        self._work_on = work_on
        self._connection_of = connection_of
        sizes = {lane: threads_of(lane, threads) for lane in Lane}
        self._shares = FairShares({lane: max(1, (size + 1) // 2) for lane, size in sizes.items()})
        self._lanes = [_LaneThreads(queue.lanes[lane], size, self._work) for lane, size in sizes.items()]

    def run(self, stopped: threading.Event, *, grace: float = GRACE_SECONDS) -> None:
        """Work until `stopped` is set, then let running tasks finish for at most `grace` seconds. Main thread only."""
        self._queue.drop_old_messages()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        for lane in self._lanes:
            lane.start()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        stopped.wait()
        for lane in self._lanes:
            lane.stop()
        for lane in self._lanes:
            lane.join(grace)

    def _work(self, lane: Lane, task_id: int) -> None:
        connection = self._connection_of(task_id)
        if connection is None or not self._shares.enter(lane, connection, task_id):
            return
        try:
            self._work_on(task_id)
        finally:
            following = self._shares.leave(lane, connection)
            if following is not None:
                with suppress(Exception):  # the sweep finds it
                    self._queue.wake(following, lane)


class _IdleScheduler(Scheduler):  # type: ignore[misc]
    """Nothing is ever scheduled here, because due times stand with the tasks: spares the store a query a second."""

    def loop(self, now: Any = None) -> None:
        self.stop_flag.wait()


class _Consumer(Consumer):  # type: ignore[misc]
    scheduler_class = _IdleScheduler


class _LaneThreads:
    """One thread that takes the lane's messages while others are free to work on them."""

    def __init__(self, queue: LaneQueue, size: int, work: Callable[[Lane, int], None]) -> None:
        self._lane = queue.lane
        self._work = work
        self._free = threading.Semaphore(size)
        self._is_stopped = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix=f"lane-{queue.lane.value}")
        queue.work_on = self._submit
        queue.huey.on_shutdown("close_store")(queue.huey.storage.close)
        self._consumer = _Consumer(
            queue.huey, workers=1, periodic=False, initial_delay=0.02, backoff=1.3, max_delay=0.25, scheduler_interval=1
        )

    def start(self) -> None:
        self._consumer.start()

    def stop(self) -> None:
        self._is_stopped.set()
        self._consumer.stop_flag.set()

    def join(self, grace: float) -> None:
        for _, thread in self._consumer.worker_threads:
            thread.join(grace)
        ended = threading.Thread(target=self._pool.shutdown, kwargs={"cancel_futures": True}, daemon=True)
        ended.start()
        ended.join(grace)

    def _submit(self, task_id: int) -> None:
        """Wait for a free thread. What cannot be given to one before the process stops is left to the sweep."""
        while not self._free.acquire(timeout=0.2):
            if self._is_stopped.is_set():
                return
        self._pool.submit(self._run, task_id)

    def _run(self, task_id: int) -> None:
        try:
            self._work(self._lane, task_id)
        except Exception as error:  # noqa: BLE001 - one that fails must not end its thread's lane
            log.error("task_work_failed", task_id=task_id, error=type(error).__name__)
        finally:
            self._free.release()
