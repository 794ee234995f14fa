"""Moving a booking at its patient's wish. The new time is held first; the old one stands until Cliniko has moved."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.deadlines import deadlines_of
from booking_app.bookings.errors import BookingGone, SlotGone, TooLate
from booking_app.bookings.managing import INLINE_SECONDS, find_managed
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.moves import hold_family, settle_stopped, task_name
from booking_app.bookings.records import Choice, Move
from booking_app.bookings.subject import subject_of
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner


class Moving:
    """Moves bookings by the token of their manage link."""

    def __init__(self, *, database: Database, task_runner: TaskRunner, clock: Clock) -> None:
        self._database = database
        self._task_runner = task_runner
        self._clock = clock

    def move(self, token: str, choice: Choice) -> None:
        """Ask for another time of the same service at the same location; commits, then works inline for some seconds.

        Asking again while a move is under way changes nothing. Raises BookingGone, TooLate within the clinic's notice
        period, SlotGone when another patient holds that time, or it is the booking's own.
        """
        with self._database.begin() as session:
            booking = find_managed(session, token, self._clock.now(), lock=True)
            settle_stopped(session, booking, self._clock.now())
            if booking.state == BookingState.MOVING:
                return
            task = self._ask(session, booking, choice)
            booking_id = booking.id
        self._task_runner.advance(
            subject_of(booking_id), deadline=self._clock.monotonic() + INLINE_SECONDS, names=(task,)
        )
        self._task_runner.wake(subject_of(booking_id))

    def _ask(self, session: Session, booking: Booking, choice: Choice) -> str:
        now = self._clock.now()
        clinic = session.get_one(Clinic, booking.clinic_id)
        if booking.state != BookingState.CONFIRMED:
            raise BookingGone
        if deadlines_of(clinic.booking_rules(), booking.starts_at).open_at(now).move_until is None:
            raise TooLate
        _refuse_other_service(booking, choice)
        self._hold(session, clinic, booking, choice, now)
        earlier = booking.last_move
        move = Move(earlier.number + 1 if earlier else 1, booking.choice, choice)
        booking.move = move.to_json()
        booking.state = BookingState.MOVING
        cliniko = next((c.id for c in connections_of(session, clinic.id, "cliniko")), None)
        name = task_name(move)
        tasks = [PlannedTask(name, kind="move", connection_id=cliniko)]
        store.plan(session, clinic_id=clinic.id, subject=booking.subject, tasks=tasks, now=now)
        return name

    def _hold(self, session: Session, clinic: Clinic, booking: Booking, choice: Choice, now: datetime) -> None:
        """The new time is this booking's until the move has come to an end."""
        family = hold_family(booking)
        hold = holds.take(
            session,
            clinic_id=clinic.id,
            account_key=booking.account_key,
            family=family,
            visitor="",
            choice=choice,
            now=now,
            lasts=timedelta(minutes=clinic.booking_rules().hold_minutes),
        )
        holds.keep_for_booking(hold)


def _refuse_other_service(booking: Booking, choice: Choice) -> None:
    is_same = (choice.service_id, choice.location_id) == (booking.service_id, booking.location_id)
    if not is_same or choice == booking.choice:
        raise SlotGone
