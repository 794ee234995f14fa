"""The threads of a worker process: how many serve a lane, and how much of it one connection may take."""

import threading
from pathlib import Path

from booking_app.tasks.kinds import Lane
from booking_app.tasks.queue import WakeQueue
from booking_app.tasks.workers import MOST_KEPT_BACK, FairShares, Workers, threads_of


class TestFairShares:
    def test_a_connection_takes_no_more_than_its_share_and_the_rest_is_kept_back(self) -> None:
        shares = FairShares({Lane.PATIENT: 2})
        assert [shares.enter(Lane.PATIENT, "connection:1", task) for task in (1, 2, 3)] == [True, True, False]
        assert shares.enter(Lane.PATIENT, "connection:2", 9), "another one is not held up"
        assert shares.leave(Lane.PATIENT, "connection:1") == 3
        assert shares.enter(Lane.PATIENT, "connection:1", 3)

    def test_lanes_are_counted_apart(self) -> None:
        shares = FairShares({Lane.PATIENT: 1, Lane.MESSAGES: 1})
        assert shares.enter(Lane.PATIENT, "connection:1", 1)
        assert shares.enter(Lane.MESSAGES, "connection:1", 2)

    def test_what_waited_longest_is_next_and_each_once(self) -> None:
        shares = FairShares({Lane.SYNC: 1})
        shares.enter(Lane.SYNC, "c", 1)
        for task in (7, 5, 7):
            assert not shares.enter(Lane.SYNC, "c", task)
        assert shares.leave(Lane.SYNC, "c") == 7
        shares.enter(Lane.SYNC, "c", 7)
        assert shares.leave(Lane.SYNC, "c") == 5
        shares.enter(Lane.SYNC, "c", 5)
        assert shares.leave(Lane.SYNC, "c") is None

    def test_not_everything_is_kept_back(self) -> None:
        shares = FairShares({Lane.SYNC: 1})
        shares.enter(Lane.SYNC, "c", 0)
        for task in range(1, MOST_KEPT_BACK + 50):
            shares.enter(Lane.SYNC, "c", task)
        assert len(shares._kept_back[Lane.SYNC, "c"]) == MOST_KEPT_BACK

    def test_nothing_stays_of_a_connection_that_is_idle(self) -> None:
        shares = FairShares({Lane.SYNC: 1})
        shares.enter(Lane.SYNC, "c", 1)
        shares.leave(Lane.SYNC, "c")
        assert not shares._busy
        assert not shares._kept_back


def test_documents_have_one_thread_and_patients_the_most() -> None:
    sizes = {lane: threads_of(lane, 4) for lane in Lane}
    assert sizes == {Lane.PATIENT: 8, Lane.MESSAGES: 4, Lane.SYNC: 4, Lane.DOCUMENTS: 1, Lane.MONEY: 4}


def test_a_connection_that_hangs_holds_up_nobody_else(tmp_path: Path) -> None:
    """Eight tasks of one clinic hang in the lane of patients; another clinic's is done all the same."""
    queue, stopped, done = WakeQueue(str(tmp_path / "queue.sqlite3")), threading.Event(), threading.Event()
    hung = threading.Event()

    def work_on(task_id: int) -> None:
        if task_id < 100:
            hung.wait(30)
        else:
            done.set()
            hung.set()
            stopped.set()

    for task_id in range(1, 9):
        queue.wake(task_id, Lane.PATIENT)
    queue.wake(100, Lane.PATIENT)
    giving_up = threading.Timer(20, lambda: (hung.set(), stopped.set()))
    giving_up.start()
    Workers(queue, work_on=work_on, connection_of=lambda task_id: "slow" if task_id < 100 else "quick", threads=2).run(
        stopped, grace=5
    )
    giving_up.cancel()
    assert done.is_set()
    queue.close()
