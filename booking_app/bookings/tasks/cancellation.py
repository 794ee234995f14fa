"""Cancel the appointment in Cliniko, at the patient's wish or because the clinic does not want the booking."""

from typing import Literal

from sqlalchemy.orm import Session

from booking_app.bookings.desk_changes import BY_FRONT_DESK
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.tasks.base import PracticeEffect, required
from booking_app.pms.practice import CancelReason
from booking_app.tasks.records import Effect, Work


class CancelAppointment(PracticeEffect):
    """The task `cancel`. Needs nothing that is purged, so it works long after the answers are gone."""

    def probe(self, work: Work) -> Effect | None:
        appointment = self.practice(work).appointment(self._booking(work)[0])
        is_over = appointment is None or appointment.is_cancelled or appointment.is_archived
        return self._cancelled(work) if is_over else None

    def act(self, work: Work) -> Effect:
        appointment_id, reason, reference = self._booking(work)
        by = "in the booking console by the clinic" if reason == BY_FRONT_DESK else "online by the patient"
        self.practice(work).cancel_appointment(
            appointment_id,
            reason="other" if reason == BY_FRONT_DESK else reason,
            note=f"Cancelled {by}, reference {reference}",
        )
        return self._cancelled(work)

    def _booking(self, work: Work) -> tuple[str, CancelReason | Literal["front_desk"], str]:
        with self._database.reading() as session:
            booking = session.get_one(Booking, work.subject_id)
            reason: CancelReason | Literal["front_desk"] = booking.cancel_reason or "other"  # type: ignore[assignment]
            return required(booking.cliniko_appointment_id, "appointment"), reason, booking.reference

    def _cancelled(self, work: Work) -> Effect:
        now = self._clock.now()

        def record(session: Session) -> None:
            booking = session.get_one(Booking, work.subject_id)
            booking.state = BookingState.CANCELLED
            booking.cancelled_at = now
            booking.sealed_join_url = None
            booking.revision += 1

        return Effect(record=record)
