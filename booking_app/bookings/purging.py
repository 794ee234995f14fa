"""What is personal goes as soon as nothing needs it, and at the latest when the clinic's time is over."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from booking_app.bookings import blocks, holds
from booking_app.bookings.desk_messages import forget_messages
from booking_app.bookings.drafts import IDLE, KEPT
from booking_app.bookings.facts import without_answers
from booking_app.bookings.join_links import forget_links
from booking_app.bookings.models import Booking, BookingState, Draft, MatchProposal
from booking_app.bookings.patient_records.changing import forget_old_changes
from booking_app.bookings.same_person import forget_marks
from booking_app.bookings.steps import CORRECTION, DOCUMENT_TASKS, PLACING_TASKS
from booking_app.clinics import staff_sessions
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff_links import forget_expired_links
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.proof import forget_renderings
from booking_app.tasks import lookups, store

IN_CLINIKO = (*PLACING_TASKS, *DOCUMENT_TASKS, CORRECTION)  # the tasks that need what was answered and signed
LONGEST = timedelta(days=30)
AT_ONCE = 20  # bookings a transaction: few commits, and nobody waits long for a row
GRACE = timedelta(hours=24)  # after the last task, so that a patient's page and a correction by staff still work


@dataclass(frozen=True)
class Purged:
    """How many rows lost their personal part."""

    bookings: int
    drafts: int
    answers: int = 0  # of bookings that still wait for something else


class Purging:
    """Run now and then by a worker, and by `booking-app purge`."""

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def run(self) -> Purged:
        """Forget what is due; commits. Safe to repeat, safe beside others."""
        now = self._clock.now()
        with self._database.reading() as session:
            candidates = session.scalars(
                _bookings(now).with_only_columns(Booking.id).order_by(Booking.created_at, Booking.id)
            ).all()
        with self._database.begin() as session:
            forget_marks(session, now)
            forget_messages(session, now)
            forget_links(session, now)
        forgotten = sum(self._forget_bookings(some, now) for some in _in_parts(candidates))
        answers = sum(self._forget_answers(some, now) for some in _in_parts(candidates))
        return Purged(bookings=forgotten, drafts=self._forget_drafts(now), answers=answers)

    def _forget_bookings(self, booking_ids: Sequence[int], now: datetime) -> int:
        """Forget those that are due; commits."""
        with self._database.begin() as session:
            forgotten = [one for one in booking_ids if self._forget_booking(session, one, now)]
            forget_renderings(session, forgotten)
            return len(forgotten)

    def _forget_booking(self, session: Session, booking_id: int, now: datetime) -> bool:
        """Forget it if it is due; the row is locked, so that nobody plans a task for it meanwhile."""
        booking = session.scalar(_bookings(now).where(Booking.id == booking_id).with_for_update())
        if booking is None or not _is_due(session, booking, now):
            return False
        forget_booking(session, booking, now)
        return True

    def _forget_answers(self, booking_ids: Sequence[int], now: datetime) -> int:
        """Where Cliniko has form and documents, only whom to reach is kept for what still waits; commits."""
        with self._database.begin() as session:
            forgotten = [one for one in booking_ids if self._forget_answers_of(session, one, now)]
            forget_renderings(session, forgotten)
            return len(forgotten)

    def _forget_answers_of(self, session: Session, booking_id: int, now: datetime) -> bool:
        booking = session.scalar(_bookings(now).where(Booking.id == booking_id).with_for_update())
        if booking is None or booking.sealed_facts is None or lookups.is_any_open(session, booking.subject, IN_CLINIKO):
            return False
        less = without_answers(self._keyring, booking.sealed_facts, booking.created_at.date())
        booking.sealed_facts = less or booking.sealed_facts
        return less is not None

    def _forget_drafts(self, now: datetime) -> int:
        with self._database.begin() as session:
            holds.forget_expired(session, now)
            blocks.forget_ended(session, now)
            staff_sessions.forget_ended(session, now)
            forget_expired_links(session, now)
            is_personal = or_(Draft.sealed_details.is_not(None), Draft.sealed_typed.is_not(None))
            idle = (is_personal, Draft.touched_at < now - IDLE)
            personal = session.scalar(select(func.count()).select_from(Draft).where(*idle)) or 0
            session.execute(delete(Draft).where(or_(and_(*idle), Draft.touched_at < now - KEPT)))
            # The front desk may look at a proposal for as long as anything personal may live; then only ids are left.
            for kept, clinic_ids in _clinics_by_time(session).items():
                old = (MatchProposal.created_at < now - kept, MatchProposal.sealed_differences.is_not(None))
                of_these = MatchProposal.clinic_id.in_(clinic_ids)
                session.execute(update(MatchProposal).where(*old, of_these).values(sealed_differences=None))
            forget_old_changes(session, now - LONGEST, now)
            return personal


def forget_booking(session: Session, booking: Booking, now: datetime) -> None:
    """Take everything personal from a locked booking, and let nothing more happen for it; the caller commits."""
    if booking.state == BookingState.PLACING:
        # Its time is over without an end: it must not be placed any more, by anybody.
        booking.state = BookingState.FAILED
        holds.release(session, booking.family, now, is_booked=False)
    # A cancellation under way needs nothing personal and is owed to the patient.
    if booking.state != BookingState.CANCELLING:
        store.cancel_rest(session, booking.subject, now)
    booking.sealed_facts = None
    booking.attribution = {}
    booking.network = booking.email_domain = None
    booking.purged_at = now


def _bookings(now: datetime) -> Select[Booking]:
    return select(Booking).where(Booking.purged_at.is_(None), Booking.created_at < now - GRACE)


def _is_due(session: Session, booking: Booking, now: datetime) -> bool:
    clinic = session.get_one(Clinic, booking.clinic_id)
    return booking.created_at < now - _kept(clinic) or not lookups.has_open_tasks(session, booking.subject)


def _clinics_by_time(session: Session) -> dict[timedelta, list[int]]:
    """How long anything personal is kept -> the clinics that keep it so long."""
    found: defaultdict[timedelta, list[int]] = defaultdict(list)
    for clinic in session.scalars(select(Clinic)):
        found[_kept(clinic)].append(clinic.id)
    return dict(found)


def _in_parts(booking_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(booking_ids), AT_ONCE):
        yield booking_ids[first : first + AT_ONCE]


def _kept(clinic: Clinic) -> timedelta:
    return min(timedelta(days=clinic.booking_rules().retention_days), LONGEST)
