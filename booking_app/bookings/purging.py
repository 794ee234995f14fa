"""What is personal goes as soon as nothing needs it, and at the latest when the clinic's time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.drafts import IDLE, KEPT
from booking_app.bookings.models import Booking, BookingState, Draft, MatchProposal
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.intake.proof import forget_renderings
from booking_app.tasks import store

LONGEST = timedelta(days=30)
GRACE = timedelta(hours=24)  # after the last task, so that a patient's page and a correction by staff still work


@dataclass(frozen=True)
class Purged:
    """How many rows lost their personal part."""

    bookings: int
    drafts: int


class Purging:
    """Run now and then by a worker, and by `booking-app purge`."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run(self) -> Purged:
        """Forget what is due; commits. Safe to repeat, safe beside others."""
        now = self._clock.now()
        with self._database.reading() as session:
            candidates = session.scalars(_bookings(now).with_only_columns(Booking.id).order_by(Booking.id)).all()
        forgotten = [booking_id for booking_id in candidates if self._forget_booking(booking_id, now)]
        return Purged(bookings=len(forgotten), drafts=self._forget_drafts(now))

    def _forget_booking(self, booking_id: int, now: datetime) -> bool:
        """Forget it if it is due; the row is locked, so that nobody plans a task for it meanwhile."""
        with self._database.begin() as session:
            booking = session.scalar(_bookings(now).where(Booking.id == booking_id).with_for_update())
            if booking is None or not _is_due(session, booking, now):
                return False
            if booking.state == BookingState.PLACING:
                # Its time is over without an end: it must not be placed any more, by anybody.
                booking.state = BookingState.FAILED
                holds.release(session, booking.family, now, is_booked=False)
            # A cancellation under way needs nothing personal and is owed to the patient.
            if booking.state != BookingState.CANCELLING:
                store.cancel_rest(session, booking_id, now)
            booking.sealed_facts = None
            booking.attribution = {}
            booking.purged_at = now
            forget_renderings(session, [booking_id])
            return True

    def _forget_drafts(self, now: datetime) -> int:
        with self._database.begin() as session:
            holds.forget_expired(session, now)
            is_personal = or_(Draft.sealed_details.is_not(None), Draft.sealed_typed.is_not(None))
            idle = (is_personal, Draft.touched_at < now - IDLE)
            personal = session.scalar(select(func.count()).select_from(Draft).where(*idle)) or 0
            session.execute(delete(Draft).where(or_(and_(*idle), Draft.touched_at < now - KEPT)))
            # The front desk may look at a proposal for as long as anything personal may live; then only ids are left.
            for clinic in session.scalars(select(Clinic)):
                old = (MatchProposal.clinic_id == clinic.id, MatchProposal.created_at < now - _kept(clinic))
                session.execute(update(MatchProposal).where(*old).values(sealed_differences=None))
            return personal


def _bookings(now: datetime) -> Select[Booking]:
    return select(Booking).where(Booking.purged_at.is_(None), Booking.created_at < now - GRACE)


def _is_due(session: Session, booking: Booking, now: datetime) -> bool:
    clinic = session.get_one(Clinic, booking.clinic_id)
    return booking.created_at < now - _kept(clinic) or not store.has_open_tasks(session, booking.id)


def _kept(clinic: Clinic) -> timedelta:
    return min(timedelta(days=clinic.booking_rules().retention_days), LONGEST)
