"""Advancing bookings: done once, whatever fails in between."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks import store
from booking_app.tasks.attempts import MOST_LOST_LEASES
from booking_app.tasks.kinds import CALL_SECONDS, LEASE
from booking_app.tasks.policy import WAITS
from booking_app.tasks.records import Effect, Later, LeaseLost, PlannedTask, Stop, Subject, Work

SUBJECT = Subject("booking", 501)


def failing(failure: Failure, *, code: str = "cliniko_x", retry_after: float | None = None) -> RemoteFailure:
    return RemoteFailure(code, failure=failure, retry_after=retry_after)


def lose_lease(bench: Any, name: str) -> None:
    """A worker takes the task and is not heard of again."""
    with bench.database.begin() as session:
        assert store.claim(session, subject=SUBJECT, now=bench.clock.now(), lease_of=lambda _kind: LEASE, names=(name,))
    bench.clock.advance(seconds=LEASE.total_seconds())


class TestTheHappyWay:
    def test_is_done_in_one_go_and_in_order(self, bench: Any) -> None:
        bench.plan("slot", PlannedTask("patient", after="slot"), PlannedTask("appointment", after="patient"))
        bench.handle("slot")
        bench.handle("patient", Effect("71", "found"))
        bench.handle("appointment", Effect("91"))
        bench.task_runner().advance(SUBJECT)
        assert bench.states() == {"slot": "done", "patient": "done", "appointment": "done"}
        assert (bench.task("patient").remote_id, bench.task("patient").note) == ("71", "found")
        assert not any(one.probed for one in bench.kinds.handlers()), "a first attempt has nothing to look for"

    def test_repeating_it_does_nothing(self, bench: Any) -> None:
        bench.plan("patient")
        handler = bench.handle("patient")
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        task_runner.advance(SUBJECT)
        assert len(handler.acted) == 1

    def test_what_follows_is_written_with_the_task(self, bench: Any) -> None:
        seen: list[Session] = []
        bench.plan("patient")
        bench.handle("patient", Effect("71", record=seen.append))
        bench.task_runner().advance(SUBJECT)
        assert len(seen) == 1

    def test_a_task_may_be_worked_by_another_kind_of_handler(self, bench: Any) -> None:
        bench.plan(PlannedTask("contact:7", kind="contact", connection_id=7))
        handler = bench.handle("contact")
        bench.task_runner().advance(SUBJECT)
        assert (handler.acted[0].name, handler.acted[0].connection_id) == ("contact:7", 7)

    def test_a_stopped_runner_claims_nothing_more(self, bench: Any) -> None:
        bench.plan("patient")
        handler = bench.handle("patient")
        task_runner = bench.task_runner()
        task_runner.stop()
        task_runner.advance(SUBJECT)
        assert handler.acted == []

    def test_a_deadline_that_is_over_claims_nothing_more(self, bench: Any) -> None:
        bench.plan("slot", "patient")

        def slow(_work: Work) -> Effect:
            bench.clock.advance(seconds=9)
            return Effect()

        bench.handle("slot", slow)
        bench.handle("patient")
        bench.task_runner().advance(SUBJECT, deadline=bench.clock.monotonic() + 8)
        assert bench.states() == {"slot": "done", "patient": "ready"}


class TestAFailure:
    @pytest.mark.parametrize("attempt", range(1, len(WAITS) + 1))
    def test_that_passes_is_waited_for_ever_longer(self, bench: Any, attempt: int) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(Failure.TRANSIENT, code="cliniko_502"))
        task_runner = bench.task_runner()
        for _ in range(attempt):
            task_runner.advance(SUBJECT)
            waited = bench.wait("patient")
            bench.clock.advance(seconds=waited)
        task = bench.task("patient")
        assert (task.state, task.attempts, task.failure, task.code) == ("ready", attempt, "transient", "cliniko_502")
        assert waited == WAITS[attempt - 1].total_seconds()

    def test_that_never_passes_is_left_to_a_person(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(Failure.TRANSIENT))
        task_runner = bench.task_runner()
        for _ in range(len(WAITS) + 1):
            task_runner.advance(SUBJECT)
            bench.clock.advance(days=1)
        assert bench.states() == {"patient": "parked"}

    def test_that_names_a_time_is_given_it(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(Failure.TRANSIENT, retry_after=200))
        bench.task_runner().advance(SUBJECT)
        assert bench.wait("patient") == 200

    def test_at_the_limit_is_no_attempt(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(Failure.RATE, retry_after=42))
        task_runner = bench.task_runner()
        for _ in range(30):
            task_runner.advance(SUBJECT)
            assert bench.wait("patient") == 42
            bench.clock.advance(seconds=42)
        assert (bench.task("patient").attempts, bench.task("patient").state) == (0, "ready")

    def test_at_a_limit_that_names_no_time_waits_a_little(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(Failure.RATE))
        bench.task_runner().advance(SUBJECT)
        assert bench.wait("patient") == 15

    def test_with_unknown_outcome_is_looked_up_before_it_is_repeated(self, bench: Any) -> None:
        bench.plan("appointment")
        handler = bench.handle("appointment", failing(Failure.UNKNOWN_OUTCOME), probes=[Effect("91")])
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        assert (bench.wait("appointment"), handler.probed) == (2, [])
        bench.clock.advance(seconds=2)
        task_runner.advance(SUBJECT)
        assert (len(handler.probed), len(handler.acted)) == (1, 1), "found, so it is not done again"
        assert bench.task("appointment").remote_id == "91"

    def test_with_unknown_outcome_is_repeated_when_nothing_is_found(self, bench: Any) -> None:
        bench.plan("appointment")
        handler = bench.handle("appointment", failing(Failure.UNKNOWN_OUTCOME), Effect("92"))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        bench.clock.advance(seconds=2)
        task_runner.advance(SUBJECT)
        assert (len(handler.probed), len(handler.acted)) == (1, 2)
        assert bench.task("appointment").remote_id == "92"

    def test_while_looking_it_up_is_only_waited_for(self, bench: Any) -> None:
        bench.plan("appointment")
        handler = bench.handle(
            "appointment", failing(Failure.UNKNOWN_OUTCOME), probes=[failing(Failure.TRANSIENT), Effect("91")]
        )
        task_runner = bench.task_runner()
        for _ in range(3):
            task_runner.advance(SUBJECT)
            bench.clock.advance(minutes=5)
        assert len(handler.acted) == 1, "what may have happened is never repeated without a look"
        assert bench.states() == {"appointment": "done"}

    @pytest.mark.parametrize("failure", [Failure.CONFIG, Failure.DATA, Failure.CONFLICT, Failure.AUTH])
    def test_that_a_person_has_to_fix_is_parked(self, bench: Any, failure: Failure) -> None:
        bench.plan("patient")
        bench.handle("patient", failing(failure, code="cliniko_422:email"))
        bench.task_runner().advance(SUBJECT)
        task = bench.task("patient")
        assert (task.state, task.failure, task.code) == ("parked", failure.value, "cliniko_422:email")

    def test_of_consent_is_a_success_with_a_note(self, bench: Any) -> None:
        bench.plan("contact", PlannedTask("later", after="contact"))
        bench.handle("contact", failing(Failure.CONSENT, code="no_consent"))
        bench.handle("later")
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        task_runner.advance(SUBJECT)
        assert bench.task("contact").note == "no_consent"
        assert bench.states() == {"contact": "done", "later": "done"}

    def test_of_the_key_pauses_its_connection_once(self, bench: Any) -> None:
        bench.plan(PlannedTask("patient", connection_id=7))
        bench.handle("patient", failing(Failure.AUTH, code="cliniko_401"))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        task_runner.advance(SUBJECT)
        assert bench.paused == [(7, "cliniko_401")]

    def test_of_the_key_is_parked_even_where_the_pause_fails(self, bench: Any) -> None:
        def broken(_connection_id: int, _code: str) -> None:
            raise OSError("the database is away")

        bench.plan(PlannedTask("patient", connection_id=7), "mail")
        bench.handle("patient", failing(Failure.AUTH))
        bench.handle("mail")
        bench.task_runner(pause_connection=broken).advance(SUBJECT)
        assert bench.states() == {"patient": "parked", "mail": "done"}

    def test_of_other_kinds_pauses_nothing(self, bench: Any) -> None:
        bench.plan(PlannedTask("patient", connection_id=7))
        bench.handle("patient", failing(Failure.CONFIG))
        bench.task_runner().advance(SUBJECT)
        assert bench.paused == []

    def test_without_a_handler_is_a_setting_to_fix(self, bench: Any) -> None:
        bench.plan("unheard_of")
        bench.task_runner().advance(SUBJECT)
        assert (bench.task("unheard_of").failure, bench.task("unheard_of").code) == (
            "config",
            "no_handler:unheard_of",
        )

    def test_of_our_own_is_kept_without_its_message(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient", ValueError("Mara Linden has a sore knee"))
        bench.task_runner().advance(SUBJECT)
        task = bench.task("patient")
        assert (task.state, task.failure, task.code) == ("ready", "transient", "internal:ValueError")
        kept = " ".join(str(value) for value in vars(task).values())
        assert "Mara" not in kept

    def test_after_the_effect_undoes_nothing_but_is_looked_up(self, bench: Any) -> None:
        def broken(_session: Session) -> None:
            raise KeyError("Mara")

        bench.plan("patient")
        handler = bench.handle("patient", Effect("71", record=broken), probes=[Effect("71")])
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        assert bench.states() == {"patient": "ready"}
        bench.clock.advance(seconds=3)
        task_runner.advance(SUBJECT)
        assert (len(handler.acted), len(handler.probed)) == (1, 1)
        assert bench.states() == {"patient": "done"}

    def test_cut_off_by_the_patients_deadline_is_due_at_once(self, bench: Any) -> None:
        bench.plan("appointment")

        def cut_off(_work: Work) -> Effect:
            bench.clock.advance(seconds=8)
            raise failing(Failure.UNKNOWN_OUTCOME, code="cliniko_timeout")

        handler = bench.handle("appointment", cut_off, probes=[Effect("91")])
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT, deadline=bench.clock.monotonic() + 8)
        assert bench.wait("appointment") == 0
        task_runner.advance(SUBJECT)
        assert (len(handler.acted), len(handler.probed)) == (1, 1)
        assert bench.states() == {"appointment": "done"}

    def test_cut_off_by_the_patients_deadline_is_no_attempt(self, bench: Any) -> None:
        bench.plan("appointment")

        def cut_off(_work: Work) -> Effect:
            bench.clock.advance(seconds=8)
            raise failing(Failure.TRANSIENT, code="cliniko_timeout")

        bench.handle("appointment", *[cut_off] * 20)
        for _ in range(20):
            bench.task_runner().advance(SUBJECT, deadline=bench.clock.monotonic() + 8)
        assert (bench.task("appointment").state, bench.task("appointment").attempts) == ("ready", 0)


class TestTheLease:
    def test_bounds_every_call(self, bench: Any) -> None:
        bench.plan("patient", "appointment")
        handler = bench.handle("patient")
        inline = bench.handle("appointment")
        now = bench.clock.monotonic()
        bench.task_runner().advance(SUBJECT, names=("patient",))
        bench.task_runner().advance(SUBJECT, deadline=now + 8)
        assert handler.acted[0].deadline == now + LEASE.total_seconds()
        assert inline.acted[0].deadline == now + 8

    def test_stops_a_write_that_could_outlast_it(self, bench: Any) -> None:
        def slow(work: Work) -> Effect:
            bench.clock.advance(seconds=LEASE.total_seconds() - CALL_SECONDS)
            work.check_lease()
            bench.clock.advance(seconds=1)
            with pytest.raises(LeaseLost):
                work.check_lease()
            work.check_lease()
            return Effect("91")

        bench.plan("appointment")
        handler = bench.handle("appointment", slow, Effect("91"))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        assert bench.states() == {"appointment": "ready"}
        bench.clock.advance(seconds=LEASE.total_seconds())
        task_runner.advance(SUBJECT)
        assert len(handler.probed) == 1, "nobody knows what the first worker did, so it is looked up"
        assert bench.states() == {"appointment": "done"}

    def test_that_is_lost_again_and_again_does_not_bring_a_task_nearer_to_giving_up(self, bench: Any) -> None:
        bench.plan("document")
        handler = bench.handle("document", failing(Failure.TRANSIENT, code="cliniko_502"))
        for _ in range(len(WAITS) + 3):
            lose_lease(bench, "document")
        bench.task_runner().advance(SUBJECT)
        assert (bench.task("document").state, bench.wait("document")) == ("ready", WAITS[0].total_seconds())
        assert len(handler.probed) == 1, "any of the lost tries may have done it"
        assert handler.acted[0].attempts == len(WAITS) + 4, "whoever repeats in doubt counts these as well"

    def test_that_is_always_lost_is_left_to_a_person_and_kills_no_more_workers(self, bench: Any) -> None:
        bench.plan("document")
        handler = bench.handle("document")
        for _ in range(MOST_LOST_LEASES):
            lose_lease(bench, "document")
        bench.task_runner().advance(SUBJECT)
        assert (bench.task("document").state, bench.task("document").code) == ("parked", "internal:lost_leases")
        assert (handler.acted, handler.probed) == ([], [])
        assert bench.task_runner().retry(bench.task("document").id)
        bench.task_runner().advance(SUBJECT)
        assert bench.states() == {"document": "done"}

    def test_that_was_overtaken_writes_nothing(self, bench: Any) -> None:
        bench.plan("appointment")
        task_runner = bench.task_runner()

        def frozen(_work: Work) -> Effect:
            bench.clock.advance(seconds=LEASE.total_seconds())
            bench.task_runner().advance(SUBJECT)  # another worker takes over meanwhile
            return Effect("stale")

        handler = bench.handle("appointment", frozen, Effect("91"))
        task_runner.advance(SUBJECT)
        assert bench.task("appointment").remote_id == "91"
        assert len(handler.acted) == 2

    def test_that_was_overtaken_does_not_record_a_failure(self, bench: Any) -> None:
        bench.plan("appointment")

        def frozen(_work: Work) -> Effect:
            bench.clock.advance(seconds=LEASE.total_seconds())
            bench.task_runner().advance(SUBJECT)
            raise failing(Failure.DATA)

        bench.handle("appointment", frozen, Effect("91"))
        bench.task_runner().advance(SUBJECT)
        assert bench.states() == {"appointment": "done"}


class TestLater:
    def test_is_no_attempt_and_keeps_what_is_known(self, bench: Any) -> None:
        bench.plan("document")
        handler = bench.handle("document", Later(5, remote_id="66"), probes=[None, Effect("66")])
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        task = bench.task("document")
        assert (task.state, task.attempts, task.remote_id, bench.wait("document")) == ("ready", 0, "66", 5)
        bench.clock.advance(seconds=5)
        task_runner.advance(SUBJECT)
        assert handler.probed[0].remote_id == "66"
        bench.clock.advance(minutes=5)
        task_runner.advance(SUBJECT)
        assert bench.states() == {"document": "done"}

    def test_is_asked_for_ever_less_often(self, bench: Any) -> None:
        bench.plan("document")
        bench.handle("document", Later(5))
        bench.clock.advance(hours=1)
        bench.task_runner().advance(SUBJECT)
        assert bench.wait("document") == 360

    def test_lets_the_other_tasks_go_on(self, bench: Any) -> None:
        bench.plan("document", "mail")
        bench.handle("document", Later(5))
        bench.handle("mail")
        bench.task_runner().advance(SUBJECT)
        assert bench.states() == {"document": "ready", "mail": "done"}


class TestStop:
    def test_cancels_everything_that_was_still_to_come(self, bench: Any) -> None:
        bench.plan("notice", "conflicts", PlannedTask("form", after="conflicts"), "mail")
        bench.handle("notice", failing(Failure.DATA))
        seen: list[Session] = []
        bench.handle("conflicts", Stop("overlap_archived", seen.append))
        form, mail = bench.handle("form"), bench.handle("mail")
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT, names=("notice",))
        task_runner.advance(SUBJECT)
        task_runner.advance(SUBJECT)
        assert bench.states() == {
            "notice": "cancelled",
            "conflicts": "done",
            "form": "cancelled",
            "mail": "cancelled",
        }
        assert (bench.task("conflicts").note, len(seen)) == ("overlap_archived", 1)
        assert form.acted == mail.acted == []

    def test_overtakes_a_worker_that_is_busy_with_another_task(self, bench: Any) -> None:
        bench.plan("conflicts", "mail")
        bench.handle("conflicts", Stop("overlap_archived", lambda _session: None))

        def busy(_work: Work) -> Effect:
            bench.task_runner().advance(SUBJECT, names=("conflicts",))
            return Effect("sent")

        bench.handle("mail", busy)
        bench.task_runner().advance(SUBJECT, names=("mail",))
        assert bench.states() == {"conflicts": "done", "mail": "cancelled"}


class TestGoingOn:
    def test_a_retry_reopens_a_parked_task_and_looks_first(self, bench: Any) -> None:
        bench.plan("patient")
        handler = bench.handle("patient", failing(Failure.DATA), Effect("71"))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        assert task_runner.retry(bench.task("patient").id)
        assert bench.woken == [SUBJECT]
        assert bench.task("patient").attempts == 0
        task_runner.advance(SUBJECT)
        assert (len(handler.probed), bench.states()) == (1, {"patient": "done"})

    def test_only_what_is_parked_or_given_up_can_be_retried(self, bench: Any) -> None:
        bench.plan("patient")
        bench.handle("patient")
        task_runner = bench.task_runner()
        assert not task_runner.retry(bench.task("patient").id)
        task_runner.advance(SUBJECT)
        assert not task_runner.retry(bench.task("patient").id)
        assert not task_runner.retry(999)
        assert bench.woken == []

    def test_a_fixed_connection_gets_its_tasks_back_and_no_others(self, bench: Any) -> None:
        bench.plan(PlannedTask("patient", connection_id=7), PlannedTask("contact", connection_id=8))
        bench.handle("patient", failing(Failure.AUTH))
        bench.handle("contact", failing(Failure.AUTH))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        task_runner.advance(SUBJECT)
        assert task_runner.resume_connection(7) == 1
        assert bench.states() == {"patient": "ready", "contact": "parked"}

    def test_a_sweep_wakes_what_is_due_and_nothing_else(self, bench: Any) -> None:
        for booking_id, outcome in ((501, Effect()), (502, failing(Failure.DATA)), (503, Later(60))):
            bench.plan(f"task{booking_id}", subject=Subject("booking", booking_id))
            bench.handle(f"task{booking_id}", outcome)
            bench.task_runner().advance(Subject("booking", booking_id))
        bench.clock.advance(seconds=1)
        bench.plan("patient", subject=Subject("booking", 504))
        bench.clock.advance(seconds=1)
        bench.plan("patient", subject=Subject("booking", 505))
        task_runner = bench.task_runner()
        assert task_runner.sweep() == 2
        assert [subject.id for subject in bench.woken] == [504, 505], "the longest due first"
        bench.clock.advance(seconds=60)
        assert task_runner.sweep() == 3

    def test_a_sweep_leaves_alone_what_somebody_works_on(self, bench: Any) -> None:
        bench.plan("patient")
        counted: list[int] = []

        def work(_work: Work) -> Effect:
            counted.append(bench.task_runner().sweep())
            bench.clock.advance(seconds=LEASE.total_seconds())
            counted.append(bench.task_runner().sweep())
            return Effect()

        bench.handle("patient", work)
        bench.task_runner().advance(SUBJECT)
        assert counted == [0, 1]

    def test_waking_never_fails_a_booking(self, bench: Any) -> None:
        def broken(_task_id: int, _lane: object) -> None:
            raise OSError("disk full")

        bench.plan("patient")
        task_runner = bench.task_runner(wake=broken)
        task_runner.wake(SUBJECT)
        assert task_runner.sweep() == 1

    def test_a_fixed_connection_leaves_alone_what_a_person_gave_up(self, bench: Any) -> None:
        bench.plan(PlannedTask("patient", connection_id=7), PlannedTask("form", connection_id=7))
        bench.handle("patient", failing(Failure.AUTH))
        bench.handle("form", failing(Failure.AUTH))
        task_runner = bench.task_runner()
        task_runner.advance(SUBJECT)
        assert task_runner.give_up(bench.task("form").id)
        assert task_runner.resume_connection(7) == 1
        assert bench.states() == {"patient": "ready", "form": "given_up"}


class TestOneTaskThatFails:
    @pytest.mark.parametrize(
        "problem",
        [failing(Failure.CONFIG), failing(Failure.TRANSIENT), failing(Failure.RATE, retry_after=0), ValueError("x")],
    )
    def test_does_not_hold_up_the_others(self, bench: Any, problem: Exception) -> None:
        bench.plan("contact", "mail", PlannedTask("more", after="mail"))
        contact = bench.handle("contact", problem, Effect())
        bench.handle("mail")
        bench.handle("more")
        bench.task_runner().advance(SUBJECT)
        assert (bench.states()["mail"], bench.states()["more"]) == ("done", "done")
        assert len(contact.acted) == 1, "and is not tried again in the same go"

    def test_keeps_waiting_what_comes_after_it(self, bench: Any) -> None:
        bench.plan("document", PlannedTask("png", after="document"))
        bench.handle("document", failing(Failure.DATA))
        bench.task_runner().advance(SUBJECT)
        assert bench.states() == {"document": "parked", "png": "waiting"}


def test_the_lease_leaves_room_for_the_longest_call() -> None:
    assert timedelta(seconds=CALL_SECONDS) < LEASE
