"""Bookings as what tasks are about."""

from booking_app.tasks.records import Subject

BOOKING = "booking"


def subject_of(booking_id: int) -> Subject:
    """The booking as what a task is about."""
    return Subject(BOOKING, booking_id)
