"""When somebody was faster: the booking ends, its draft goes back to work with every answer kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking_app.booking import holds
from booking_app.booking.models import Booking, BookingState


def lose_slot(session: Session, booking_id: int, now: datetime) -> None:
    """Mark the booking as lost and let go of its hold; its draft is free to choose again."""
    booking = session.get_one(Booking, booking_id)
    booking.state = BookingState.SLOT_LOST
    booking.revision += 1
    booking.sealed_facts = None  # the draft still has the answers; the lost booking needs them no more
    holds.release(session, booking.family, now, is_booked=False)
