"""Requests that wait for Cliniko to come back: held with the patient's consent, given up in time without it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import find
from booking_app.bookings.errors import DraftGone
from booking_app.bookings.managing import find_managed
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.steps import PASSING, PLACING_TASKS, WAITS_FOR, has_stopped
from booking_app.bookings.subject import BOOKING, subject_of
from booking_app.bookings.tasks.withdrawal import withdraw_request
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.pms.practice import Practices
from booking_app.tasks import decisions, lookups, store
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

SOON = timedelta(seconds=15)  # what is due within this is not worth asking for
ASK_SECONDS = 10.0

log = structlog.get_logger(__name__)


class HeldRequests:
    """What becomes of bookings that cannot be placed because Cliniko does not answer. Each method commits."""

    def __init__(self, *, database: Database, task_runner: TaskRunner, practices: Practices, clock: Clock) -> None:
        self._database = database
        self._task_runner = task_runner
        self._practices = practices
        self._clock = clock

    def hold(self, clinic: Clinic, token: str) -> None:
        """The patient agrees that the request is held until Cliniko is back. Repeats are harmless. Raises DraftGone."""
        now = self._clock.now()
        with self._database.begin() as session:
            booking = _own_booking(session, clinic, token, now)
            if booking.state == BookingState.PLACING and booking.held_at is None:
                booking.held_at = now
                _plan(session, booking, ("held_mail", "held_clinic_mail"), now)
        self._task_runner.wake(booking.subject)

    def withdraw(self, clinic: Clinic, token: str) -> None:
        """The patient wants no more of it: nothing stays booked, the draft is at work again. Raises DraftGone.

        A booking that has been confirmed or lost meanwhile stays as it is.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            booking = _own_booking(session, clinic, token, now)
            _withdraw(session, booking, now)
        self._task_runner.wake(booking.subject)

    def take_back(self, manage_token: str) -> None:
        """As `withdraw`, by the link in the patient's mail. Raises BookingGone."""
        now = self._clock.now()
        with self._database.begin() as session:
            booking_id = find_managed(session, manage_token, now, with_requests=True).id
            lookups.lock(session, subject_of(booking_id))
            _withdraw(session, session.get_one(Booking, booking_id, with_for_update=True), now)
        self._task_runner.wake(subject_of(booking_id))

    def run(self) -> int:
        """Give up what has waited long enough, and let the rest go on where Cliniko answers again.

        Run now and then by every worker; safe beside others. Returns how many requests were given up.
        """
        with self._database.reading() as session:
            overdue = session.scalars(_overdue(self._clock.now())).all()
        given_up = [booking.id for booking in overdue if self._give_up(booking.id)]
        for booking, task_ids in self._waiting():
            if self._answers(booking):
                with self._database.begin() as session:
                    brought = decisions.bring_forward(session, task_ids, self._clock.now())
                log.info("practice_is_back", clinic_id=booking.clinic_id, tasks=brought)
        return len(given_up)

    def give_up(self, booking_id: int) -> None:
        """End a request that is still being placed, whatever was agreed; patient and clinic are told. Commits.

        Does nothing once the appointment stands. Repeats are harmless.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            lookups.lock(session, subject_of(booking_id))
            booking = session.get_one(Booking, booking_id, with_for_update=True)
            if booking.state != BookingState.PLACING or booking.cliniko_appointment_id is not None:
                return
            withdraw_request(session, booking, now)
            _plan(session, booking, ("unplaced_mail", "unplaced_clinic_mail"), now)
        self._task_runner.wake(subject_of(booking_id))

    def _give_up(self, booking_id: int) -> bool:
        """Give up one request, if it is still to be; the patient and the clinic are told by mail."""
        now = self._clock.now()
        with self._database.begin() as session:
            tasks = lookups.lock(session, subject_of(booking_id))
            booking = session.scalar(_overdue(now).where(Booking.id == booking_id).with_for_update())
            if booking is None or has_stopped(tasks):
                return False
            withdraw_request(session, booking, now)
            _plan(session, booking, ("unplaced_mail", "unplaced_clinic_mail"), now)
        log.info("request_given_up", booking_id=booking_id)
        self._task_runner.wake(subject_of(booking_id))
        return True

    def _waiting(self) -> Sequence[tuple[Booking, list[int]]]:
        """For each clinic its oldest booking that waits for Cliniko, and all the tasks that would for a while yet."""
        due_later = select(Task).where(
            Task.state == TaskState.READY, Task.subject_kind == BOOKING, Task.name.in_(PLACING_TASKS),
            Task.due_at > self._clock.now() + SOON,
            Task.failure.in_((Failure.TRANSIENT, Failure.UNKNOWN_OUTCOME)),
        )  # fmt: skip
        waiting: dict[int, tuple[Booking, list[int]]] = {}
        with self._database.reading() as session:
            for task in session.scalars(due_later.order_by(Task.subject_id)).all():
                if task.clinic_id not in waiting:
                    waiting[task.clinic_id] = (session.get_one(Booking, task.subject_id), [])
                waiting[task.clinic_id][1].append(task.id)
        return list(waiting.values())

    def _answers(self, booking: Booking) -> bool:
        """Whether the booking's Cliniko can be asked again, by one call; a refusal is an answer as well."""
        try:
            practice = self._practices(booking.clinic_id).within(deadline=self._clock.monotonic() + ASK_SECONDS)
            practice.next_start(
                location_id=booking.location_id,
                practitioner_id=booking.practitioner_id,
                service_id=booking.service_id,
                from_day=booking.starts_at.date(),
            )
        except RemoteFailure as failure:
            return failure.failure not in PASSING
        return True


def _overdue(now: datetime) -> Select[Booking]:
    """Bookings still without an appointment whose time has come, or that nobody asked to be held for so long."""
    waited = and_(Booking.held_at.is_(None), Booking.created_at <= now - WAITS_FOR)
    return select(Booking).where(
        Booking.state == BookingState.PLACING,
        Booking.cliniko_appointment_id.is_(None),
        or_(Booking.starts_at <= now, waited),
    )


def _own_booking(session: Session, clinic: Clinic, token: str, now: datetime) -> Booking:
    """The draft's booking and its tasks, locked in the order in which a worker takes them. Raises DraftGone."""
    draft = find(session, clinic, token, now)
    if draft.booking_id is None:
        raise DraftGone
    draft.touched_at = now
    lookups.lock(session, subject_of(draft.booking_id))
    return session.get_one(Booking, draft.booking_id, with_for_update=True)


def _withdraw(session: Session, booking: Booking, now: datetime) -> None:
    """End it if it is still being placed; the clinic is told where it had kept the time free. The caller commits."""
    if booking.state != BookingState.PLACING:
        return
    withdraw_request(session, booking, now)
    if booking.held_at is not None:
        _plan(session, booking, ("unplaced_clinic_mail",), now)


def _plan(session: Session, booking: Booking, names: Sequence[str], now: datetime) -> None:
    tasks = [PlannedTask(name) for name in names]
    store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=now)
