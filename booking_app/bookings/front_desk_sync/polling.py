"""The use case: ask Cliniko what changed, follow what became of our bookings, send what staff booked to the CRMs."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking_app.bookings.accounts import account_key_of
from booking_app.bookings.desk_changes import DeskChanges, change_of
from booking_app.bookings.front_desk_sync.models import DeskCursor
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.clinics import list_clinics
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.tokens import hash_token, new_reference, new_token
from booking_app.pms.practice import Practice, Practices
from booking_app.pms.records import Appointment
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask, Subject

OVERLAP = timedelta(seconds=2)  # Cliniko's times are whole seconds, and a change may show a moment late
FIRST_LOOK = timedelta(minutes=5)  # back from when it is switched on: clocks differ
CLAIM = timedelta(minutes=10)  # a worker that dies while it asks is followed by another after this

PlanCrmSync = Callable[[Session, Booking], list[PlannedTask]]

log = structlog.get_logger(__name__)


class FrontDesk:
    """Safe in any number of processes, and safe to repeat: an appointment seen twice changes nothing.

    `practices` should be those of the lowest priority; `plan_crm_sync` names the tasks for what staff booked.
    """

    def __init__(
        self, *, database: Database, clock: Clock, practices: Practices, changes: DeskChanges,
        plan_crm_sync: PlanCrmSync, wake: Callable[[Subject], None],
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._practices = practices
        self._changes = changes
        self._plan_crm_sync = plan_crm_sync
        self._wake = wake

    def run(self) -> int:
        """Ask for every clinic whose time has come; returns for how many. One's failure does not stop the next."""
        asked = 0
        for clinic_id in self._due():
            try:
                self.look(clinic_id)
                asked += 1
            except RemoteFailure as failure:
                log.warning("front_desk_not_asked", clinic_id=clinic_id, code=failure.code)
        return asked

    def look(self, clinic_id: int) -> int:
        """Follow what changed in a clinic's calendar since the last time; commits for each appointment.

        Returns how many bookings that touched. Raises RemoteFailure; then the next time begins where this one began.
        """
        with self._database.reading() as session:
            since = session.get_one(DeskCursor, clinic_id).changed_since
            with_places = _has_groups(session, clinic_id)
        practice = self._practices(clinic_id)
        changed = practice.changed_appointments(since - OVERLAP, with_places=with_places)
        touched = [one for one in changed if self._follow(clinic_id, practice, one)]
        newest = max((one.changed_at for one in changed if one.changed_at), default=since)
        self._move_on(clinic_id, max(newest, since))
        return len(touched)

    def _due(self) -> list[int]:
        """The clinics to ask now, claimed, so that nobody else asks at the same time."""
        with self._database.reading() as session:
            clinics = [clinic for clinic in list_clinics(session) if _is_wanted(session, clinic)]
        return [clinic.id for clinic in clinics if self._claim(clinic.id)]

    def _claim(self, clinic_id: int) -> bool:
        now = self._clock.now()
        with self._database.begin() as session:
            session.get_one(Clinic, clinic_id, with_for_update=True)
            cursor = session.get(DeskCursor, clinic_id)
            if cursor is None:
                cursor = DeskCursor(clinic_id=clinic_id, changed_since=now - FIRST_LOOK, due_at=now)
                session.add(cursor)
            if cursor.due_at > now:
                return False
            cursor.due_at = now + CLAIM
            return True

    def _move_on(self, clinic_id: int, newest: datetime) -> None:
        with self._database.begin() as session:
            minutes = session.get_one(Clinic, clinic_id).booking_rules().front_desk_poll_minutes
            due_at = self._clock.now() + timedelta(minutes=max(minutes, 1))
            session.execute(
                update(DeskCursor).where(DeskCursor.clinic_id == clinic_id).values(changed_since=newest, due_at=due_at)
            )

    def _follow(self, clinic_id: int, practice: Practice, seen: Appointment) -> bool:
        """Make the booking of an appointment what it is, or make one for what staff booked."""
        with self._database.reading() as session:
            booking = _booking_of(session, clinic_id, seen)
            if booking is None and _is_ours(session, seen):
                return False
        if booking is None:
            return self._take_over(clinic_id, seen)
        if booking.state != BookingState.CONFIRMED or change_of(booking, seen) is None:
            return False
        # The list may be older than the booking, which its patient may have moved meanwhile: what counts is read now.
        there = practice.appointment(seen.cliniko_id)
        if there is None:
            return False
        with self._database.begin() as session:
            change = self._changes.follow(session, booking.id, there, seen_revision=booking.revision)
        if change is not None:
            self._wake(booking.subject)
        return change is not None

    def _take_over(self, clinic_id: int, seen: Appointment) -> bool:
        """A booking for what staff entered: ids only, so there is nothing to purge. Not for what is past or over."""
        if not seen.is_live or seen.patient_id is None or seen.starts_at <= self._clock.now():
            return False
        with self._database.begin() as session:
            session.get_one(Clinic, clinic_id, with_for_update=True)  # two who see it at once make one booking
            if _booking_of(session, clinic_id, seen) is not None:
                return False
            booking = self._new_booking(session, clinic_id, seen)
            session.add(booking)
            session.flush()
            tasks = self._plan_crm_sync(session, booking)
            store.plan(session, clinic_id=clinic_id, subject=booking.subject, tasks=tasks, now=self._clock.now())
        self._wake(booking.subject)
        return True

    def _new_booking(self, session: Session, clinic_id: int, seen: Appointment) -> Booking:
        return Booking(
            clinic_id=clinic_id,
            reference=new_reference(),
            source=Source.FRONT_DESK,
            family=f"desk:{seen.cliniko_id}",
            manage_hash=hash_token(new_token()),  # no patient has a link to it
            state=BookingState.CONFIRMED,
            account_key=account_key_of(session, clinic_id),
            service_id=seen.service_id or "",
            location_id=seen.location_id or "",
            practitioner_id=seen.practitioner_id or "",
            any_practitioner=False,
            starts_at=seen.starts_at,
            ends_at=seen.ends_at,
            cliniko_patient_id=seen.patient_id,
            cliniko_appointment_id=seen.cliniko_id,
            created_at=self._clock.now(),
            purged_at=self._clock.now(),
        )


def _is_wanted(session: Session, clinic: Clinic) -> bool:
    """Whether the clinic asks for it and has anywhere to send it to."""
    is_on = clinic.booking_rules().front_desk_poll_minutes > 0
    return is_on and any(one.vendor != "cliniko" for one in connections_of(session, clinic.id))


def _has_groups(session: Session, clinic_id: int) -> bool:
    catalogue = offered(session, clinic_id)
    return catalogue is not None and any(service.is_group for service in catalogue.services.values())


def _booking_of(session: Session, clinic_id: int, seen: Appointment) -> Booking | None:
    by_id = select(Booking).where(Booking.clinic_id == clinic_id, Booking.cliniko_appointment_id == seen.cliniko_id)
    return session.scalar(by_id.limit(1))


def _is_ours(session: Session, seen: Appointment) -> bool:
    """Whether its note carries a reference of ours: its id is not noted yet, or another clinic shares the account."""
    references = _references(seen.note)
    ours = select(Booking.id).where(Booking.reference.in_(references))
    return bool(references) and session.scalar(ours.limit(1)) is not None


def _references(note: str) -> Sequence[str]:
    return [word.strip(".,;:()") for word in note.split() if word.startswith("BK-")]
