"""Moving a booking: the new time is held, moved to and read back. Whoever was faster keeps it, the old one stands."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking_app.bookings import holds
from booking_app.bookings.errors import BookingGone, SlotGone, TooLate
from booking_app.bookings.facts import facts_of
from booking_app.bookings.models import Booking, Hold
from booking_app.bookings.records import Choice, Move
from booking_app.pms.errors import PracticeRejected
from booking_app.pms.records import Appointment
from tests.bookings.conftest import NINE, Desk, choose
from tests.bookings.fakes import FakePractice

NEXT_WEEK = choose(NINE + timedelta(days=7))
WITH_ANOTHER = choose(NINE + timedelta(days=7), practitioner_id="p2")


@pytest.fixture
def booking(desk: Desk) -> Booking:
    """A confirmed booking whose tasks are all done."""
    booked = desk.book()
    desk.work()
    return booked


def move(desk: Desk, booking: Booking, choice: Choice = NEXT_WEEK) -> None:
    desk.moving.move(desk.manage_token(booking), choice)


def now(desk: Desk, booking: Booking) -> Booking:
    return desk.booking(booking.reference)


def appointment(desk: Desk, booking: Booking) -> Appointment:
    return desk.practice.appointments[booking.cliniko_appointment_id or ""]


def last_move(desk: Desk, booking: Booking) -> Move:
    found = now(desk, booking).last_move
    assert found is not None
    return found


def check_at(desk: Desk, booking: Booking, choice: Choice) -> None:
    """Booking and appointment stand at the choice, and nothing of ours claims another time."""
    found = now(desk, booking)
    there = appointment(desk, booking)
    assert (found.state, found.choice) == ("confirmed", choice)
    assert (there.practitioner_id, there.starts_at, there.ends_at, there.is_live) == (
        choice.practitioner_id, choice.starts_at, choice.ends_at, True,
    )  # fmt: skip
    desk.clock.advance(minutes=5)
    with desk.database.begin() as session:
        holds.forget_expired(session, desk.clock.now())
        assert session.scalars(select(Hold)).all() == []


class TestMoving:
    @pytest.mark.parametrize("choice", [NEXT_WEEK, WITH_ANOTHER], ids=["same_person", "another_person"])
    def test_is_done_while_the_patient_waits(self, desk: Desk, booking: Booking, choice: Choice) -> None:
        move(desk, booking, choice)
        assert last_move(desk, booking).outcome == "moved"
        check_at(desk, booking, choice)

    def test_counts_as_a_change_for_calendars_and_is_told_by_mail(self, desk: Desk, booking: Booking) -> None:
        before = desk.managing.load(desk.manage_token(booking)).sequence
        move(desk, booking)
        assert desk.managing.load(desk.manage_token(booking)).sequence > before
        desk.work()
        assert desk.postbox.sent[-1] == ("moved_mail:1", "nora.quill@example.com")

    def test_holds_the_new_time_against_other_patients_while_cliniko_is_down(
        self, desk: Desk, booking: Booking
    ) -> None:
        desk.practice.is_down = True
        move(desk, booking)
        seen = desk.managing.load(desk.manage_token(booking))
        assert (seen.state, seen.choice, seen.is_movable, seen.is_cancellable) == ("moving", choose(), False, False)
        desk.clock.advance(hours=1)
        with pytest.raises(SlotGone):
            desk.open(NEXT_WEEK)
        desk.practice.is_down = False
        desk.work(seconds=5, rounds=3)
        check_at(desk, booking, NEXT_WEEK)

    def test_may_be_done_again(self, desk: Desk, booking: Booking) -> None:
        move(desk, booking)
        move(desk, booking, WITH_ANOTHER)
        assert last_move(desk, booking).number == 2
        check_at(desk, booking, WITH_ANOTHER)

    def test_works_after_everything_personal_was_purged(self, desk: Desk) -> None:
        booking = desk.book(NEXT_WEEK)
        desk.work()
        desk.clock.advance(days=2)
        desk.purging.run()
        move(desk, booking, choose(NEXT_WEEK.starts_at + timedelta(hours=1)))
        desk.work()
        assert last_move(desk, booking).outcome == "moved"
        assert desk.postbox.sent[-1] == ("moved_mail:1", "nora.quill@example.com")

    def test_the_papers_keep_the_words_that_were_signed(self, desk: Desk, booking: Booking) -> None:
        move(desk, booking, WITH_ANOTHER)
        with desk.database.reading() as session:
            facts = facts_of(session, desk.keyring, booking.id)
        assert (facts.names["practitioner"], facts.signed_for.names["practitioner"]) == ("Dr Ben Roe", "Dr Ada Lee")
        assert facts.signed_for.starts_at == NINE


class TestRefusals:
    def test_within_the_notice_period(self, desk: Desk, booking: Booking) -> None:
        desk.set_rules(reschedule_notice_hours=48, cancel_notice_hours=1)
        desk.clock.advance(seconds=(NINE - timedelta(hours=48) - desk.clock.now()).total_seconds() + 1)
        seen = desk.managing.load(desk.manage_token(booking))
        assert (seen.is_movable, seen.is_cancellable) == (False, True)
        with pytest.raises(TooLate):
            move(desk, booking)
        check_at(desk, booking, choose())

    def test_a_time_that_another_patient_holds(self, desk: Desk, booking: Booking) -> None:
        desk.open(NEXT_WEEK)
        with pytest.raises(SlotGone):
            move(desk, booking)
        assert now(desk, booking).state == "confirmed"

    @pytest.mark.parametrize("choice", [choose(), choose(minutes=60), replace(NEXT_WEEK, location_id="l2")])
    def test_the_same_time_or_another_service_or_location(self, desk: Desk, booking: Booking, choice: Choice) -> None:
        with pytest.raises(SlotGone):
            move(desk, booking, choice)

    def test_a_cancelled_booking(self, desk: Desk, booking: Booking) -> None:
        desk.managing.cancel(desk.manage_token(booking), "away")
        with pytest.raises(BookingGone):
            move(desk, booking)

    def test_asking_twice_moves_once(self, desk: Desk, booking: Booking) -> None:
        desk.practice.is_down = True
        move(desk, booking)
        move(desk, booking, WITH_ANOTHER)
        desk.managing.cancel(desk.manage_token(booking), "away")
        desk.practice.is_down = False
        desk.work(seconds=5, rounds=3)
        check_at(desk, booking, NEXT_WEEK)


class TestSomebodyFaster:
    def test_before_cliniko_was_asked(self, desk: Desk, booking: Booking) -> None:
        desk.practice.free[("p1", NEXT_WEEK.starts_at)] = False
        move(desk, booking)
        assert last_move(desk, booking).outcome == "lost"
        assert "move_appointment" not in desk.practice.calls
        check_at(desk, booking, choose())

    def test_in_the_very_moment_goes_back_to_the_old_time(self, desk: Desk, booking: Booking) -> None:
        def race(practice: FakePractice) -> None:
            practice.on_move_appointment = None
            practice.receptionist_books("p1", NEXT_WEEK.starts_at, NEXT_WEEK.ends_at)

        desk.practice.on_move_appointment = race
        move(desk, booking)
        assert last_move(desk, booking).outcome == "lost"
        assert desk.tasks(booking.id)["move:1"].note == "overlap_moved_back"
        check_at(desk, booking, choose())

    def test_even_a_later_booking_of_ours_keeps_its_time(self, desk: Desk, booking: Booking) -> None:
        """It has been confirmed already, and will not look again."""

        def race(practice: FakePractice) -> None:
            practice.on_move_appointment = None
            practice.receptionist_books(
                "p1", NEXT_WEEK.starts_at, NEXT_WEEK.ends_at, note="Booked online, reference BK-22222222"
            )

        desk.practice.on_move_appointment = race
        move(desk, booking)
        assert last_move(desk, booking).outcome == "lost"

    def test_at_both_times_is_left_to_a_person(self, desk: Desk, booking: Booking) -> None:
        def race(practice: FakePractice) -> None:
            practice.on_move_appointment = None
            practice.receptionist_books("p1", NEXT_WEEK.starts_at, NEXT_WEEK.ends_at)
            practice.receptionist_books("p1", NINE, NINE + timedelta(minutes=30))

        desk.practice.on_move_appointment = race
        move(desk, booking)
        task = desk.tasks(booking.id)["move:1"]
        assert (task.state, task.code) == ("parked", "overlap_at_old_time")
        assert (now(desk, booking).state, last_move(desk, booking).outcome) == ("confirmed", "failed")

    def test_is_told_by_mail_to_whoever_left_the_page(self, desk: Desk, booking: Booking) -> None:
        desk.practice.free[("p1", NEXT_WEEK.starts_at)] = False
        move(desk, booking)
        desk.work()
        assert "not_moved_mail:1" not in [name for name, _ in desk.postbox.sent]
        desk.work(minutes=4)
        assert desk.postbox.sent[-1][0] == "not_moved_mail:1"


class TestFaults:
    def test_an_answer_lost_after_cliniko_moved_it_moves_it_once(self, desk: Desk, booking: Booking) -> None:
        desk.practice.fail_after = ["move_appointment"]
        move(desk, booking)
        desk.work(seconds=3, rounds=2)
        check_at(desk, booking, NEXT_WEEK)
        assert desk.practice.calls.count("move_appointment") == 1

    def test_an_answer_lost_on_the_way_back_still_ends_at_the_old_time(self, desk: Desk, booking: Booking) -> None:
        def race(practice: FakePractice) -> None:
            practice.on_move_appointment = lambda p: p.fail_after.append("move_appointment")
            practice.receptionist_books("p1", NEXT_WEEK.starts_at, NEXT_WEEK.ends_at)
            practice.free[("p1", NEXT_WEEK.starts_at)] = False

        desk.practice.on_move_appointment = race
        move(desk, booking)
        desk.practice.on_move_appointment = None
        desk.practice.free[("p1", NEXT_WEEK.starts_at)] = False
        desk.work(seconds=3, rounds=3)
        assert last_move(desk, booking).outcome == "lost"
        check_at(desk, booking, choose())

    def test_a_move_that_cliniko_refuses_leaves_the_old_time(self, desk: Desk, booking: Booking) -> None:
        desk.practice.fail_before = ["move_appointment"]
        desk.practice.failures = [PracticeRejected("cliniko_422:starts_at")]
        move(desk, booking)
        assert desk.tasks(booking.id)["move:1"].state == "parked"
        assert last_move(desk, booking).outcome == "failed"
        check_at(desk, booking, choose())

    def test_retrying_a_move_that_was_let_go_changes_nothing(self, desk: Desk, booking: Booking) -> None:
        desk.practice.fail_before = ["move_appointment"]
        desk.practice.failures = [PracticeRejected("cliniko_422:starts_at")]
        move(desk, booking)
        desk.task_runner.retry(desk.tasks(booking.id)["move:1"].id)
        desk.work(seconds=1)
        assert desk.tasks(booking.id)["move:1"].note == "move_given_up"
        check_at(desk, booking, choose())

    def test_a_move_that_a_person_gave_up_frees_the_booking(self, desk: Desk, booking: Booking) -> None:
        desk.practice.is_down = True
        move(desk, booking)
        desk.task_runner.give_up(desk.tasks(booking.id)["move:1"].id)
        desk.practice.is_down = False
        seen = desk.managing.load(desk.manage_token(booking))
        assert (seen.state, seen.is_movable) == ("confirmed", True)
        move(desk, booking, WITH_ANOTHER)
        check_at(desk, booking, WITH_ANOTHER)

    def test_a_time_that_passed_while_cliniko_was_down_is_not_moved_to(self, desk: Desk, booking: Booking) -> None:
        desk.practice.is_down = True
        move(desk, booking)
        desk.clock.advance(days=12)
        desk.practice.is_down = False
        desk.work()
        assert last_move(desk, booking).outcome == "lost"
        assert "move_appointment" not in desk.practice.calls

    @pytest.mark.parametrize("what", ["is_cancelled", "is_archived"])
    def test_what_the_front_desk_ended_meanwhile_is_not_moved(self, desk: Desk, booking: Booking, what: str) -> None:
        there = appointment(desk, booking)
        desk.practice.appointments[there.cliniko_id] = replace(there, **{what: True})
        move(desk, booking)
        assert desk.tasks(booking.id)["move:1"].note == "move_overtaken"
        assert "move_appointment" not in desk.practice.calls

    def test_where_the_front_desk_moved_it_meanwhile_it_stays(self, desk: Desk, booking: Booking) -> None:
        there = appointment(desk, booking)
        moved = replace(
            there, starts_at=there.starts_at + timedelta(hours=2), ends_at=there.ends_at + timedelta(hours=2)
        )
        desk.practice.appointments[there.cliniko_id] = moved
        move(desk, booking)
        assert appointment(desk, booking) == moved
