"""What staff enter in Cliniko is found once, followed while it changes, and sent with ids alone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from booking_app.bookings.front_desk_sync.models import DeskCursor
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic, Connection
from tests.bookings.conftest import NINE, choose
from tests.bookings.front_desk_sync.conftest import Calendar


class TestFinding:
    def test_an_appointment_that_staff_make_is_sent_once(self, calendar: Calendar) -> None:
        made = calendar.book()
        (booking,) = calendar.look()
        assert (booking.state, booking.cliniko_appointment_id) == ("confirmed", made.cliniko_id)
        assert booking.source == "front_desk"
        assert calendar.desk.states(booking.id) == {"contact:hubspot:2": "ready"}
        assert calendar.woken == [booking.subject]
        assert [one.id for one in calendar.look()] == [booking.id]

    def test_it_holds_ids_and_nothing_personal(self, calendar: Calendar) -> None:
        calendar.book()
        (booking,) = calendar.look()
        assert (booking.sealed_facts, booking.purged_at is not None) == (None, True)

    def test_what_changed_within_the_very_second_of_the_last_look_is_seen(self, calendar: Calendar) -> None:
        first = calendar.book()
        calendar.look()
        second = calendar.book(NINE + timedelta(hours=1), changed_at=first.changed_at)
        assert [one.cliniko_appointment_id for one in calendar.look()] == [first.cliniko_id, second.cliniko_id]

    @pytest.mark.parametrize(
        "changes", [{"is_cancelled": True}, {"is_archived": True}, {"patient_id": None}, {"starts_at": "past"}]
    )
    def test_what_is_over_or_past_or_nobodys_is_left_alone(
        self, calendar: Calendar, changes: dict[str, object]
    ) -> None:
        past = {"starts_at": calendar.desk.clock.now() - timedelta(hours=1)}
        calendar.book(**(past if "starts_at" in changes else changes))
        assert calendar.look() == []

    def test_bookings_made_online_are_known(self, calendar: Calendar) -> None:
        booking = calendar.desk.book()
        calendar.change(booking.cliniko_appointment_id or "")
        assert calendar.look() == []

    def test_one_being_placed_is_known_by_its_note(self, calendar: Calendar) -> None:
        booking = calendar.desk.book()
        calendar.book(NINE + timedelta(hours=2), note=f"Booked online, reference {booking.reference}")
        assert calendar.look() == []


class TestFollowing:
    @pytest.mark.parametrize("what", ["is_cancelled", "is_archived"])
    def test_one_that_staff_cancel_is_cancelled(self, calendar: Calendar, what: str) -> None:
        made = calendar.book()
        calendar.look()
        calendar.change(made.cliniko_id, **{what: True})
        (booking,) = calendar.look()
        assert (booking.state, booking.cancel_reason) == ("cancelled", "front_desk")
        assert "contact_cancelled.1:hubspot:2" in calendar.desk.states(booking.id)

    def test_one_that_staff_move_is_moved(self, calendar: Calendar) -> None:
        made = calendar.book()
        calendar.look()
        later = {"starts_at": NINE + timedelta(days=1), "ends_at": NINE + timedelta(days=1, minutes=30)}
        calendar.change(made.cliniko_id, **later)
        (booking,) = calendar.look()
        assert (booking.starts_at, booking.revision) == (NINE + timedelta(days=1), 1)
        assert [one.revision for one in calendar.look()] == [1]

    def test_one_changed_in_nothing_that_matters_is_told_to_nobody(self, calendar: Calendar) -> None:
        made = calendar.book()
        calendar.look()
        calendar.change(made.cliniko_id, note="Rang at noon")
        (booking,) = calendar.look()
        assert (booking.revision, list(calendar.desk.states(booking.id))) == (0, ["contact:hubspot:2"])

    def test_an_online_booking_follows_as_well(self, calendar: Calendar) -> None:
        booking = calendar.desk.book()
        calendar.change(booking.cliniko_appointment_id or "", is_cancelled=True)
        calendar.look()
        assert calendar.desk.booking(booking.reference).state == "cancelled"

    def test_a_list_older_than_the_booking_moves_nothing_back(self, calendar: Calendar) -> None:
        desk = calendar.desk
        booking = desk.book()
        appointment_id = booking.cliniko_appointment_id or ""
        calendar.change(appointment_id)
        stale = desk.practice.changed_appointments(desk.clock.now())
        desk.moving.move(desk.manage_token(booking), choose(NINE + timedelta(days=7)))
        moved = desk.booking(booking.reference)
        object.__setattr__(desk.practice, "changed_appointments", lambda _since, **_more: stale)
        calendar.look()
        assert desk.booking(booking.reference).starts_at == moved.starts_at == NINE + timedelta(days=7)


class TestPace:
    def test_is_the_clinics(self, calendar: Calendar) -> None:
        asked = calendar.desk.practice.calls.count("changed_appointments")
        calendar.look(minutes=4)
        assert calendar.desk.practice.calls.count("changed_appointments") == asked
        calendar.look(minutes=7)
        assert calendar.desk.practice.calls.count("changed_appointments") == asked + 1

    def test_is_never_unless_switched_on(self, calendar: Calendar) -> None:
        calendar.desk.set_rules(front_desk_poll_minutes=0)
        calendar.book()
        assert calendar.look(hours=2) == []

    def test_is_never_without_anywhere_to_send_to(self, calendar: Calendar) -> None:
        with calendar.desk.database.begin() as session:
            session.execute(delete(Connection).where(Connection.vendor == "hubspot"))
        calendar.book()
        assert calendar.look(hours=2) == []

    def test_a_look_that_failed_begins_where_it_began(self, calendar: Calendar) -> None:
        calendar.book()
        calendar.desk.practice.is_down = True
        assert calendar.look() == []
        calendar.desk.practice.is_down = False
        assert len(calendar.look(minutes=11)) == 1

    def test_the_cursor_goes_by_clinikos_clock(self, calendar: Calendar) -> None:
        made = calendar.book(changed_at=calendar.desk.clock.now() - timedelta(minutes=3))
        calendar.look()
        with calendar.desk.database.reading() as session:
            assert session.scalars(select(DeskCursor)).one().changed_since == made.changed_at


def test_two_clinics_of_one_account_send_no_booking_of_the_other(calendar: Calendar) -> None:
    desk = calendar.desk
    booking = desk.book()
    with desk.database.begin() as session:
        other = Clinic(slug="other", name="Another brand", time_zone="Australia/Adelaide")
        session.add(other)
        session.flush()
        session.get_one(Booking, booking.id).clinic_id = other.id
    calendar.change(booking.cliniko_appointment_id or "")
    assert calendar.look() == []
