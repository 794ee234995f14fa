"""Move the appointment in Cliniko, at the patient's wish. Somebody was faster: it goes back to where it was."""

from sqlalchemy.orm import Session

from booking_app.bookings.facts import rename
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.moves import PlanMoved, complete_move, lose_move, task_name
from booking_app.bookings.records import Choice, Move
from booking_app.bookings.tasks.base import IsOffered, PracticeEffect, Tools, find_made, new_appointment, required
from booking_app.bookings.tasks.conflicts import note_group
from booking_app.clinics.models import Clinic
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.errors import PracticeMissing
from booking_app.pms.practice import Practice
from booking_app.pms.records import Appointment
from booking_app.tasks import store
from booking_app.tasks.records import Effect, Record, Work

OVERTAKEN = "move_overtaken"  # the front desk did something to the appointment meanwhile; the comparison follows it


class MoveAppointment(PracticeEffect):
    """The task `move:<number>`. Needs nothing that is purged, so it works long after the answers are gone."""

    def __init__(self, tools: Tools, *, is_offered: IsOffered, keyring: Keyring, plan_moved: PlanMoved) -> None:
        super().__init__(tools)
        self._is_offered = is_offered
        self._keyring = keyring
        self._plan_moved = plan_moved

    def probe(self, work: Work) -> Effect | None:
        """Whether the appointment stands at its new time already, with nobody else there."""
        booking, move = self._asked(work)
        if move is None:
            return Effect(note="move_given_up")
        if move.target.group_id is not None:
            return None  # acting looks for what has been done already
        practice = self.practice(work)
        there = practice.appointment(_appointment_id(booking))
        is_moved = there is not None and there.is_live and _stands_at(there, move.target)
        if is_moved and not practice.has_conflict(_appointment_id(booking)):
            return Effect(record=self._moved(work, move))
        return None

    def act(self, work: Work) -> Effect:
        booking, move = self._asked(work)
        if move is None:
            return Effect(note="move_given_up")
        practice = self.practice(work)
        if move.target.group_id is not None:
            return self._to_other_group(work, practice, booking, move)
        appointment_id = _appointment_id(booking)
        there = practice.appointment(appointment_id)
        if there is None:
            raise PracticeMissing("cliniko_404")
        if not there.is_live or not (_stands_at(there, move.origin) or _stands_at(there, move.target)):
            return Effect(note=OVERTAKEN, record=self._lost(work, move))
        if not _stands_at(there, move.target):
            if not self._is_free(practice, booking, move):
                return Effect(note="slot_taken", record=self._lost(work, move))
            _move(practice, appointment_id, move.target)
        if not practice.has_conflict(appointment_id):
            return Effect(appointment_id, record=self._moved(work, move))
        return self._back(work, practice, appointment_id, move)

    def _to_other_group(self, work: Work, practice: Practice, booking: Booking, move: Move) -> Effect:
        """A place cannot be moved: another is taken, and then the first is archived, which frees it again.

        Each step is looked for before it is done, so that after a lost answer none is done twice.
        """
        old_id = _appointment_id(booking)
        old, new = practice.appointment(old_id), find_made(practice, booking, move.target)
        is_left = old is None or not old.is_live
        if new is None and (is_left or not self._is_free(practice, booking, move)):
            return Effect(note=OVERTAKEN if is_left else "slot_taken", record=self._lost(work, move))
        if new is None:
            self._refuse_twice(work, practice, booking, move)
            new = practice.create_appointment(new_appointment(booking, move.target))
        if not is_left and practice.has_conflict(new.cliniko_id):
            practice.archive_appointment(new.cliniko_id)
            return Effect(note="place_given_back", record=self._lost(work, move))
        if not is_left:
            practice.archive_appointment(old_id)
        return Effect(new.cliniko_id, record=self._moved(work, move, new.cliniko_id))

    def _refuse_twice(self, work: Work, practice: Practice, booking: Booking, move: Move) -> None:
        """After an earlier try the group may name the patient before their place is listed: it is looked for again."""
        patient_id = required(booking.cliniko_patient_id, "patient")
        if work.attempts > 1 and practice.is_in_group(move.target.group_id or "", patient_id):
            raise RemoteFailure("place_not_listed_yet")

    def _back(self, work: Work, practice: Practice, appointment_id: str, move: Move) -> Effect:
        """Whoever is there was there first: ours came by a change, so that ids say nothing about who was faster."""
        _move(practice, appointment_id, move.origin)
        if practice.has_conflict(appointment_id):
            # Taken within these seconds. Which of the two stays is for a person to say.
            raise RemoteFailure("overlap_at_old_time", failure=Failure.CONFLICT)
        return Effect(note="overlap_moved_back", record=self._lost(work, move))

    def _asked(self, work: Work) -> tuple[Booking, Move | None]:
        """The booking, and its move while that is still wanted."""
        with self._database.reading() as session:
            booking = session.get_one(Booking, work.subject_id)
        move = booking.last_move
        is_wanted = booking.state == BookingState.MOVING and move is not None and work.name == task_name(move)
        return booking, move if is_wanted else None

    def _is_free(self, practice: Practice, booking: Booking, move: Move) -> bool:
        """Whether the new time is ahead and offered right now. Our own appointment stands elsewhere."""
        with self._database.reading() as session:
            clinic = session.get_one(Clinic, booking.clinic_id)
        return move.target.starts_at > self._clock.now() and self._is_offered(practice, clinic, move.target)

    def _moved(self, work: Work, move: Move, new_id: str | None = None) -> Record:
        """With `new_id` it is another appointment now, whose attendee is found anew."""
        now = self._clock.now()

        def record(session: Session) -> None:
            booking = session.get_one(Booking, work.subject_id)
            if new_id is not None:
                booking.cliniko_appointment_id, booking.cliniko_attendee_id = new_id, None
            complete_move(session, booking, move, now)
            note_group(session, booking, left=None)
            rename(session, self._keyring, booking, move.origin)
            tasks = self._plan_moved(session, booking)
            store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=now)

        return record

    def _lost(self, work: Work, move: Move) -> Record:
        now = self._clock.now()

        def record(session: Session) -> None:
            lose_move(session, session.get_one(Booking, work.subject_id), move, now)

        return record


def _appointment_id(booking: Booking) -> str:
    return required(booking.cliniko_appointment_id, "appointment")


def _stands_at(there: Appointment, choice: Choice) -> bool:
    same_person = there.practitioner_id in (None, choice.practitioner_id)
    return same_person and (there.starts_at, there.ends_at) == (choice.starts_at, choice.ends_at)


def _move(practice: Practice, appointment_id: str, choice: Choice) -> None:
    practice.move_appointment(
        appointment_id, practitioner_id=choice.practitioner_id, starts_at=choice.starts_at, ends_at=choice.ends_at
    )
