"""One person and one time: asked before it is booked twice, and nobody is told from the mark."""

from datetime import date

import pytest
from sqlalchemy import select

from booking_app.bookings.errors import AlreadyBooked
from booking_app.bookings.models import Booking
from booking_app.bookings.same_person import SamePerson
from tests.bookings.conftest import Desk, choose, details


@pytest.fixture(autouse=True)
def asked(desk: Desk) -> None:
    """The clinic asks, as every clinic does unless it says otherwise."""
    desk.set_rules(ask_before_double_booking=True)


def test_the_same_time_with_another_practitioner_is_asked_about_and_booked_on_request(desk: Desk) -> None:
    desk.book()
    token = desk.ready(choose(practitioner_id="p2"))
    with pytest.raises(AlreadyBooked):
        desk.placing.confirm(desk.clinic, token)
    assert len(desk.bookings()) == 1
    desk.placing.confirm(desk.clinic, token, as_well=True)
    assert len(desk.bookings()) == 2


def test_an_email_in_capitals_is_the_same_person(desk: Desk) -> None:
    desk.book()
    token = desk.ready(choose(practitioner_id="p2"), email="Nora.Quill@EXAMPLE.com")
    with pytest.raises(AlreadyBooked):
        desk.placing.confirm(desk.clinic, token)


def test_a_child_on_the_same_email_is_somebody_else(desk: Desk) -> None:
    desk.book()
    desk.placing.confirm(desk.clinic, desk.ready(choose(practitioner_id="p2"), date_of_birth=date(1991, 1, 1)))
    assert len(desk.bookings()) == 2


def test_a_clinic_may_allow_it(desk: Desk) -> None:
    desk.set_rules(ask_before_double_booking=False)
    desk.book()
    desk.placing.confirm(desk.clinic, desk.ready(choose(practitioner_id="p2")))
    assert len(desk.bookings()) == 2


def test_the_mark_goes_when_the_appointment_is_over(desk: Desk) -> None:
    booking = desk.book()
    assert booking.person_mark is not None
    desk.clock.advance(days=(booking.ends_at - desk.clock.now()).days + 1)
    desk.purging.run()
    with desk.database.reading() as session:
        assert session.scalars(select(Booking.person_mark)).all() == [None]


def test_a_mark_says_nothing_without_the_key_and_differs_between_clinics() -> None:
    ours, theirs = SamePerson("our secret"), SamePerson("another secret")
    assert ours.mark(1, details()) == ours.mark(1, details(first_name="N."))
    assert len({ours.mark(1, details()), ours.mark(2, details()), theirs.mark(1, details())}) == 3
