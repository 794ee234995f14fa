"""The queue that wakes workers: it carries booking ids and nothing else."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from booking_app.tasks.queue import MOST_PENDING, JsonSerializer, WakeQueue
from tests.postgres import PostgresServer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.sqlite3"


def messages(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as connection:
        found = [bytes(data) for (data,) in connection.execute("SELECT data FROM task ORDER BY id")]
    connection.close()
    return found


def work_until(queue: WakeQueue, is_done: Callable[[], bool]) -> None:
    """Run one consumer here, as the worker process does, until the condition holds (five seconds at most)."""
    stopped, ended = threading.Event(), threading.Event()

    def watch() -> None:
        for _ in range(500):
            if is_done() or ended.wait(0.01):
                break
        stopped.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    queue.consumer(threads=1).run(stopped, grace=5)
    ended.set()
    watcher.join()
    assert is_done()


def test_a_message_holds_the_booking_id_as_json_and_no_pickle(path: Path) -> None:
    WakeQueue(str(path)).wake(501)
    (message,) = messages(path)
    assert [501] in json.loads(message)
    assert not message.startswith(b"\x80"), "a pickle begins like this"


def test_what_is_no_json_is_never_executed() -> None:
    with pytest.raises(ValueError, match=r"."):
        JsonSerializer().deserialize(b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.")


def test_a_worker_advances_the_bookings_another_process_woke(path: Path) -> None:
    advanced: list[int] = []
    WakeQueue(str(path)).wake(501)
    WakeQueue(f"sqlite:///{path}").wake(502)
    work_until(WakeQueue(str(path), advanced.append), lambda: len(advanced) == 2)
    assert sorted(advanced) == [501, 502]
    assert messages(path) == []


class SlowToClose:
    """A connection whose closing takes so long that every other thread comes to it meanwhile."""

    def __init__(self, inner: sqlite3.Connection) -> None:
        self._inner = inner

    def close(self) -> None:
        time.sleep(0.05)
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_a_worker_of_many_threads_stops_without_a_word(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    queue = WakeQueue(str(path))
    storage = queue._huey.storage
    connect = storage._create_connection
    storage._create_connection = lambda: SlowToClose(connect())
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()
    queue.consumer(threads=6).run(stopped, grace=5)
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []


def test_a_worker_goes_on_after_a_failure(path: Path) -> None:
    advanced: list[int] = []

    def advance(booking_id: int) -> None:
        advanced.append(booking_id)
        if booking_id == 501:
            raise OSError("the database is away")

    sender = WakeQueue(str(path))
    sender.wake(501)
    sender.wake(502)
    work_until(WakeQueue(str(path), advance), lambda: len(advanced) == 2)
    assert advanced == [501, 502], "each once: the task runner repeats, not the queue"


def test_a_queue_that_is_behind_is_not_filled_up_further(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue: Any = WakeQueue(str(path))
    monkeypatch.setattr("booking_app.tasks.queue.MOST_PENDING", 3)
    for booking_id in range(5):
        queue.wake(booking_id)
    assert len(messages(path)) == 3
    assert MOST_PENDING == 500


def test_postgresql_carries_the_queue_where_it_is_the_database(postgres_server: PostgresServer) -> None:
    url, advanced = postgres_server.new_schema(), list[int]()
    sender, worker = WakeQueue(url), WakeQueue(url, advanced.append)
    sender.wake(501)
    sender.wake(502)
    assert worker.pending() == 2
    work_until(worker, lambda: len(advanced) == 2)
    assert sorted(advanced) == [501, 502]
    assert sender.pending() == 0
    for queue in (sender, worker):
        queue.close()
