"""When somebody was faster: the booking ends, its draft goes back to work with every answer kept."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.booking import holds
from booking_app.booking.models import Booking, BookingState
from booking_app.ledger import store
from booking_app.ledger.records import PlannedTask

PATIENT_WAITS = timedelta(minutes=2)


def lose_slot(session: Session, booking_id: int, now: datetime) -> None:
    """Mark the booking as lost and let go of its hold; its draft is free to choose again."""
    booking = session.get_one(Booking, booking_id)
    booking.state = BookingState.SLOT_LOST
    booking.revision += 1
    if now - booking.created_at > PATIENT_WAITS:
        # Nobody is looking at the page any more: then the bad news goes by mail, for which the address is kept.
        tasks = [PlannedTask("lost_mail")]
        store.plan(session, clinic_id=booking.clinic_id, booking_id=booking.id, tasks=tasks, now=now)
    else:
        booking.sealed_facts = None  # the draft still has the answers; the lost booking needs them no more
    holds.release(session, booking.family, now, is_booked=False)
