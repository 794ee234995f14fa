"""A minor who books alone is marked for the clinic, in its mail too; one with a guardian is not."""

from datetime import date

import pytest

from booking_app.bookings.mail.letters import clinic_letter
from booking_app.intake.people import Guardian
from tests.bookings.conftest import Desk
from tests.bookings.mail.samples import facts

GUARDIAN = Guardian("Gus", "Quill", "+61491570157", "Father", "gus@example.com")


@pytest.mark.parametrize(
    ("born", "guardian", "is_marked"),
    [(date(2010, 1, 1), None, True), (date(2010, 1, 1), GUARDIAN, False), (date(1990, 1, 1), None, False)],
)
def test_a_minor_alone_is_marked(desk: Desk, born: date, guardian: Guardian | None, is_marked: bool) -> None:
    assert desk.book(date_of_birth=born, guardian=guardian).is_minor_alone is is_marked


def test_messages_go_to_the_guardian(desk: Desk) -> None:
    desk.book(date_of_birth=date(2015, 1, 1), guardian=GUARDIAN)
    booking = desk.bookings()[-1]
    assert desk.booking_contact.read(booking.id).details.contact_email == "gus@example.com"


def test_the_clinic_s_mail_says_so_and_names_nobody() -> None:
    said = "under 18 and booked without a parent or guardian"
    assert said in clinic_letter(facts(is_minor_alone=True)).text
    assert said not in clinic_letter(facts()).text
