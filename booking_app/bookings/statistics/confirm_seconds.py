"""How long a patient waited, as an expression that each database can work out for many bookings at once."""

from sqlalchemy import ColumnElement, extract, func
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking


def seconds_to_confirm(session: Session) -> ColumnElement[float]:
    """From "Confirm booking" to the moment Cliniko had it; null for a booking that was not confirmed."""
    if session.get_bind().dialect.name == "postgresql":
        return extract("epoch", Booking.confirmed_at - Booking.created_at)  # type: ignore[return-value]
    days: ColumnElement[float] = func.julianday(Booking.confirmed_at) - func.julianday(Booking.created_at)
    return days * 86_400.0
