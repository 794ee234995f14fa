"""After the appointment stands: was somebody faster? Cliniko lets two share a time, so the later one steps back."""

import re
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking_app.availability.cache import note_places
from booking_app.bookings import holds
from booking_app.bookings.facts import BookingFacts
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.statistics.counts import add_count
from booking_app.bookings.statistics.sources import source_of
from booking_app.bookings.tasks.base import PracticeEffect, required
from booking_app.bookings.tasks.losing import lose_slot
from booking_app.pms.practice import Practice
from booking_app.pms.records import Appointment
from booking_app.tasks import store
from booking_app.tasks.records import Effect, Record, Stop, Work

ARCHIVED = "overlap_archived"
OUR_NOTE = re.compile(r"reference BK-[2-9A-HJKMNP-Z]{8}\b")


class ReadConflicts(PracticeEffect):
    """The task `conflicts`: confirms the booking, or archives the appointment and gives the slot up."""

    def probe(self, work: Work) -> Effect | None:
        """Whether ours was archived already: then an answer was lost, and no conflict would be found any more."""
        booking = self.facts(work).booking
        ours = self.practice(work).appointment(required(booking.cliniko_appointment_id, "appointment"))
        if ours is not None and not ours.is_archived:
            return None
        lose = self._lost(work)

        def record(session: Session) -> None:
            store.cancel_rest(session, work.subject, self._clock.now())
            lose(session)

        return Effect(note=ARCHIVED, record=record)

    def act(self, work: Work) -> Effect | Stop:
        facts = self.facts(work)
        booking = facts.booking
        appointment_id = required(booking.cliniko_appointment_id, "appointment")
        practice = self.practice(work)
        if not practice.has_conflict(appointment_id):
            return self._confirmed(work, facts)
        if booking.group_id is not None:
            return self._give_up(work, practice, appointment_id)
        others = practice.overlapping(
            practitioner_id=booking.practitioner_id, starts_at=booking.starts_at, ends_at=booking.ends_at
        )
        if stays(appointment_id, others):
            return self._confirmed(work, facts)
        return self._give_up(work, practice, appointment_id)

    def _give_up(self, work: Work, practice: Practice, appointment_id: str) -> Stop:
        practice.archive_appointment(appointment_id)
        return Stop(ARCHIVED, self._lost(work))

    def _lost(self, work: Work) -> Record:
        now = self._clock.now()

        def record(session: Session) -> None:
            booking = session.get_one(Booking, work.subject_id)
            note_group(session, booking, left=0)
            lose_slot(session, work.subject_id, now)

        return record

    def _confirmed(self, work: Work, facts: BookingFacts) -> Effect:
        now = self._clock.now()
        day = now.astimezone(ZoneInfo(facts.clinic.time_zone)).date()

        def record(session: Session) -> None:
            booking = session.get_one(Booking, work.subject_id)
            booking.state = BookingState.CONFIRMED
            booking.confirmed_at = now
            booking.revision += 1
            holds.release(session, booking.family, now, is_booked=True)
            note_group(session, booking, left=None)
            add_count(session, booking.clinic_id, day, "source", source_of(facts.attribution))

        return Effect(record=record)


def note_group(session: Session, booking: Booking, *, left: int | None) -> None:
    """Tell the lists that were read before what is left of the group: one place fewer where `left` is None."""
    if booking.group_id is not None:
        note_places(session, booking.account_key, booking.practitioner_id, booking.group_id, left=left)


def stays(appointment_id: str, overlapping: tuple[Appointment, ...]) -> bool:
    """Whether ours may stay: every overlap is another one of ours with a higher id. The front desk always stays.

    A conflict that shows no overlapping entry is one we cannot see, so it counts against us.
    """
    others = [other for other in overlapping if other.cliniko_id != appointment_id]
    return bool(others) and all(
        OUR_NOTE.search(other.note) and _number(other.cliniko_id) > _number(appointment_id) for other in others
    )


def _number(cliniko_id: str) -> tuple[int, str]:
    """Ids are opaque; longer digit strings are later ones."""
    return (len(cliniko_id), cliniko_id)
