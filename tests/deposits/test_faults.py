"""What can go wrong between the payment page and the appointment: nobody is charged for nothing, nor twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Draft
from booking_app.tasks import store
from booking_app.tasks.models import Task
from booking_sandbox.stripe.switches import dispute, end_refund
from tests.deposits.conftest import REQUIRED, Till

FIFTY = Decimal("50.00")


def paid(till: Till) -> str:
    """Paid on Stripe's page; the address of coming back."""
    return till.press(till.pay(till.check()), "pay")


def booked(till: Till) -> str:
    """Paid, booked and taken; the patient's link to the booking."""
    back = paid(till)
    till.follow(back)
    till.work()
    assert till.taken() == FIFTY
    return till.shop.services.manage_tokens.token(till.bookings()[0].reference)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"}, {"kind": "drop_before"}, {"kind": "status", "status": 502, "after_commit": True},
        {"kind": "malformed", "body": "garbage"}, {"kind": "rate_limit", "seconds": 5},
    ],
    ids=lambda fault: fault["kind"],
)  # fmt: skip
def test_a_capture_whose_answer_is_lost_happens_once(till: Till, fault: dict[str, object]) -> None:
    back = paid(till)
    till.sandbox.control.fault(service="stripe", path="/capture", **fault)  # type: ignore[arg-type]
    till.follow(back)
    till.work(rounds=12, seconds=30)
    assert till.promised() == ["succeeded"] and till.taken() == FIFTY
    assert till.history()[-1] == "captured"
    assert len(till.stripe()["balance_transactions"]) == 1


def test_a_failure_that_stripe_keeps_repeating_is_asked_anew_after_a_look(till: Till) -> None:
    back = paid(till)
    till.follow(back)
    till.sandbox.control.set_knob(stripe_kept_failures=1)
    till.work(rounds=12, seconds=30)
    assert till.taken() == FIFTY and till.deposit().round == 1


def test_a_worker_that_dies_after_the_capture_takes_nothing_twice(till: Till) -> None:
    back = paid(till)
    till.follow(back)
    till.sandbox.control.fault("drop_after", service="stripe", path="/capture")
    till.work(rounds=2, seconds=3)
    with till.shop.services.database.begin() as session:  # as if nobody had lived to write down what came of it
        task = session.scalars(select(Task).where(Task.name == "deposit_settle")).one()
        now = till.shop.clock.now()
        task.state, task.lease_until, task.failure, task.attempts = "ready", now + timedelta(seconds=90), None, 0
    till.work(rounds=12, seconds=60)
    assert till.taken() == FIFTY and store.MOST_ITEMS
    assert len(till.stripe()["balance_transactions"]) == 1


def test_a_promise_that_has_ended_leaves_the_appointment_and_tells_the_clinic(till: Till) -> None:
    back = paid(till)
    till.follow(back)
    till.sandbox.control.fault("status", service="stripe", path="/capture", status=503, times=None)
    till.work(rounds=4, seconds=10)
    assert len(till.live_appointments()) == 1
    till.sandbox.control.clear_faults()
    till.advance(days=8)
    till.work(rounds=6)
    assert till.deposit().state == "not_taken" and till.taken() == 0
    task = till.tasks()["deposit_settle"]
    assert (task.state, task.code) == ("parked", "deposit_not_taken")
    assert len(till.live_appointments()) == 1


def test_cliniko_away_for_too_long_gives_the_money_back(till: Till) -> None:
    back = paid(till)
    till.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    till.follow(back)
    till.work(rounds=3, seconds=20)
    assert till.deposit().state == "authorised" and till.promised() == ["requires_capture"]
    till.advance(minutes=11)
    till.shop.services.held_requests.run()
    till.work(rounds=4, seconds=20)
    assert till.promised() == ["canceled"] and till.taken() == 0
    till.sandbox.control.clear_faults()
    till.work(rounds=4, seconds=20)
    assert "Your deposit was not taken" in till.mails() and till.live_appointments() == []


def test_a_request_that_is_held_keeps_the_promise_for_a_day_at_most(till: Till) -> None:
    back = paid(till)
    till.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    till.follow(back)
    till.work(rounds=2, seconds=20)
    page = till.follow(back)
    assert page.h1 == ["Nothing is booked yet"]
    till.shop.client.send(page.form_to("/hold-request"), {"token": page.token()})
    till.advance(hours=20)
    till.work(rounds=2)
    assert till.promised() == ["requires_capture"]
    till.advance(hours=5)
    till.work(rounds=6, seconds=30)
    assert till.promised() == ["canceled"]


def test_a_conflict_found_afterwards_archives_ours_and_gives_the_money_back(till: Till) -> None:
    back = paid(till)
    with till.shop.services.database.reading() as session:
        choice = session.scalars(select(Draft.choice).order_by(Draft.id.desc())).first()
    assert choice is not None
    till.follow(back)
    subject = till.deposit().subject
    till.shop.services.task_runner.advance(subject, kinds=("deposit_follow",))
    booking = till.bookings()[0].subject
    till.shop.services.task_runner.advance(booking, names=("slot", "patient"))
    till.sandbox.control.receptionist_books(
        "demo", practitioner_id=choice["practitioner_id"], starts_at=choice["starts_at"],
        business_id=choice["location_id"], minutes=45,
    )  # fmt: skip
    till.work(rounds=4)
    assert till.live_appointments() == []
    assert till.promised() == ["canceled"] and till.taken() == 0
    assert "That time was just taken" in till.follow(back).text


class TestMessages:
    def test_forged_ones_are_refused_in_a_sentence(self, till: Till) -> None:
        paid(till)
        till.hear(secret="whsec_of_somebody_else", status=400)
        till.work(rounds=1)
        assert till.bookings() == []

    def test_doubled_late_and_out_of_order_ones_do_no_harm(self, till: Till) -> None:
        paid(till)
        for _ in range(2):
            till.hear()
        till.work()
        till.advance(hours=3)
        till.hear()
        till.work()
        assert till.taken() == FIFTY and len(till.live_appointments()) == 1

    def test_a_dispute_is_shown(self, till: Till) -> None:
        booked(till)
        dispute(till.sandbox.control, "demo", till.deposit().payment_id or "")
        till.hear("charge.dispute.created")
        assert till.deposit().is_disputed and till.history()[-1] == "disputed"


class TestCancelling:
    def cancel(self, till: Till, token: str) -> None:
        page = till.shop.client.page(f"/manage/{token}/cancel")
        till.shop.client.send(page.form_to("/cancel"), {"token": page.token(), "reason": "sick"})
        till.work()

    def test_in_time_gives_everything_back(self, till: Till) -> None:
        token = booked(till)
        self.cancel(till, token)
        assert till.taken() == 0 and till.refunds()[0].amount == FIFTY
        assert "Your deposit is on its way back" in till.mails()

    def test_late_keeps_the_part_that_the_patient_was_told(self, till: Till) -> None:
        till.set_rules(**REQUIRED, free_cancellation_hours=672)
        token = booked(till)
        till.set_rules(payment="required", amount="50.00", late="keep")  # a later change does not touch it
        self.cancel(till, token)
        assert till.taken() == Decimal("20.00")

    def test_late_and_decided_twice_keeps_the_part_all_the_same(self, till: Till) -> None:
        till.set_rules(**REQUIRED, free_cancellation_hours=672)
        self.cancel(till, booked(till))
        with till.shop.services.database.begin() as session:  # as if the worker had died once it had decided
            task = session.scalars(select(Task).where(Task.name == "deposit_cancelled")).one()
            task.state, task.finished_at, task.due_at = "ready", None, till.shop.clock.now()
        till.work()
        assert till.taken() == Decimal("20.00") and len(till.refunds()) == 1

    def test_late_with_keep_gives_nothing_back(self, till: Till) -> None:
        till.set_rules(payment="required", amount="50.00", free_cancellation_hours=672)
        token = booked(till)
        self.cancel(till, token)
        assert till.taken() == FIFTY and till.refunds() == []

    def test_a_refund_whose_answer_is_lost_happens_once(self, till: Till) -> None:
        token = booked(till)
        till.sandbox.control.fault("drop_after", service="stripe", path="/refunds")
        self.cancel(till, token)
        till.work(rounds=6, seconds=30)
        assert till.taken() == 0 and len(till.stripe()["refunds"]) == 1

    def test_one_that_the_bank_refuses_later_is_for_a_person(self, till: Till) -> None:
        till.sandbox.control.set_knob(stripe_refunds="pending")
        token = booked(till)
        self.cancel(till, token)
        assert till.refunds()[0].state == "sent"
        end_refund(till.sandbox.control, "demo", till.stripe()["refunds"][0]["id"], is_good=False)
        till.hear("refund.failed")
        till.work(rounds=2)
        assert till.refunds()[0].state == "failed" and till.deposit().refunded == 0
        assert till.tasks()[f"deposit_refund:{till.refunds()[0].id}"].code == "refund_failed"


def test_no_word_of_a_person_or_a_service_reaches_stripe(till: Till) -> None:
    booked(till)
    told = str(till.stripe()["sessions"]) + str(till.stripe()["payment_intents"])
    assert "pat.sample@example.com" in told  # whom the receipt of Stripe goes to
    for word in ("Pat", "Sample", "0412", "physio", "consultation", "knee", "Okafor", "Adelaide", "/d/"):
        assert word not in told
