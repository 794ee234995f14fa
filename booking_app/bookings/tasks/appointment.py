"""Create the appointment. Its note carries the booking's reference, which is how it is found after a lost answer."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.tasks.base import PracticeEffect, find_made, new_appointment, required
from booking_app.bookings.tasks.losing import lose_slot
from booking_app.pms.errors import PracticeRejected
from booking_app.pms.practice import Practice
from booking_app.pms.records import Appointment
from booking_app.tasks.records import Effect, Later, Stop, Work

LISTING_WAIT = 2.0
LISTED_WITHIN = timedelta(minutes=2)


class CreateAppointment(PracticeEffect):
    """The task `appointment`."""

    def probe(self, work: Work) -> Effect | Later | None:
        """Whether it was made; a place that is not listed yet, although the group names the patient, is waited for."""
        booking = self.facts(work).booking
        practice = self.practice(work)
        found = find_made(practice, booking)
        if found is not None:
            return _effect(work, found)
        patient_id = required(booking.cliniko_patient_id, "patient")
        if booking.group_id is not None and practice.is_in_group(booking.group_id, patient_id):
            return self._unlisted(booking)
        return None

    def _unlisted(self, booking: Booking) -> Later | None:
        """The patient may also be in the group by the front desk's doing: that is not waited for long."""
        is_young = self._clock.now() < booking.created_at + LISTED_WITHIN
        return Later(LISTING_WAIT) if is_young else None

    def act(self, work: Work) -> Effect | Stop:
        booking = self.facts(work).booking
        now = self._clock.now()
        if booking.starts_at <= now:
            # Cliniko was away for so long that the time is over; nobody may find an appointment made in the past.
            return Stop("time_has_passed", lambda session: lose_slot(session, work.subject_id, now))
        practice = self.practice(work)
        try:
            return _effect(work, practice.create_appointment(new_appointment(booking, booking.choice)))
        except PracticeRejected:
            if not _is_full(practice, booking):
                raise
            return Stop("slot_taken", lambda session: lose_slot(session, work.subject_id, now))


def _is_full(practice: Practice, booking: Booking) -> bool:
    """Whether it is a place in a group that has none left: whether Cliniko refuses then is not documented."""
    if booking.group_id is None:
        return False
    group = practice.group(booking.group_id)
    return group is None or group.places_left == 0


def _effect(work: Work, appointment: Appointment) -> Effect:
    def record(session: Session) -> None:
        session.execute(
            update(Booking).where(Booking.id == work.subject_id).values(cliniko_appointment_id=appointment.cliniko_id)
        )

    return Effect(appointment.cliniko_id, record=record)
