"""Read the patient's own link to a visit by video, from the attendee: the appointment's is the practitioner's."""

from datetime import timedelta

from sqlalchemy.orm import Session

from booking_app.bookings.join_links import PATIENCE, keep_link, locked
from booking_app.bookings.models import Booking
from booking_app.bookings.tasks.base import PracticeEffect, Tools, required
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.errors import PracticeMissing
from booking_app.tasks.records import Effect, Later, Work

SOON = 2.0  # Cliniko makes the attendee a moment after the appointment
LATER = 300.0
LOOKED_FOR = timedelta(hours=2)


class ReadJoinLink(PracticeEffect):
    """The task `join_link`. Needs nothing that is purged. It only reads, so there is nothing to probe."""

    def __init__(self, tools: Tools, *, keyring: Keyring) -> None:
        super().__init__(tools)
        self._keyring = keyring

    def probe(self, work: Work) -> None:
        """Nothing is written."""

    def act(self, work: Work) -> Effect | Later:
        booking = self._booking(work)
        if booking.is_cancelled:
            return Effect(note="cancelled_before")
        try:
            found = self.practice(work).attendee_of(required(booking.cliniko_appointment_id, "appointment"))
        except PracticeMissing:
            if not self._booking(work).is_cancelled:
                raise
            return Effect(note="cancelled_before")
        if found is None or not found.join_url:
            return self._later(booking)
        attendee_id, url, now = found.cliniko_id, found.join_url, self._clock.now()

        def record(session: Session) -> None:
            kept = locked(session, work.subject_id)
            kept.cliniko_attendee_id = attendee_id
            if not kept.is_cancelled:
                keep_link(session, kept, self._keyring, url, now)

        return Effect(attendee_id, record=record)

    def _later(self, booking: Booking) -> Effect | Later:
        """Soon while somebody waits for it, then seldom. Who has been promised a link must not be forgotten: when
        Cliniko has none for hours, a person at the clinic hears of it."""
        now = self._clock.now()
        age = now - (booking.moved_at or booking.confirmed_at or booking.created_at)
        if booking.starts_at <= now:
            return Effect(note="visit_has_begun")
        if age > LOOKED_FOR:
            raise RemoteFailure("no_join_link", failure=Failure.DATA)
        return Later(SOON if age < PATIENCE else LATER)

    def _booking(self, work: Work) -> Booking:
        with self._database.reading() as session:
            return session.get_one(Booking, work.subject_id)
