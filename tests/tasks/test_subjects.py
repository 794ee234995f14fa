"""Tasks about anything: what belongs to one subject never touches another, however alike their ids and names are."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import lookups, store
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskKinds, TaskWords
from booking_app.tasks.models import Task
from booking_app.tasks.policy import WAITS
from booking_app.tasks.records import Effect, PlannedTask, Stop, Subject, Work

BOOKING = Subject("booking", 501)
INVOICE = Subject("invoice", 501)


def nothing(_session: Session) -> None:
    """Nothing follows."""


class TestTwoSubjectsOfOneId:
    def test_may_have_tasks_of_one_name_and_each_is_done_by_itself(self, bench: Any) -> None:
        handler = bench.handle("post")
        bench.plan("post", subject=BOOKING)
        bench.plan("post", subject=INVOICE)
        bench.task_runner().advance(INVOICE)
        assert (bench.states(subject=INVOICE), bench.states(subject=BOOKING)) == ({"post": "done"}, {"post": "ready"})
        assert [work.subject for work in handler.acted] == [INVOICE]

    def test_open_only_what_waits_for_their_own_task(self, bench: Any) -> None:
        for subject in (BOOKING, INVOICE):
            bench.plan("post", PlannedTask("pay", after="post"), subject=subject)
        bench.handle("post")
        bench.handle("pay")
        bench.task_runner().advance(INVOICE, names=("post",))
        assert bench.states(subject=INVOICE) == {"post": "done", "pay": "ready"}
        assert bench.states(subject=BOOKING) == {"post": "ready", "pay": "waiting"}

    def test_end_by_themselves(self, bench: Any) -> None:
        for subject in (BOOKING, INVOICE):
            bench.plan("post", "pay", subject=subject)
        bench.handle("post", Stop("voided", nothing))
        bench.task_runner().advance(INVOICE)
        assert bench.states(subject=INVOICE) == {"post": "done", "pay": "cancelled"}
        assert bench.states(subject=BOOKING) == {"post": "ready", "pay": "ready"}
        with bench.database.reading() as session:
            assert not lookups.has_open_tasks(session, INVOICE)
            assert lookups.has_open_tasks(session, BOOKING)

    def test_are_given_up_and_retried_by_themselves(self, bench: Any) -> None:
        for subject in (BOOKING, INVOICE):
            bench.plan("post", PlannedTask("pay", after="post"), subject=subject)
        runner = bench.task_runner()
        assert runner.give_up(bench.task("post", subject=INVOICE).id)
        assert bench.states(subject=INVOICE) == {"post": "given_up", "pay": "cancelled"}
        assert bench.states(subject=BOOKING) == {"post": "ready", "pay": "waiting"}
        assert runner.retry(bench.task("post", subject=INVOICE).id)
        assert bench.states(subject=INVOICE) == {"post": "ready", "pay": "waiting"}
        assert bench.woken == [INVOICE]

    def test_are_swept_both(self, bench: Any) -> None:
        bench.handle("post")
        bench.plan("post", subject=BOOKING)
        bench.plan("post", subject=INVOICE)
        assert bench.task_runner().sweep() == 2
        assert set(bench.woken) == {BOOKING, INVOICE}

    def test_keep_what_they_made_apart(self, bench: Any) -> None:
        bench.handle("post", lambda work: Effect(f"made-{work.subject.kind}"))
        for subject in (BOOKING, INVOICE):
            bench.plan(PlannedTask("post", connection_id=7), subject=subject)
            bench.task_runner().advance(subject)
        with bench.database.reading() as session:
            made = lookups.remote_id_of(session, subject=INVOICE, connection_id=7, kind="post")
        assert made == "made-invoice"


class TestAKindOfTask:
    def test_has_a_lease_and_a_deadline_of_its_own(self, bench: Any) -> None:
        seen: list[tuple[float, float]] = []

        def look(work: Work) -> Effect:
            lease_until = bench.task("post").lease_until
            seen.append((work.deadline - bench.clock.monotonic(), (lease_until - bench.clock.now()).total_seconds()))
            return Effect()

        bench.handle("post", look, lease=timedelta(seconds=90), deadline=timedelta(seconds=15), call_seconds=10.0)
        bench.plan("post")
        bench.task_runner().advance(BOOKING)
        assert seen == [(15.0, 90.0)]

    def test_is_tried_as_often_as_it_says(self, bench: Any) -> None:
        trouble = RemoteFailure("xero_503", failure=Failure.TRANSIENT)
        bench.handle("post", trouble, waits=(timedelta(seconds=5), timedelta(minutes=7)))
        bench.plan("post")
        waits = []
        for _ in range(3):
            bench.task_runner().advance(BOOKING)
            waits.append(bench.wait("post"))
            bench.clock.advance(seconds=420)
        assert waits[:2] == [5.0, 420.0]
        assert bench.states() == {"post": "parked"}
        assert len(WAITS) > 2

    def test_that_nobody_knows_is_woken_and_parked(self, bench: Any) -> None:
        bench.plan("telegram")
        runner = bench.task_runner()
        assert runner.sweep() == 1
        runner.work_on(bench.task("telegram").id)
        assert (bench.states(), bench.task("telegram").code) == ({"telegram": "parked"}, "no_handler:telegram")

    def test_whose_lease_does_not_outlast_a_call_is_refused(self) -> None:
        with pytest.raises(AssertionError, match="the lease must outlast a call"):
            TaskKind(
                name="post", handler=None, words=TaskWords("a", "b", "c"), lane=Lane.SYNC, lease=timedelta(seconds=5)
            )  # type: ignore[arg-type]

    def test_is_registered_once(self, bench: Any) -> None:
        bench.handle("post")
        kind = bench.kinds.find("post")
        with pytest.raises(ValueError, match="two packages register post"):
            TaskKinds([kind, kind])


class TestLanes:
    def test_work_goes_on_in_its_own_lane_and_the_others_are_woken(self, bench: Any) -> None:
        for name, lane in (("place", Lane.PATIENT), ("confirm", Lane.PATIENT), ("draw", Lane.DOCUMENTS)):
            bench.handle(name, lane=lane)
        bench.plan("place", PlannedTask("confirm", after="place"), PlannedTask("draw", after="confirm"))
        runner = bench.task_runner()
        runner.work_on(bench.task("place").id)
        assert bench.states() == {"place": "done", "confirm": "done", "draw": "ready"}
        assert bench.lanes == [Lane.DOCUMENTS]

    def test_are_swept_each(self, bench: Any) -> None:
        bench.handle("draw", lane=Lane.DOCUMENTS)
        bench.handle("place", lane=Lane.PATIENT)
        bench.plan("draw", "place")
        assert bench.task_runner().sweep() == 2
        assert bench.lanes == [Lane.PATIENT, Lane.DOCUMENTS], "what a patient waits for first"

    def test_a_task_that_is_gone_is_nobodys_work(self, bench: Any) -> None:
        runner = bench.task_runner()
        runner.work_on(99)
        assert runner.connection_of(99) is None

    def test_a_shorter_lease_for_tests_shortens_the_calls_with_it(self, bench: Any) -> None:
        left: list[float] = []
        bench.handle("post", lambda work: left.append(work.deadline - bench.clock.monotonic()) or Effect())
        bench.plan("post")
        bench.task_runner(lease_scale=0.2).advance(BOOKING)
        assert left == [9.0]


def test_references_come_from_whoever_registered_the_kind(bench: Any) -> None:
    kind = SubjectKind(
        name="invoice",
        title="Invoice",
        references=lambda _session, ids: {one: f"CLK-{one}" for one in ids},
        path=lambda slug, reference: f"/console/{slug}/invoices/{reference}",
    )
    kinds = TaskKinds(subjects=[kind])
    with bench.database.reading() as session:
        assert kinds.references(session, "invoice", [3]) == {3: "CLK-3"}
        assert kinds.references(session, "deposit", [3]) == {}


def test_a_claim_writes_what_the_row_says(bench: Any) -> None:
    """The claimed task is not read again; what is known of it must be what stands there."""
    bench.handle("post")
    bench.plan("post")
    with bench.database.begin() as session:
        claimed = store.claim(
            session, subject=BOOKING, now=bench.clock.now(), lease_of=lambda _kind: timedelta(seconds=45)
        )
        assert claimed is not None
        known = (claimed.fence, claimed.attempts, claimed.lost_leases, claimed.lease_until)
    with bench.database.reading() as session:
        row = session.get_one(Task, claimed.id)
        assert known == (row.fence, row.attempts, row.lost_leases, row.lease_until)
