"""After a booking: who made it, so that the next one need not ask that again."""

from booking_app.bookings.drafts import find, read_details
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import PatientDetails
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.people import Guardian

STANDING = (BookingState.CONFIRMED, BookingState.MOVING)


class NextBooking:
    """Reads what a booking just made has in common with another by the same person."""

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def booker(self, clinic: Clinic, token: str) -> Guardian | None:
        """Who made the booking that this draft became, as the guardian of the next patient; None where none stands.

        Raises DraftGone once the draft has been idle for too long: then nothing is told any more.
        """
        with self._database.reading() as session:
            row = find(session, clinic, token, self._clock.now(), lock=False)
            booking = session.get(Booking, row.booking_id) if row.booking_id else None
            if booking is None or booking.state not in STANDING or booking.sealed_facts is None:
                return None
            return booker_of(read_details(self._keyring, booking.sealed_facts)[0])


def booker_of(details: PatientDetails) -> Guardian:
    """The guardian, or else the patient, whose relationship to the next one is not known."""
    if details.guardian is not None:
        return details.guardian
    return Guardian(details.first_name, details.last_name, details.phone, "", details.email)
