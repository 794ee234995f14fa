"""When somebody was faster: the booking ends, its draft goes back to work with every answer kept."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.models import Booking, BookingState
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask

TIME_TO_CHOOSE = timedelta(minutes=3)


def lose_slot(session: Session, booking_id: int, now: datetime) -> None:
    """Mark the booking as lost and let go of its hold; its draft is free to choose again."""
    booking = session.get_one(Booking, booking_id)
    booking.state = BookingState.SLOT_LOST
    booking.revision += 1
    # Whoever still looks at the page chooses another time there; whoever does not, hears of it by mail. The clinic was
    # told of a request that is held, and so it is told that nothing came of it.
    is_held = booking.held_at is not None
    tasks = [PlannedTask("lost_mail"), *([PlannedTask("unplaced_clinic_mail")] if is_held else [])]
    due_at = now if is_held else now + TIME_TO_CHOOSE
    store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=due_at)
    # Somebody else has it: lists that were read before must not show it to anybody.
    holds.release(session, booking.family, now, is_booked=True)
