"""Claims and finishes, where two workers meet."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from booking_app.tasks import decisions, lookups, store
from booking_app.tasks.models import Task
from booking_app.tasks.records import LeaseLost, PlannedTask, Subject

SUBJECT = Subject("booking", 501)


def lease_of(_kind: str) -> timedelta:
    return LEASE


LEASE = timedelta(seconds=45)


def claim(bench: Any, **options: Any) -> Task | None:
    with bench.database.begin() as session:
        return store.claim(session, subject=SUBJECT, now=bench.clock.now(), lease_of=lease_of, **options)


def claimed(bench: Any) -> Task:
    task = claim(bench)
    assert task is not None
    return task


def finish(bench: Any, task: Task) -> None:
    with bench.database.begin() as session:
        store.finish(session, task, now=bench.clock.now(), remote_id="91", note=None)


def test_of_many_workers_one_gets_the_task(bench: Any) -> None:
    bench.plan("patient")
    start, got = threading.Barrier(6), []

    def work() -> None:
        start.wait()
        got.append(claim(bench))

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [one is None for one in got].count(False) == 1
    assert bench.task("patient").attempts == 1


def test_tasks_are_claimed_in_the_order_planned(bench: Any) -> None:
    bench.plan("first", "second")
    bench.plan("third")
    assert [claimed(bench).name for _ in range(3)] == ["first", "second", "third"]
    assert claim(bench) is None


def test_only_the_tasks_asked_for_are_claimed(bench: Any) -> None:
    bench.plan("first", "second")
    task = claim(bench, names=("second",))
    assert task is not None
    assert task.name == "second"
    assert claim(bench, names=("second",)) is None


def test_a_task_waits_for_the_one_it_comes_after(bench: Any) -> None:
    bench.plan("patient", PlannedTask("appointment", after="patient"))
    task = claimed(bench)
    assert claim(bench) is None
    finish(bench, task)
    assert claimed(bench).name == "appointment"


def test_a_task_planned_after_one_that_is_done_is_ready_at_once(bench: Any) -> None:
    bench.plan("patient")
    finish(bench, claimed(bench))
    bench.plan(PlannedTask("mail", after="patient"), PlannedTask("later", after="mail"))
    assert bench.states() == {"patient": "done", "mail": "ready", "later": "waiting"}


def test_a_task_planned_after_one_that_will_never_be_done_is_cancelled_at_once(bench: Any) -> None:
    bench.plan("patient")
    with bench.database.begin() as session:
        store.cancel_rest(session, SUBJECT, bench.clock.now())
    bench.plan(PlannedTask("mail", after="patient"), PlannedTask("later", after="mail"))
    assert bench.states() == {"patient": "cancelled", "mail": "cancelled", "later": "cancelled"}
    assert bench.task("later").finished_at == bench.clock.now()


def test_a_task_that_waits_for_none_of_its_booking_is_refused(bench: Any) -> None:
    bench.plan("patient", subject=Subject("booking", 502))
    with pytest.raises(LookupError):
        bench.plan(PlannedTask("mail", after="patient"))
    assert bench.states() == {}


def test_planning_and_finishing_at_once_leave_nothing_waiting(bench: Any) -> None:
    bench.plan("patient")
    task = claimed(bench)
    finishing = threading.Thread(target=finish, args=(bench, task))
    with bench.database.begin() as session:
        mail = [PlannedTask("mail", after="patient")]
        store.plan(session, clinic_id=1, subject=SUBJECT, tasks=mail, now=bench.clock.now())
        finishing.start()
        finishing.join(0.1)  # it comes as far as it can
    finishing.join()
    assert bench.states() == {"patient": "done", "mail": "ready"}


def test_a_task_that_is_not_due_is_left_alone(bench: Any) -> None:
    bench.plan("patient")
    with bench.database.begin() as session:
        task = store.claim(session, subject=SUBJECT, now=bench.clock.now(), lease_of=lease_of)
        due_at = bench.clock.now() + timedelta(seconds=30)
        store.postpone(session, task, due_at=due_at, counts=True, must_probe=True)
    assert claim(bench) is None
    bench.clock.advance(seconds=30)
    assert claimed(bench).attempts == 2


def test_a_worker_that_died_is_taken_over_when_its_lease_ends(bench: Any) -> None:
    bench.plan("patient")
    first = claimed(bench)
    bench.clock.advance(seconds=44)
    assert claim(bench) is None
    bench.clock.advance(seconds=1)
    second = claimed(bench)
    assert second.fence == first.fence + 1
    assert (second.attempts, second.lost_leases) == (1, 1), "nothing has failed"


@pytest.mark.parametrize("ending", ["finish", "postpone", "park"])
def test_a_worker_that_was_frozen_is_refused_by_the_fence(bench: Any, ending: str) -> None:
    bench.plan("patient")
    frozen = claimed(bench)
    bench.clock.advance(seconds=45)
    owner = claimed(bench)
    endings: dict[str, dict[str, Any]] = {
        "finish": {"now": bench.clock.now(), "remote_id": "stale", "note": None},
        "postpone": {"due_at": bench.clock.now(), "counts": True, "must_probe": True},
        "park": {"failure": "data", "code": "stale"},
    }
    with pytest.raises(LeaseLost), bench.database.begin() as session:
        getattr(store, ending)(session, frozen, **endings[ending])
    assert (bench.task("patient").remote_id, bench.task("patient").code) == (None, None)
    finish(bench, owner)
    assert bench.states() == {"patient": "done"}


def test_a_frozen_worker_can_not_finish_twice(bench: Any) -> None:
    bench.plan("patient")
    task = claimed(bench)
    finish(bench, task)
    with pytest.raises(LeaseLost):
        finish(bench, task)


def test_one_booking_never_blocks_another(bench: Any) -> None:
    bench.plan("patient")
    bench.plan("patient", subject=Subject("booking", 502))
    claimed(bench)
    with bench.database.begin() as session:
        other = store.claim(session, subject=Subject("booking", 502), now=bench.clock.now(), lease_of=lease_of)
    assert other is not None


def test_a_parked_task_still_counts_as_open(bench: Any) -> None:
    bench.plan("patient")
    task = claimed(bench)
    with bench.database.begin() as session:
        store.park(session, task, failure="data", code="cliniko_422:email")
        assert lookups.has_open_tasks(session, SUBJECT)
        store.cancel_rest(session, SUBJECT, bench.clock.now())
        assert not lookups.has_open_tasks(session, SUBJECT)


def test_a_task_whose_effect_is_gone_can_be_done_again_after_looking(bench: Any) -> None:
    bench.plan("form")
    finish(bench, claimed(bench))
    with bench.database.begin() as session:
        assert decisions.replay(session, bench.task("form").id, bench.clock.now())
    task = bench.task("form")
    assert (task.state, task.attempts, task.must_probe, task.remote_id) == ("ready", 0, True, None)
    with bench.database.begin() as session:
        assert not decisions.replay(session, task.id, bench.clock.now()), "it is not done"
