"""Taking back a request that was not placed: nothing of it may stay in Cliniko."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.tasks.base import PracticeEffect, find_made
from booking_app.tasks import lookups, store
from booking_app.tasks.models import Task
from booking_app.tasks.records import Effect, PlannedTask, Work

LEAST_SETTLING = timedelta(seconds=20)  # a write whose answer was lost may still be on its way into Cliniko


def withdraw_request(session: Session, booking: Booking, now: datetime) -> None:
    """End a booking that is being placed; its draft is free again. The caller locks tasks and booking, and commits.

    Where the appointment may have been made already, a task looks for it and archives it, once nobody can be at it.
    """
    begun = next((task for task in lookups.tasks_of(session, booking.subject) if _may_have_made_it(task)), None)
    store.cancel_rest(session, booking.subject, now)
    booking.state = BookingState.WITHDRAWN
    booking.revision += 1
    holds.release(session, booking.family, now, is_booked=False)
    if begun is not None:
        task = PlannedTask("withdraw", connection_id=begun.connection_id)
        due_at = max(now + LEAST_SETTLING, begun.lease_until or now)
        store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=[task], now=due_at)


class WithdrawAppointment(PracticeEffect):
    """The task `withdraw`: archives the appointment of a request that was given up, if one was made after all."""

    def probe(self, work: Work) -> None:
        """Looking is part of acting: archiving what is archived already is not done again."""

    def act(self, work: Work) -> Effect:
        booking = self.facts(work).booking
        practice = self.practice(work)
        made = booking.cliniko_appointment_id
        if made is None:
            found = find_made(practice, booking)
            made = found.cliniko_id if found else None
        standing = practice.appointment(made) if made else None
        if made is None or standing is None or standing.is_archived:
            return Effect(note="nothing_to_archive")
        practice.archive_appointment(made)
        return Effect(made, "archived")


def _may_have_made_it(task: Task) -> bool:
    return task.name == "appointment" and (task.attempts > 0 or task.must_probe or task.fence > 0)
