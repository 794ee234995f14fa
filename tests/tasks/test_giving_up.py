"""A person decides that a task will not happen."""

from typing import Any

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks.records import Effect, PlannedTask, Stop, Subject

SUBJECT = Subject("booking", 501)


def refused() -> RemoteFailure:
    return RemoteFailure("cliniko_422:size", failure=Failure.DATA)


def test_giving_up_cancels_what_waits_for_it_and_what_waits_for_that(bench: Any) -> None:
    bench.plan("document", PlannedTask("png", after="document"), PlannedTask("seal", after="png"), "mail")
    bench.handle("document", refused())
    bench.handle("mail")
    task_runner = bench.task_runner()
    task_runner.advance(SUBJECT)
    assert task_runner.give_up(bench.task("document").id)
    assert bench.states() == {"document": "given_up", "png": "cancelled", "seal": "cancelled", "mail": "done"}
    assert bench.task("document").finished_at == bench.task("seal").finished_at == bench.clock.now()
    assert bench.task("document").code == "cliniko_422:size", "what went wrong can still be read"


def test_giving_up_may_be_thought_better_of(bench: Any) -> None:
    bench.plan("document", PlannedTask("png", after="document"))
    handler = bench.handle("document", refused(), Effect("66"))
    bench.handle("png")
    task_runner = bench.task_runner()
    task_runner.advance(SUBJECT)
    task_runner.give_up(bench.task("document").id)
    assert task_runner.retry(bench.task("document").id)
    assert bench.states() == {"document": "ready", "png": "waiting"}
    task_runner.advance(SUBJECT)
    assert bench.states() == {"document": "done", "png": "done"}
    assert len(handler.probed) == 1


def test_giving_up_and_retrying_brings_nothing_back_that_was_cancelled_for_another_reason(bench: Any) -> None:
    bench.plan("document", PlannedTask("png", after="document"), "conflicts")
    bench.handle("document", refused())
    bench.handle("conflicts", Stop("overlap_archived", lambda _session: None))
    task_runner = bench.task_runner()
    task_runner.advance(SUBJECT, names=("document",))
    document = bench.task("document").id
    task_runner.give_up(document)
    task_runner.retry(document)
    task_runner.advance(SUBJECT, names=("conflicts",))
    assert not task_runner.retry(document), "a booking that was lost stays so"
    assert bench.states() == {"document": "cancelled", "png": "cancelled", "conflicts": "done"}


def test_giving_up_overtakes_a_worker_that_is_busy_with_it(bench: Any) -> None:
    bench.plan("document", PlannedTask("png", after="document"))
    bench.handle("document", lambda work: Effect("66" if bench.task_runner().give_up(work.task_id) else "late"))
    bench.task_runner().advance(SUBJECT)
    assert bench.states() == {"document": "given_up", "png": "cancelled"}


def test_giving_up_changes_nothing_that_has_come_to_an_end(bench: Any) -> None:
    bench.plan("document", PlannedTask("png", after="document"))
    bench.handle("document")
    bench.handle("png", refused())
    task_runner = bench.task_runner()
    task_runner.advance(SUBJECT)
    assert not task_runner.give_up(bench.task("document").id)
    assert not task_runner.give_up(999)
    assert bench.states() == {"document": "done", "png": "parked"}
