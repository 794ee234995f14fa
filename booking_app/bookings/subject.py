"""Bookings, and drafts, as what tasks are about."""

from booking_app.tasks.records import Subject

BOOKING = "booking"
DRAFT = "draft"


def subject_of(booking_id: int) -> Subject:
    """The booking as what a task is about."""
    return Subject(BOOKING, booking_id)


def draft_subject(draft_id: int) -> Subject:
    """A booking being filled in as what a task is about."""
    return Subject(DRAFT, draft_id)
