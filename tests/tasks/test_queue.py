"""The queue that wakes workers: it carries ids of tasks and nothing else, each lane by itself."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from huey import SqliteHuey

from booking_app.tasks.kinds import Lane
from booking_app.tasks.queue import MOST_PENDING, OLD_NAME, JsonSerializer, WakeQueue
from booking_app.tasks.workers import Workers
from tests.postgres import PostgresServer

# As the release before wrote it: the name of its function and the id of a booking.
OLD_MESSAGE = (
    b'["1f0c6c1e-5a0c-4a5e-8d5d-1a40bb3a6b1c", "queuetask_advance_booking", null, 0, 0, [501], {}, null, null, '
    b"null, null, null]"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.sqlite3"


def messages(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as connection:
        found = [bytes(data) for (data,) in connection.execute("SELECT data FROM task ORDER BY id")]
    connection.close()
    return found


def work_until(queue: WakeQueue, work_on: Callable[[int], None], is_done: Callable[[], bool]) -> None:
    """Run every lane's threads here, as the worker process does, until the condition holds (five seconds at most)."""
    stopped, ended = threading.Event(), threading.Event()

    def watch() -> None:
        for _ in range(500):
            if is_done() or ended.wait(0.01):
                break
        stopped.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    Workers(queue, work_on=work_on, connection_of=lambda task_id: f"connection:{task_id}", threads=1).run(
        stopped, grace=5
    )
    ended.set()
    watcher.join()
    assert is_done()


def test_a_message_holds_the_tasks_id_as_json_and_no_pickle(path: Path) -> None:
    WakeQueue(str(path)).wake(501, Lane.PATIENT)
    (message,) = messages(path)
    assert [501] in json.loads(message)
    assert not message.startswith(b"\x80"), "a pickle begins like this"


def test_what_is_no_json_is_never_executed() -> None:
    with pytest.raises(ValueError, match=r"."):
        JsonSerializer().deserialize(b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.")


def test_a_worker_takes_what_another_process_woke_in_every_lane(path: Path) -> None:
    taken: list[int] = []
    for number, lane in enumerate(Lane):
        WakeQueue(f"sqlite:///{path}" if number % 2 else str(path)).wake(501 + number, lane)
    work_until(WakeQueue(str(path)), taken.append, lambda: len(taken) == len(Lane))
    assert sorted(taken) == [501 + number for number in range(len(Lane))]
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
    for lane in queue.lanes.values():
        storage = lane.huey.storage
        storage._create_connection = lambda connect=storage._create_connection: SlowToClose(connect())
    stopped = threading.Event()
    threading.Timer(0.3, stopped.set).start()
    Workers(queue, work_on=lambda _: None, connection_of=lambda _: None, threads=6).run(stopped, grace=5)
    assert [record.getMessage() for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []


def test_a_worker_goes_on_after_a_failure(path: Path) -> None:
    taken: list[int] = []

    def work_on(task_id: int) -> None:
        taken.append(task_id)
        if task_id == 501:
            raise OSError("the database is away")

    sender = WakeQueue(str(path))
    sender.wake(501, Lane.DOCUMENTS)
    sender.wake(502, Lane.DOCUMENTS)
    work_until(WakeQueue(str(path)), work_on, lambda: len(taken) == 2)
    assert taken == [501, 502], "each once: the sweep repeats, not the queue"


def test_a_queue_that_is_behind_is_not_filled_up_further(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue: Any = WakeQueue(str(path))
    monkeypatch.setattr("booking_app.tasks.queue.MOST_PENDING", 3)
    for task_id in range(5):
        queue.wake(task_id, Lane.SYNC)
    assert len(messages(path)) == 3
    queue.wake(9, Lane.PATIENT)
    assert len(messages(path)) == 4, "another lane is not behind"
    assert MOST_PENDING == 500


def test_postgresql_carries_the_queue_where_it_is_the_database(postgres_server: PostgresServer) -> None:
    url, taken = postgres_server.new_schema(), list[int]()
    sender, worker = WakeQueue(url), WakeQueue(url)
    sender.wake(501, Lane.PATIENT)
    sender.wake(502, Lane.SYNC)
    assert worker.pending() == 2
    work_until(worker, taken.append, lambda: len(taken) == 2)
    assert sorted(taken) == [501, 502]
    assert sender.pending() == 0
    for queue in (sender, worker):
        queue.close()


class OldWorker:
    """The queue of the release before, with its consumer's two halves: read a message, call the function it names."""

    def __init__(self, path: Path) -> None:
        self.advanced: list[int] = []
        self.huey = SqliteHuey("booking", filename=str(path), results=False, serializer=JsonSerializer(), fsync=False)

        def advance_booking(booking_id: int) -> None:
            self.advanced.append(booking_id)

        self.send = self.huey.task()(advance_booking)

    def work(self) -> None:
        while (message := self.huey.dequeue()) is not None:
            self.huey.execute(message)


class TestBesideTheReleaseBefore:
    def test_its_messages_are_dropped_without_an_error(
        self, path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        old = OldWorker(path)
        old.huey.storage.enqueue(OLD_MESSAGE)
        old.send(502)
        old.huey.storage.close()
        taken: list[int] = []
        new = WakeQueue(str(path))
        new.wake(7, Lane.PATIENT)
        work_until(new, taken.append, lambda: taken == [7])
        assert taken == [7]
        assert messages(path) == []
        assert "rror" not in caplog.text + capfd.readouterr().err

    def test_an_old_worker_never_sees_a_message_of_ours(self, path: Path) -> None:
        old = OldWorker(path)
        old.send(501)
        new = WakeQueue(str(path))
        for number, lane in enumerate(Lane):
            new.wake(number, lane)
        old.work()
        assert old.advanced == [501], "its own goes on"
        assert len(messages(path)) == len(Lane), "and ours wait for a worker of ours"
        assert OLD_NAME == "booking"
        old.huey.storage.close()
