"""A task that covers many subjects in one call: each is looked up, none is sent twice, what was refused is named."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import lookups, store
from booking_app.tasks.batches import BatchHandler
from booking_app.tasks.models import TaskItem
from booking_app.tasks.records import ItemResult, PlannedTask, Subject, Work

CLINIC = Subject("clinic", 1)
INVOICES = tuple(Subject("invoice", number) for number in range(1, 26))


class Ledger(BatchHandler):
    """Posts invoices to a ledger in memory, twenty-five in a call."""

    def __init__(self, bench: Any) -> None:
        super().__init__(bench.database, bench.clock)
        self.posted: dict[Subject, str] = {}
        self.calls: list[list[Subject]] = []
        self.looked_up: list[list[Subject]] = []
        self.refuses: set[Subject] = set()
        self.answers = len(INVOICES)
        self.loses_answer = False

    def look_up(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, str | None]:
        self.looked_up.append(list(items))
        return {item: self.posted[item] for item in items if item in self.posted}

    def send(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, ItemResult]:
        work.check_lease()
        self.calls.append(list(items))
        results = {}
        for item in items[: self.answers]:
            assert item not in self.posted, "sent twice"
            if item in self.refuses:
                results[item] = ItemResult(code="xero_400:contact")
            else:
                self.posted[item] = f"x{item.id}"
                results[item] = ItemResult(self.posted[item])
        if self.loses_answer:
            self.loses_answer = False
            raise RemoteFailure("xero_timeout", failure=Failure.UNKNOWN_OUTCOME)
        return results


@pytest.fixture
def ledger(bench: Any) -> Ledger:
    handler = Ledger(bench)
    bench.kinds.put("post", handler)
    bench.plan(PlannedTask("post:1", kind="post", items=INVOICES), subject=CLINIC)
    return handler


def work(bench: Any, **wait: float) -> str:
    bench.clock.advance(**wait)
    bench.task_runner().advance(CLINIC)
    return str(bench.states(subject=CLINIC)["post:1"])


def items(bench: Any) -> Sequence[TaskItem]:
    with bench.database.reading() as session:
        return lookups.items_of(session, bench.task("post:1", subject=CLINIC).id)


def test_all_go_in_one_call_and_each_keeps_its_id(bench: Any, ledger: Ledger) -> None:
    assert work(bench) == "done"
    assert len(ledger.calls) == 1
    assert [item.remote_id for item in items(bench)] == [f"x{item.id}" for item in INVOICES]
    assert all(item.done_at for item in items(bench))


def test_after_a_lost_answer_every_one_is_looked_up_and_only_the_rest_is_sent(bench: Any, ledger: Ledger) -> None:
    ledger.answers, ledger.loses_answer = 10, True
    assert work(bench) == "ready"
    ledger.answers = len(INVOICES)
    assert work(bench, seconds=2) == "done"
    assert ledger.looked_up == [list(INVOICES)]
    assert ledger.calls[1] == list(INVOICES[10:])
    assert len(ledger.posted) == 25


def test_what_was_found_is_kept_though_the_next_call_fails(bench: Any, ledger: Ledger) -> None:
    ledger.answers, ledger.loses_answer = 10, True
    work(bench)
    ledger.answers, ledger.loses_answer = 5, True
    assert work(bench, seconds=2) == "ready"
    assert sum(item.done_at is not None for item in items(bench)) == 10
    ledger.answers = len(INVOICES)
    assert work(bench, minutes=5) == "done"
    assert ledger.looked_up[1] == list(INVOICES[10:]), "what is known is not asked for again"


def test_one_that_is_refused_holds_up_no_other_and_is_named(bench: Any, ledger: Ledger) -> None:
    ledger.refuses = {INVOICES[3], INVOICES[7]}
    assert work(bench) == "parked"
    assert bench.task("post:1", subject=CLINIC).code == "batch_items_refused:2"
    refused = [item for item in items(bench) if item.code]
    assert [(item.subject, item.done_at) for item in refused] == [(INVOICES[3], None), (INVOICES[7], None)]
    ledger.refuses = set()
    assert bench.task_runner().retry(bench.task("post:1", subject=CLINIC).id)
    assert work(bench) == "done"
    assert ledger.calls[1] == [INVOICES[3], INVOICES[7]]
    assert all(item.code is None for item in items(bench))


def test_one_that_was_not_answered_for_is_looked_for(bench: Any, ledger: Ledger) -> None:
    ledger.answers = 24
    assert work(bench) == "ready"
    assert bench.task("post:1", subject=CLINIC).code == "batch_items_unanswered"
    ledger.answers = 25
    assert work(bench, seconds=2) == "done"
    assert ledger.calls[1] == [INVOICES[24]]


def test_a_worker_that_was_overtaken_writes_nothing_of_what_it_heard(bench: Any, ledger: Ledger) -> None:
    sent = ledger.send

    def overtaken(work_: Work, items_: Sequence[Subject]) -> Mapping[Subject, ItemResult]:
        answer = sent(work_, items_)
        ledger.send = sent  # type: ignore[method-assign]
        bench.clock.advance(seconds=60)
        bench.task_runner().advance(CLINIC)  # somebody else takes over, and finds all of it
        return {item: ItemResult("stale") for item in answer}

    ledger.send = overtaken  # type: ignore[method-assign]
    work(bench)
    assert bench.states(subject=CLINIC) == {"post:1": "done"}
    assert {item.remote_id for item in items(bench)} == set(ledger.posted.values())
    assert len(ledger.calls) == 1


def test_a_subject_finds_the_batches_that_cover_it(bench: Any, ledger: Ledger) -> None:
    with bench.database.reading() as session:
        assert [task.name for task in lookups.batches_of(session, INVOICES[3])] == ["post:1"]
        assert lookups.batches_of(session, Subject("booking", 4)) == []
        assert lookups.has_open_tasks(session, INVOICES[3])
    work(bench)
    with bench.database.reading() as session:
        assert not lookups.has_open_tasks(session, INVOICES[3])


def test_a_batch_has_an_end(bench: Any) -> None:
    many = tuple(Subject("invoice", number) for number in range(store.MOST_ITEMS + 1))
    with pytest.raises(ValueError, match="at most 500"):
        bench.plan(PlannedTask("post:2", kind="post", items=many), subject=CLINIC)
