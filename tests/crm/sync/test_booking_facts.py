"""What a CRM is told of a booking, read from the booking itself."""

from datetime import timedelta

import pytest

from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import Choice
from booking_app.clinics.models import Clinic
from booking_app.crm.sync.booking_facts import CrmFactsReader
from tests.bookings import conftest as bookings
from tests.bookings.conftest import NINE, Desk, choose

clock, database, desk = bookings.clock, bookings.database, bookings.desk  # fixtures


def next_booking(desk: Desk, booking: Booking) -> object:
    reader = CrmFactsReader(database=desk.database, clock=desk.clock, booking_contact=desk.booking_contact)
    return reader.contact_facts(booking.id).next_booking_at


def status(desk: Desk, booking: Booking) -> str:
    reader = CrmFactsReader(database=desk.database, clock=desk.clock, booking_contact=desk.booking_contact)
    return reader.booking_event(booking.id).status


def later(hours: int) -> Choice:
    return choose(NINE + timedelta(hours=hours))


def change(desk: Desk, booking: Booking, **values: object) -> None:
    with desk.database.begin() as session:
        row = session.get_one(Booking, booking.id)
        for name, value in values.items():
            setattr(row, name, value)


class TestTheNextBooking:
    def test_is_the_earliest_of_this_patient_that_still_stands(self, desk: Desk) -> None:
        booking = desk.book(later(2))
        sooner = desk.book(later(1))
        desk.book(later(3))
        assert next_booking(desk, booking) == sooner.starts_at

    def test_is_never_that_of_another_patient(self, desk: Desk) -> None:
        booking = desk.book(later(2))
        somebody_else = desk.book(later(1), email="somebody.else@example.com", first_name="Otto", last_name="Else")
        assert somebody_else.cliniko_patient_id != booking.cliniko_patient_id
        assert next_booking(desk, booking) == booking.starts_at

    def test_is_never_that_of_another_clinic(self, desk: Desk) -> None:
        """Ids of patients are the Cliniko account's; another clinic's may be the same."""
        booking, other = desk.book(later(2)), desk.book(later(1))
        with desk.database.begin() as session:
            clinic = Clinic(slug="other", name="Other", time_zone="Australia/Adelaide")
            session.add(clinic)
            session.flush()
            session.get_one(Booking, other.id).clinic_id = clinic.id
        assert next_booking(desk, booking) == booking.starts_at

    @pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.CANCELLING, BookingState.SLOT_LOST])
    def test_is_none_that_is_off(self, desk: Desk, state: BookingState) -> None:
        booking, sooner = desk.book(later(2)), desk.book(later(1))
        change(desk, sooner, state=state)
        assert next_booking(desk, booking) == booking.starts_at

    def test_is_none_once_it_is_over(self, desk: Desk) -> None:
        booking = desk.book(later(2))
        desk.clock.advance(days=5)
        assert next_booking(desk, booking) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "confirmed"),
        ({"state": BookingState.CANCELLED}, "cancelled"),
        ({"missed_at": NINE}, "missed"),
        ({"missed_at": NINE, "state": BookingState.CANCELLED}, "cancelled"),
    ],
)
def test_an_event_says_how_the_booking_stands(desk: Desk, changes: dict[str, object], told: str) -> None:
    booking = desk.book(later(2))
    change(desk, booking, **changes)
    assert status(desk, booking) == told
