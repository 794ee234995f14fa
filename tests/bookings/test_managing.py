"""The patient's own booking: seen and cancelled by the token of its link."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from booking_app.bookings.errors import BookingGone, BookingOver, TooLate
from booking_app.bookings.managing import SHOWN_AFTERWARDS
from booking_app.bookings.models import Booking
from booking_app.pms.practice import CancelReason
from tests.bookings.conftest import NINE, Desk, choose

NEXT_WEEK = choose(NINE + timedelta(days=7))


@pytest.fixture
def booking(desk: Desk) -> Booking:
    """A confirmed booking whose tasks are all done."""
    booked = desk.book()
    desk.work()
    return booked


def cancel(desk: Desk, booking: Booking, reason: CancelReason = "away") -> None:
    desk.managing.cancel(desk.manage_token(booking), reason)


class TestLooking:
    def test_shows_when_and_what(self, desk: Desk, booking: Booking) -> None:
        seen = desk.managing.load(desk.manage_token(booking))
        assert (seen.reference, seen.state, seen.choice) == (booking.reference, "confirmed", choose())
        assert (seen.service_name, seen.is_cancellable) == ("Initial", True)
        assert seen.deadlines.cancel_until == NINE - timedelta(hours=24)

    def test_works_after_everything_personal_was_purged(self, desk: Desk, booking: Booking) -> None:
        desk.clock.advance(days=2)
        desk.purging.run()
        assert desk.managing.load(desk.manage_token(booking)).choice == choose()

    def test_ends_some_days_after_the_appointment_for_every_use_of_the_link(self, desk: Desk, booking: Booking) -> None:
        """A link in an old mail told service and practitioner 900 days later."""
        token = desk.manage_token(booking)
        ahead = booking.ends_at + SHOWN_AFTERWARDS - desk.clock.now()
        desk.clock.advance(seconds=ahead.total_seconds())
        assert desk.managing.load(token).reference == booking.reference
        desk.clock.advance(seconds=1)
        for use in (
            lambda: desk.managing.load(token),
            lambda: desk.managing.load(token, with_requests=True),
            lambda: cancel(desk, booking),
            lambda: desk.moving.move(token, NEXT_WEEK),
            lambda: desk.held_requests.take_back(token),
        ):
            with pytest.raises(BookingOver) as over:
                use()
            assert over.value.clinic.id == booking.clinic_id

    def test_needs_the_very_token(self, desk: Desk, booking: Booking) -> None:
        for token in ("guessed", booking.reference, booking.manage_hash):
            with pytest.raises(BookingGone):
                desk.managing.load(token)

    def test_the_token_is_not_stored(self, desk: Desk, booking: Booking) -> None:
        with desk.database.reading() as session:
            stored = str(session.execute(select(Booking.__table__)).one())
        assert desk.manage_token(booking) not in stored

    def test_what_was_never_confirmed_is_not_shown(self, desk: Desk) -> None:
        desk.practice.is_down = True
        status = desk.confirm(desk.ready())
        with pytest.raises(BookingGone):
            desk.managing.load(status.manage_token or "")


class TestCancelling:
    def test_cancels_in_cliniko_while_the_patient_waits(self, desk: Desk, booking: Booking) -> None:
        cancel(desk, booking, "feeling_better")
        now = desk.booking(booking.reference)
        assert (now.state, now.cancel_reason, now.cancelled_at) == ("cancelled", "feeling_better", desk.clock.now())
        assert desk.practice.appointments[booking.cliniko_appointment_id or ""].is_cancelled
        desk.work()
        assert desk.postbox.sent[-1] == ("cancellation_mail", "nora.quill@example.com")

    def test_counts_as_a_change_for_calendars(self, desk: Desk, booking: Booking) -> None:
        before = desk.managing.load(desk.manage_token(booking)).sequence
        cancel(desk, booking)
        assert desk.managing.load(desk.manage_token(booking)).sequence > before

    def test_is_allowed_up_to_the_notice_period(self, desk: Desk, booking: Booking) -> None:
        desk.clock.advance(seconds=(NINE - timedelta(hours=24) - desk.clock.now()).total_seconds())
        cancel(desk, booking)
        assert desk.booking(booking.reference).state == "cancelled"

    def test_is_refused_within_it_and_changes_nothing(self, desk: Desk, booking: Booking) -> None:
        desk.clock.advance(seconds=(NINE - timedelta(hours=24) - desk.clock.now()).total_seconds() + 1)
        assert not desk.managing.load(desk.manage_token(booking)).is_cancellable
        with pytest.raises(TooLate):
            cancel(desk, booking)
        assert desk.booking(booking.reference).state == "confirmed"
        assert "cancel" not in desk.states(booking.id)

    def test_repeated_is_harmless(self, desk: Desk, booking: Booking) -> None:
        cancel(desk, booking)
        cancel(desk, booking, "sick")
        assert desk.booking(booking.reference).cancel_reason == "away"
        assert desk.practice.calls.count("cancel_appointment") == 1

    def test_repeated_after_the_notice_period_began_is_still_harmless(self, desk: Desk, booking: Booking) -> None:
        cancel(desk, booking)
        desk.clock.advance(days=3)
        cancel(desk, booking)
        assert desk.booking(booking.reference).state == "cancelled"

    def test_while_cliniko_is_down_is_kept_and_done_later(self, desk: Desk, booking: Booking) -> None:
        desk.practice.is_down = True
        cancel(desk, booking)
        assert desk.managing.load(desk.manage_token(booking)).state == "cancelling"
        desk.practice.is_down = False
        desk.work(seconds=5)
        assert desk.managing.load(desk.manage_token(booking)).state == "cancelled"

    def test_is_done_once_though_the_answer_was_lost(self, desk: Desk, booking: Booking) -> None:
        desk.practice.fail_after = ["cancel_appointment"]
        cancel(desk, booking)
        desk.work(seconds=3)
        assert desk.booking(booking.reference).state == "cancelled"
        assert desk.practice.calls.count("cancel_appointment") == 1

    def test_finds_what_the_front_desk_cancelled_already(self, desk: Desk, booking: Booking) -> None:
        desk.practice.fail_before = ["cancel_appointment"]
        cancel(desk, booking)
        desk.practice.cancel_appointment(booking.cliniko_appointment_id or "", reason="other", note="by phone")
        desk.work(seconds=5)
        assert desk.booking(booking.reference).state == "cancelled"
        assert desk.practice.calls.count("cancel_appointment") == 2, "one that failed, one of the front desk"

    def test_after_the_purge_reads_the_address_back_from_cliniko(self, desk: Desk) -> None:
        booking = desk.book(NEXT_WEEK)
        desk.work()
        desk.clock.advance(days=2)
        desk.purging.run()
        desk.practice.patients[0] = replace(desk.practice.patients[0], email="new.address@example.com")
        cancel(desk, booking)
        desk.work()
        assert desk.postbox.sent[-1] == ("cancellation_mail", "new.address@example.com")

    def test_after_the_purge_parks_the_mail_where_the_record_is_gone(self, desk: Desk) -> None:
        booking = desk.book(NEXT_WEEK)
        desk.work()
        desk.clock.advance(days=2)
        desk.purging.run()
        desk.practice.patients.clear()
        cancel(desk, booking)
        desk.work()
        task = desk.tasks(booking.id)["cancellation_mail"]
        assert (task.state, task.code, desk.booking(booking.reference).state) == ("parked", "purged", "cancelled")
