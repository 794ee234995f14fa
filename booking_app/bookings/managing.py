"""The patient's own booking: look at it, cancel it while the clinic's notice period allows. Moving has its module."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.deadlines import deadlines_of
from booking_app.bookings.errors import BookingGone, BookingOver, TooLate
from booking_app.bookings.join_links import link_of
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.moves import has_stopped, settle_stopped
from booking_app.bookings.records import ManagedBooking
from booking_app.bookings.subject import subject_of
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import hash_token
from booking_app.pms.practice import CancelReason
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

INLINE_SECONDS = 6.0
SHOWN_AFTERWARDS = timedelta(days=7)  # a link in an old mail tells nobody later what somebody came for
SHOWN_STATES = (BookingState.CONFIRMED, BookingState.MOVING, BookingState.CANCELLING, BookingState.CANCELLED)

PlanCancelled = Callable[[Session, Booking], list[PlannedTask]]


class Managing:
    """Bookings by the token of their manage link. `plan_cancelled` names the tasks that follow a cancellation."""

    def __init__(
        self, *, database: Database, task_runner: TaskRunner, keyring: Keyring, clock: Clock,
        plan_cancelled: PlanCancelled,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._task_runner = task_runner
        self._clock = clock
        self._plan_cancelled = plan_cancelled

    def load(self, token: str, *, with_requests: bool = False) -> ManagedBooking:
        """The booking as its patient may see it; `with_requests` also what was held and became none yet, or never.

        Raises BookingGone, BookingOver some days after the appointment.
        """
        with self._database.reading() as session:
            return self._view(session, find_managed(session, token, self._clock.now(), with_requests=with_requests))

    def cancel(self, token: str, reason: CancelReason) -> None:
        """Cancel in Cliniko, inline for some seconds, later by a worker; commits. Repeats are harmless.

        Does nothing while the booking is being moved. Raises BookingGone, or TooLate within the clinic's notice period.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            booking = find_managed(session, token, now, lock=True)
            settle_stopped(session, booking, now)
            if booking.state != BookingState.CONFIRMED:
                return
            clinic = session.get_one(Clinic, booking.clinic_id)
            if deadlines_of(clinic.booking_rules(), booking.starts_at).open_at(now).cancel_until is None:
                raise TooLate
            begin_cancelling(session, booking, reason, self._plan_cancelled, now)
            booking_id = booking.id
        self._task_runner.advance(
            subject_of(booking_id), deadline=self._clock.monotonic() + INLINE_SECONDS, names=("cancel",)
        )
        self._task_runner.wake(subject_of(booking_id))

    def _view(self, session: Session, booking: Booking) -> ManagedBooking:
        clinic = session.get_one(Clinic, booking.clinic_id)
        catalogue = offered(session, clinic.id)
        service = catalogue.service(booking.service_id) if catalogue else None
        deadlines = deadlines_of(clinic.booking_rules(), booking.starts_at)
        now_open = deadlines.open_at(self._clock.now())
        state = BookingState.CONFIRMED if has_stopped(session, booking) else BookingState(booking.state)
        is_confirmed = state == BookingState.CONFIRMED
        return ManagedBooking(
            clinic=clinic,
            reference=booking.reference,
            state=state,
            choice=booking.choice,
            service_name=service.name if service else "Appointment",
            deadlines=deadlines,
            is_cancellable=is_confirmed and now_open.cancel_until is not None,
            sequence=booking.revision,
            is_movable=is_confirmed and now_open.move_until is not None,
            move=booking.last_move,
            join=link_of(
                booking, self._keyring, self._clock.now(), is_by_video=service is not None and service.telehealth
            ),
        )


def begin_cancelling(
    session: Session, booking: Booking, reason: str, plan_cancelled: PlanCancelled, now: datetime
) -> None:
    """Let a confirmed booking, whose row is locked, be cancelled by its tasks; the caller commits and wakes it."""
    booking.state = BookingState.CANCELLING
    booking.cancel_reason = reason
    booking.revision += 1
    cliniko = next((c.id for c in connections_of(session, booking.clinic_id, "cliniko")), None)
    tasks = [PlannedTask("cancel", connection_id=cliniko), *plan_cancelled(session, booking)]
    store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=now)


def find_managed(
    session: Session, token: str, now: datetime, *, lock: bool = False, with_requests: bool = False
) -> Booking:
    """The booking of a manage link, as far as its patient may see it. Raises BookingGone, or BookingOver afterwards."""
    query = select(Booking).where(Booking.manage_hash == hash_token(token))
    booking = session.scalar(query.with_for_update() if lock else query)
    if booking is None or not (booking.state in SHOWN_STATES or (with_requests and booking.held_at)):
        raise BookingGone
    if booking.ends_at < now - SHOWN_AFTERWARDS:
        clinic = session.get_one(Clinic, booking.clinic_id)
        session.expunge(clinic)  # what is rolled back with the exception could not be read any more
        raise BookingOver(clinic)
    return booking
