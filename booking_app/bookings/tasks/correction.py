"""Put right what a proven patient has corrected: phone and address, and nothing else of the record."""

from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.returning.corrections import Corrections, corrections_to
from booking_app.bookings.tasks.base import PracticeEffect
from booking_app.clinics.audit import Author, record
from booking_app.tasks.records import Effect, Record, Work


class CorrectPatient(PracticeEffect):
    """The task `correction`. The record itself tells whether it has happened."""

    def probe(self, work: Work) -> Effect | None:
        patient_id, wanted = self._wanted(work)
        return None if patient_id and wanted else Effect(patient_id, "as_it_is_typed")

    def act(self, work: Work) -> Effect:
        """Write what differs. Nothing where the record is not certainly this patient's any more."""
        patient_id, wanted = self._wanted(work)
        if patient_id is None or not wanted:
            return Effect(note="nothing_to_correct")
        self.practice(work).correct_patient(patient_id, phone=wanted.phone, address=wanted.address)
        return Effect(patient_id, ", ".join(wanted.changed), self._written_down(work, wanted))

    def _wanted(self, work: Work) -> tuple[str | None, Corrections]:
        """The record to correct, None where there is none, and what in it."""
        facts = self.facts(work)
        known = facts.known_patient_id
        current = self.practice(work).current_patient(known) if known else None
        if current is None or current.cliniko_id != facts.booking.cliniko_patient_id:
            return None, Corrections()
        return current.cliniko_id, corrections_to(current, facts.details)

    def _written_down(self, work: Work, wanted: Corrections) -> Record:
        """A line for the activity log, with the names of what was changed and without their values."""
        author = Author(None, self._clock.now())

        def write(session: Session) -> None:
            reference = session.get_one(Booking, work.subject_id).reference
            after = {"booking": reference, "changed": ", ".join(wanted.changed)}
            record(session, author, work.clinic_id, "booking.patient_corrected", after=after)

        return write
