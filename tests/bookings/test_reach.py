"""What is known of a person beyond one booking: a later refusal counts for the earlier bookings as well."""

from datetime import date, timedelta
from typing import Any

from booking_app.bookings.models import Booking
from tests.bookings.conftest import NINE, Desk, choose

YES = {"privacy": True, "email_marketing": True, "sms_marketing": True}
NO = {"privacy": True, "email_marketing": False}


def booked(desk: Desk, number: int, consents: dict[str, bool], **changes: Any) -> Booking:
    """One of several bookings, half an hour after the one before."""
    return desk.book(choose(NINE + timedelta(minutes=30 * number)), consents=consents, **changes)


def answers(desk: Desk, booking: Booking) -> dict[str, bool]:
    return dict(desk.booking_contact.read(booking.id).details.consents)


def test_a_refusal_in_a_later_booking_is_known_to_the_earlier_one(desk: Desk) -> None:
    earlier = booked(desk, 0, YES)
    assert answers(desk, earlier) == YES
    later = booked(desk, 1, NO, email="Nora.Quill@Example.com ")
    assert (answers(desk, earlier), answers(desk, later)) == (YES | NO, NO)


def test_a_yes_is_told_by_its_own_booking_alone(desk: Desk) -> None:
    earlier, later = booked(desk, 0, NO), booked(desk, 1, YES)
    assert (answers(desk, earlier), answers(desk, later)) == (NO, YES)


def test_the_latest_answer_counts(desk: Desk) -> None:
    earlier = booked(desk, 0, YES)
    booked(desk, 1, NO)
    unasked = booked(desk, 2, {"privacy": True})
    assert (answers(desk, earlier), answers(desk, unasked)) == (YES | NO, {"privacy": True})
    booked(desk, 3, YES)
    assert answers(desk, earlier) == YES


def test_a_refusal_of_another_patient_is_theirs(desk: Desk) -> None:
    earlier = booked(desk, 0, YES)
    booked(desk, 1, NO, first_name="Otto", last_name="Fern", date_of_birth=date(1984, 1, 2))
    assert answers(desk, earlier) == YES


def test_what_one_parent_refuses_is_not_the_other_ones_answer(desk: Desk) -> None:
    mothers, fathers = booked(desk, 0, YES), booked(desk, 1, NO, email="gus.quill@example.com")
    with desk.database.begin() as session:
        session.get_one(Booking, fathers.id).cliniko_patient_id = mothers.cliniko_patient_id
    assert answers(desk, mothers) == YES


def test_what_is_purged_says_nothing(desk: Desk) -> None:
    earlier, later = booked(desk, 0, YES), booked(desk, 1, NO)
    with desk.database.begin() as session:
        session.get_one(Booking, later.id).sealed_facts = None
    assert answers(desk, earlier) == YES
