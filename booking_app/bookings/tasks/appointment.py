"""Create the appointment. Its note carries the booking's reference, which is how it is found after a lost answer."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.tasks.base import PracticeEffect, required
from booking_app.bookings.tasks.losing import lose_slot
from booking_app.pms.records import Appointment, NewAppointment
from booking_app.tasks.records import Effect, Stop, Work


class CreateAppointment(PracticeEffect):
    """The task `appointment`."""

    def probe(self, work: Work) -> Effect | None:
        booking = self.facts(work).booking
        found = self.practice(work).find_appointment(
            patient_id=required(booking.cliniko_patient_id, "patient"),
            starts_at=booking.starts_at,
            marker=booking.reference,
        )
        return _effect(work, found) if found else None

    def act(self, work: Work) -> Effect | Stop:
        booking = self.facts(work).booking
        now = self._clock.now()
        if booking.starts_at <= now:
            # Cliniko was away for so long that the time is over; nobody may find an appointment made in the past.
            return Stop("time_has_passed", lambda session: lose_slot(session, work.subject_id, now))
        created = self.practice(work).create_appointment(
            NewAppointment(
                patient_id=required(booking.cliniko_patient_id, "patient"),
                service_id=booking.service_id,
                location_id=booking.location_id,
                practitioner_id=booking.practitioner_id,
                starts_at=booking.starts_at,
                ends_at=booking.ends_at,
                note=f"Booked online, reference {booking.reference}",
            )
        )
        return _effect(work, created)


def _effect(work: Work, appointment: Appointment) -> Effect:
    def record(session: Session) -> None:
        session.execute(
            update(Booking).where(Booking.id == work.subject_id).values(cliniko_appointment_id=appointment.cliniko_id)
        )

    return Effect(appointment.cliniko_id, record=record)
