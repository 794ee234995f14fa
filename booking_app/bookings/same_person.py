"""Does this person have an appointment at that time already? Known without keeping who anybody is."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import Choice, PatientDetails

STANDING = (BookingState.PLACING, BookingState.CONFIRMED)


class SamePerson:
    """Marks bookings by a keyed hash of clinic, e-mail and date of birth; without the key it tells nobody anything."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def mark(self, clinic_id: int, details: PatientDetails) -> str:
        """The mark of this patient at this clinic: 64 hex characters."""
        person = f"person:{clinic_id}:{details.email.strip().casefold()}:{details.date_of_birth.isoformat()}"
        return hmac.new(self._key, person.encode(), hashlib.sha256).hexdigest()


def has_booking_then(session: Session, mark: str, choice: Choice) -> bool:
    """Whether a standing booking of that mark overlaps the chosen time."""
    standing = select(Booking.id).where(
        Booking.person_mark == mark,
        Booking.state.in_(STANDING),
        Booking.starts_at < choice.ends_at,
        Booking.ends_at > choice.starts_at,
    )
    return session.scalar(standing.limit(1)) is not None


def forget_marks(session: Session, now: datetime) -> None:
    """Take the marks off appointments that are over; the caller commits."""
    over = update(Booking).where(Booking.person_mark.is_not(None), Booking.ends_at < now).values(person_mark=None)
    session.execute(over.execution_options(synchronize_session=False))
