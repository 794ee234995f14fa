"""What is personal goes when nothing needs it, and not before."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.facts import FactsReader
from booking_app.bookings.models import Booking, Draft, Hold
from booking_app.core.failures import RemoteFailure
from booking_app.intake.models import SignedDocument
from booking_app.intake.proof import find_proof
from booking_app.tasks.models import Task, TaskState
from tests.bookings.conftest import NINE, SIGNATURE, Desk, choose

LATER = choose(NINE + timedelta(minutes=30))


def is_purged(desk: Desk, booking: Booking) -> bool:
    now = desk.booking(booking.reference)
    assert (now.purged_at is None) == (now.sealed_facts is not None)
    return now.purged_at is not None


def park(session: Session, booking: Booking, name: str) -> None:
    """Let the task wait for a person, as if it had never been done."""
    (task,) = session.scalars(select(Task).where(Task.subject_id == booking.id, Task.name == name))
    task.state, task.failure, task.code = TaskState.PARKED, "config", "made_up"


class TestABooking:
    def test_is_purged_a_day_after_its_last_task(self, desk: Desk) -> None:
        booking = desk.book()
        desk.work()
        desk.clock.advance(hours=23)
        assert desk.purging.run().bookings == 0
        desk.clock.advance(hours=2)
        assert desk.purging.run().bookings == 1
        assert is_purged(desk, booking)
        assert desk.purging.run().bookings == 0

    def test_keeps_everything_while_a_task_may_still_need_it(self, desk: Desk) -> None:
        booking = desk.book()
        desk.practice.is_down = True
        desk.work()
        desk.clock.advance(days=29)
        desk.purging.run()
        assert not is_purged(desk, booking)
        desk.practice.is_down = False
        desk.work()
        assert desk.states(booking.id)["form"] == "done"

    def test_keeps_no_answer_and_no_file_for_a_mail_or_a_crm_that_waits(self, desk: Desk) -> None:
        booking = desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
        desk.work()
        with desk.database.begin() as session:
            (task,) = session.scalars(
                select(Task).where(Task.subject_id == booking.id, Task.name == "confirmation_mail")
            )
            task.state, task.failure, task.code = TaskState.PARKED, "config", "mail_not_set_up"
        desk.clock.advance(hours=23)
        assert desk.purging.run().answers == 0
        desk.clock.advance(hours=2)
        assert desk.purging.run().answers == 1
        assert not is_purged(desk, booking), "whom to write to is still known"
        facts = desk.booking(booking.reference).sealed_facts or b""
        details, evidence, more = read_details(desk.keyring, facts)
        assert (details.answers, details.signature, dict(details.waiver_versions)) == ({}, None, {})
        assert details.email and details.first_name and "utm_source" in more["attribution"]
        assert (evidence.ip, evidence.user_agent, details.date_of_birth.isoformat()) == ("", "", "1900-01-01")
        with desk.database.reading() as session:
            (document,) = session.scalars(select(SignedDocument))
            assert (document.sealed_pdf, document.sealed_png) == (None, None)
        with pytest.raises(RemoteFailure, match="purged"):  # a form tried again must not be filed without its answers
            FactsReader(desk.database, desk.keyring).read(booking.id)
        assert desk.purging.run().answers == 0

    def test_keeps_answers_while_cliniko_has_not_all_of_them(self, desk: Desk) -> None:
        booking = desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
        desk.work()
        with desk.database.begin() as session:
            park(session, booking, "document")
        desk.clock.advance(hours=48)
        assert desk.purging.run().answers == 0
        assert FactsReader(desk.database, desk.keyring).read(booking.id).details.signature is not None

    def test_is_purged_after_thirty_days_whatever_is_open(self, desk: Desk) -> None:
        booking = desk.book()
        desk.practice.is_down = True
        desk.work()
        desk.clock.advance(days=30, hours=1)
        desk.purging.run()
        assert is_purged(desk, booking)
        assert desk.states(booking.id)["form"] == "cancelled"
        assert desk.booking(booking.reference).state == "confirmed"

    def test_is_purged_sooner_where_the_clinic_wants_it(self, desk: Desk) -> None:
        desk.set_rules(retention_days=3)
        booking = desk.book()
        desk.practice.is_down = True
        desk.clock.advance(days=3, hours=1)
        desk.purging.run()
        assert is_purged(desk, booking)

    def test_that_was_never_placed_cannot_be_placed_after_it(self, desk: Desk) -> None:
        desk.practice.is_down = True
        status = desk.confirm(desk.ready())
        desk.clock.advance(days=31)
        desk.purging.run()
        desk.practice.is_down = False
        desk.work(rounds=2, minutes=5)
        assert (desk.practice.appointments, desk.booking(status.reference).state) == ({}, "failed")
        with desk.database.reading() as session:
            assert session.scalars(select(Hold)).all() == []

    def test_being_cancelled_is_still_cancelled_in_cliniko(self, desk: Desk) -> None:
        desk.set_rules(retention_days=2)
        booking = desk.book()
        desk.practice.is_down = True
        desk.managing.cancel(desk.manage_token(booking), "away")
        desk.clock.advance(days=2, hours=1)
        desk.purging.run()
        assert is_purged(desk, booking)
        desk.practice.is_down = False
        desk.work(rounds=2, minutes=5)
        assert desk.booking(booking.reference).state == "cancelled"
        assert desk.practice.appointments[booking.cliniko_appointment_id or ""].is_cancelled


class TestWhatStays:
    def test_is_the_proof_and_not_the_file(self, desk: Desk) -> None:
        desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
        desk.work()
        with desk.database.reading() as session:
            digest = session.scalars(select(SignedDocument)).one().record_sha256
        desk.clock.advance(days=2)
        desk.purging.run()
        with desk.database.reading() as session:
            row = session.scalars(select(SignedDocument)).one()
            proof = find_proof(session, digest)
        assert (row.sealed_pdf, row.sealed_png) == (None, None)
        assert proof is not None and proof.is_genuine

    def test_of_a_proposal_are_the_ids_alone(self, desk: Desk) -> None:
        desk.book()
        desk.clock.advance(hours=1)
        desk.book(LATER, phone="+61491570158")
        assert desk.proposals()[0].sealed_differences is not None
        desk.clock.advance(days=31)
        desk.purging.run()
        assert (desk.proposals()[0].sealed_differences, len(desk.proposals()[0].candidate_ids)) == (None, 1)

    def test_of_a_proposal_follows_the_clinic_s_own_time(self, desk: Desk) -> None:
        desk.set_rules(retention_days=5)
        desk.book()
        desk.book(LATER, phone="+61491570158")
        desk.clock.advance(days=6)
        desk.purging.run()
        assert desk.proposals()[0].sealed_differences is None


class TestDrafts:
    @pytest.fixture
    def drafts(self, desk: Desk) -> list[str]:
        """One with choices only, one with somebody's details."""
        return [desk.open(LATER), desk.ready()]

    def left(self, desk: Desk) -> list[bool]:
        with desk.database.reading() as session:
            return [row.sealed_details is not None for row in session.scalars(select(Draft).order_by(Draft.id))]

    def test_at_work_are_left_alone(self, desk: Desk, drafts: list[str]) -> None:
        desk.clock.advance(minutes=29)
        assert desk.purging.run().drafts == 0
        assert self.left(desk) == [False, False, True]

    def test_idle_for_half_an_hour_lose_what_is_personal(self, desk: Desk, drafts: list[str]) -> None:
        desk.clock.advance(minutes=31)
        assert desk.purging.run().drafts == 1
        assert self.left(desk) == [False, False]

    def test_are_forgotten_after_a_day(self, desk: Desk, drafts: list[str]) -> None:
        desk.clock.advance(hours=25)
        desk.purging.run()
        assert self.left(desk) == []
