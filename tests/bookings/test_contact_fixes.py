"""A corrected address is the one that messages go to, of a child too."""

import pytest

from booking_app.bookings.contact_fixes import ContactFixes
from booking_app.bookings.drafts import read_details
from booking_app.bookings.patient_records.changing import waiting_changes
from booking_app.clinics.audit import Author
from booking_app.intake.people import Guardian
from tests.bookings.conftest import Desk


@pytest.mark.parametrize(
    ("own", "kept", "written"),
    [
        ("typo@example.com", "right@example.com", [{"email": "right@example.com"}]),
        ("child@example.com", "child@example.com", []),
    ],
)
def test_of_a_child_the_guardians_address_is_corrected(
    desk: Desk, own: str, kept: str, written: list[dict[str, str]]
) -> None:
    guardian = Guardian("Robin", "O’Quill", "+61491570156", "Parent", "typo@example.com")
    booking = desk.book(guardian=guardian, email=own)
    fixes = ContactFixes(database=desk.database, keyring=desk.keyring, task_runner=desk.task_runner)
    author = Author(None, desk.clock.now())
    assert fixes.correct_email(author, desk.clinic.id, booking.reference, "right@example.com") == "done"
    details = read_details(desk.keyring, desk.booking(booking.reference).sealed_facts or b"")[0]
    assert (details.contact_email, details.email) == ("right@example.com", kept)
    with desk.database.reading() as session:
        assert waiting_changes(session, desk.keyring, booking.id) == written
