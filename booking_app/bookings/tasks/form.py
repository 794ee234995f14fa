"""The completed patient form, with answers, consents and signature, on the appointment's attendee."""

from booking_app.bookings.document_facts import MakeDocumentFacts
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.tasks.base import PracticeEffect, Tools, required
from booking_app.intake.form_content import form_sections
from booking_app.pms.errors import PracticeMissing
from booking_app.pms.practice import Practice
from booking_app.pms.records import NewForm
from booking_app.tasks.records import Effect, Later, Work

ATTENDEE_WAIT = 1.0  # Cliniko makes the attendee a moment after the appointment

CANCELLED_STATES = (BookingState.CANCELLING, BookingState.CANCELLED)


class CompleteForm(PracticeEffect):
    """The task `form`. Its name carries the booking's reference."""

    def __init__(self, tools: Tools, *, document_facts: MakeDocumentFacts) -> None:
        super().__init__(tools)
        self._document_facts = document_facts

    def probe(self, work: Work) -> Effect | None:
        booking = self.facts(work).booking
        practice = self.practice(work)
        # In a restored database the attendee may not be known though the form was sent.
        try:
            attendee_id = _attendee_of(practice, booking)
        except PracticeMissing:
            return None  # cancelled, perhaps: acting finds out
        if attendee_id is None:
            return None  # a form is only ever sent with an attendee
        found = practice.find_form(
            patient_id=required(booking.cliniko_patient_id, "patient"),
            attendee_id=attendee_id,
            marker=booking.reference,
        )
        return Effect(found) if found else None

    def act(self, work: Work) -> Effect | Later:
        """File it. A booking that was cancelled before has no attendee any more, and its form no place."""
        try:
            return self._file(work)
        except PracticeMissing:
            if self.facts(work).booking.state not in CANCELLED_STATES:
                raise
            return Effect(note="cancelled_before_filing")

    def _file(self, work: Work) -> Effect | Later:
        facts = self.facts(work)
        practice = self.practice(work)
        booking = facts.booking
        attendee_id = _attendee_of(practice, booking)
        if attendee_id is None:
            return Later(ATTENDEE_WAIT)
        self._remember(work, attendee_id)
        with self._database.reading() as session:
            sections = form_sections(self._document_facts(session, facts))
        form_id = practice.complete_form(
            NewForm(
                patient_id=required(booking.cliniko_patient_id, "patient"),
                attendee_id=attendee_id,
                name=f"Online booking {booking.reference}",
                sections=sections,
            )
        )
        return Effect(form_id)

    def _remember(self, work: Work, attendee_id: str) -> None:
        """Written before the form is sent, because the probe looks for the form on this attendee."""
        with self._database.begin() as session:
            session.get_one(Booking, work.subject_id).cliniko_attendee_id = attendee_id


def _attendee_of(practice: Practice, booking: Booking) -> str | None:
    """The attendee's id, None until Cliniko has made it. Raises PracticeMissing where the appointment is gone."""
    if booking.cliniko_attendee_id:
        return booking.cliniko_attendee_id
    found = practice.attendee_of(required(booking.cliniko_appointment_id, "appointment"))
    return found.cliniko_id if found else None
