"""The queue that wakes workers. It carries booking ids and may lose any of them: the sweep finds the rest."""

import json
import signal
import threading
from collections.abc import Callable
from typing import Any

from huey import SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer

QUEUE_NAME = "booking"
MOST_PENDING = 500  # a sweep adds nothing to a queue that is behind anyway


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON in place of pickle: whoever can write to the queue must not be able to run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class WakeQueue:
    """Wakes workers for a booking; a process without `advance` only sends.

    `url` names a SQLite file of its own, a PostgreSQL or a Redis.
    """

    def __init__(self, url: str, advance: Callable[[int], None] | None = None) -> None:
        self._huey = _open(url)
        self._advance = advance

        # Huey finds a task by the module and name of its function, so both processes need this very one.
        def advance_booking(booking_id: int) -> None:
            if self._advance is not None:
                self._advance(booking_id)

        self._task = self._huey.task()(advance_booking)

    def work_with(self, advance: Callable[[int], None]) -> None:
        """What this process does with a message, where it takes any."""
        self._advance = advance

    def wake(self, booking_id: int) -> None:
        """Queue the booking for a worker. Raises whatever the store raises; the task runner swallows that."""
        if self._huey.pending_count() < MOST_PENDING:
            self._task(booking_id)

    def pending(self) -> int:
        """How many messages wait; raises when the store cannot be reached."""
        return int(self._huey.pending_count())

    def close(self) -> None:
        """Close this thread's connection to the store; it is opened again when needed."""
        self._huey.storage.close()

    def consumer(self, *, threads: int) -> "WorkerConsumer":
        return WorkerConsumer(self._huey, threads)


class _IdleScheduler(Scheduler):  # type: ignore[misc]
    """Nothing is ever scheduled here, because due times stand in the task runner: spares the store a query a second."""

    def loop(self, now: Any = None) -> None:
        self.stop_flag.wait()


class _Consumer(Consumer):  # type: ignore[misc]
    scheduler_class = _IdleScheduler


class WorkerConsumer:
    """Huey's consumer, stopped by an event of ours rather than by its own signal handlers."""

    def __init__(self, huey: Huey, threads: int) -> None:
        guard = threading.Lock()

        def close_store() -> None:
            """Each of Huey's threads does this as it ends; at one moment, they would close one connection twice."""
            with guard:
                huey.storage.close()

        huey.on_shutdown("close_store")(close_store)
        self._consumer = _Consumer(
            huey, workers=threads, periodic=False, initial_delay=0.02, backoff=1.3, max_delay=0.25, scheduler_interval=1
        )

    def run(self, stopped: threading.Event, *, grace: float = 25.0) -> None:
        """Work until `stopped` is set, then let running tasks finish for at most `grace` seconds. Main thread only."""
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        self._consumer.start()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        stopped.wait()
        self._consumer.stop_flag.set()
        for _, thread in self._consumer.worker_threads:
            thread.join(grace)


def _open(url: str) -> Huey:
    common: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if url.startswith(("redis://", "rediss://")):
        from huey import RedisHuey

        return RedisHuey(QUEUE_NAME, url=url, **common)
    if url.startswith("postgresql"):
        from huey import PostgresHuey

        return PostgresHuey(QUEUE_NAME, dsn=url.replace("postgresql+psycopg://", "postgresql://"), **common)
    return SqliteHuey(QUEUE_NAME, filename=url.removeprefix("sqlite:///"), fsync=False, timeout=20, **common)
