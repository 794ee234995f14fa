"""The queue that wakes workers. It carries ids of tasks and may lose any of them: the sweep finds the rest."""

import json
from collections.abc import Callable
from typing import Any

from huey import SqliteHuey
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer

from booking_app.core.files import keep_private
from booking_app.tasks.kinds import Lane

MOST_PENDING = 500  # of one lane; a sweep adds nothing to a queue that is behind anyway
# Where the release before put its messages, which name a booking. Nobody reads them here: the sweep finds their tasks.
# Nor does a worker of that release ever see one of ours.
OLD_NAME = "booking"


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON in place of pickle: whoever can write to the queue must not be able to run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class LaneQueue:
    """The messages of one lane; a process that has not said what to do with one (`work_on`) only sends."""

    def __init__(self, url: str, lane: Lane) -> None:
        self.lane = lane
        self.huey = _open(url, f"tasks-{lane.value}")
        self.work_on: Callable[[int], None] | None = None

        # Huey finds a function by its module and name, so both processes need this very one.
        def work_on_task(task_id: int) -> None:
            if self.work_on is not None:
                self.work_on(task_id)

        self._send = self.huey.task()(work_on_task)

    def wake(self, task_id: int) -> None:
        if self.huey.pending_count() < MOST_PENDING:
            self._send(task_id)


class WakeQueue:
    """Wakes workers for a task. `url` names a SQLite file of its own, a PostgreSQL or a Redis."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.lanes = {lane: LaneQueue(url, lane) for lane in Lane}

    def wake(self, task_id: int, lane: Lane) -> None:
        """Queue the task for a worker of its lane. Raises whatever the store raises; the task runner swallows that."""
        self.lanes[lane].wake(task_id)

    def pending(self) -> int:
        """How many messages wait; raises when the store cannot be reached."""
        return sum(int(lane.huey.pending_count()) for lane in self.lanes.values())

    def drop_old_messages(self) -> None:
        """Take out what the release before has left."""
        old = _open(self._url, OLD_NAME)
        old.storage.flush_queue()
        old.storage.close()

    def close(self) -> None:
        """Close the connections to the store; they are opened again when needed."""
        for lane in self.lanes.values():
            lane.huey.storage.close()


def _open(url: str, name: str) -> Huey:
    common: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if url.startswith(("redis://", "rediss://")):
        from huey import RedisHuey

        return RedisHuey(name, url=url, **common)
    if url.startswith("postgresql"):
        from huey import PostgresHuey

        return PostgresHuey(name, dsn=url.replace("postgresql+psycopg://", "postgresql://"), **common)
    filename = url.removeprefix("sqlite:///")
    keep_private(filename)
    return SqliteHuey(name, filename=filename, fsync=False, timeout=20, cache_mb=1, **common)
