"""From a booking to the record that a connection may keep of it. Pure, like the contact."""

from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.bookings import STAFF_TITLE, TITLE, BookingRecord
from booking_app.crm.vendors.records import Contact


def record_of(facts: CrmFacts, contact: Contact) -> BookingRecord:
    """The booking by reference and time; category, service and practitioner only as far as the contact has them."""
    told = {"Category": contact.category, "Service": contact.service_name, "Practitioner": contact.practitioner}
    return BookingRecord(
        reference=facts.reference,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        state="cancelled" if facts.is_cancelled else "missed" if facts.is_missed else "booked",
        title=STAFF_TITLE if facts.is_staff_entered else TITLE,
        details=tuple(f"{label}: {text}" for label, text in told.items() if text),
    )
