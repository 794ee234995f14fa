"""What follows a booking: which tasks, once it is confirmed, cancelled, moved, or changed at the front desk.

What a booking needs by itself is planned here. Whoever else wants to be told (a CRM, later accounting) registers a
planner when the parts are put together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from booking_app.bookings.desk_changes import BY_FRONT_DESK
from booking_app.bookings.join_links import planned_link
from booking_app.bookings.models import Booking, Source
from booking_app.bookings.moves import abandon_move
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.steps import PLACING_TASKS
from booking_app.bookings.subject import BOOKING
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.tasks import lookups, store
from booking_app.tasks.models import Task
from booking_app.tasks.records import PlannedTask

ATTENTION = "attention_mail"
UNCONFIRMED = "unconfirmed_mail"
TIME_TO_FIX = timedelta(minutes=2)  # what is put right at once needs no mail to the patient
CONFIRMED = "conflicts"  # the task that confirms a booking
CANCELLED = "cancel"  # the task that cancels one


class Change(StrEnum):
    """What has become of a booking."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"
    MISSED = "missed"


@dataclass(frozen=True)
class Occasion:
    """A change of a booking that others may want to hear of. `revision` tells two of one kind apart.

    `after` names the task of the booking that has to be done first; None when it has happened already. `booking_id` is
    None before the booking has one.
    """

    clinic_id: int
    change: Change
    revision: int
    after: str | None
    booking_id: int | None = None


# The tasks that somebody wants upon a change. Called in the transaction that writes it; reads only.
Planner = Callable[[Session, Occasion], Iterable[PlannedTask]]


class FollowUps:
    """Plans the tasks of afterwards: each is visible by itself, and none can undo a booking."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._planners: list[Planner] = []

    def register(self, planner: Planner) -> None:
        """Let `planner` say which tasks it wants upon every change of a booking from now on."""
        self._planners.append(planner)

    def after_confirming(
        self, session: Session, clinic: Clinic, details: PatientDetails, *, is_by_video: bool = False
    ) -> list[PlannedTask]:
        """The tasks that wait for the appointment."""
        cliniko = _cliniko(session, clinic.id)
        tasks = [planned_link(after=CONFIRMED, connection_id=cliniko)] if is_by_video else []
        tasks.append(PlannedTask("form", CONFIRMED, connection_id=cliniko))
        if details.waiver_versions or details.signature:
            tasks.append(PlannedTask("document", CONFIRMED, connection_id=cliniko))
        if details.signature and clinic.booking_rules().attach_signature_png:
            # After the document, because its first rendering keeps the picture.
            tasks.append(PlannedTask("signature_png", "document", connection_id=cliniko))
        tasks += self._told(session, Occasion(clinic.id, Change.BOOKED, 0, CONFIRMED))
        tasks.append(PlannedTask("confirmation_mail", CONFIRMED))
        tasks.append(PlannedTask("clinic_mail", CONFIRMED))
        return tasks

    def after_cancelling(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that wait for Cliniko to have cancelled. Who cancels at the clinic is not written to about it."""
        is_by_clinic = booking.cancel_reason == BY_FRONT_DESK
        return [
            *self._told(
                session, Occasion(booking.clinic_id, Change.CANCELLED, booking.revision, CANCELLED, booking.id)
            ),
            PlannedTask("cancellation_mail", CANCELLED),
            *(() if is_by_clinic else (PlannedTask("cancellation_clinic_mail", CANCELLED, kind="clinic_mail"),)),
        ]

    def after_moving(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that follow when the patient has moved the appointment."""
        number = booking.last_move.number if booking.last_move else 0
        catalogue = offered(session, booking.clinic_id)
        service = catalogue.service(booking.service_id) if catalogue else None
        connection_id = _cliniko(session, booking.clinic_id)
        return [
            *([planned_link(number, connection_id=connection_id)] if service and service.telehealth else []),
            *self._form_follows(booking, number, connection_id),
            *self.after_desk_change(session, booking),
            PlannedTask(f"moved_mail:{number}", kind="moved_mail"),
            PlannedTask(f"moved_clinic_mail:{number}", kind="moved_clinic_mail"),
        ]

    def _form_follows(self, booking: Booking, number: int, connection_id: int | None) -> list[PlannedTask]:
        """In another group the patient is another attendee, on whom the form has to hang."""
        if booking.group_id is None or booking.source == Source.FRONT_DESK:
            return []
        return [PlannedTask(f"form_move:{number}", "form", kind="form_move", connection_id=connection_id)]

    def after_desk_change(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks that follow when staff cancelled or moved the appointment, or noted that nobody came: no mail."""
        change = Change.MISSED if booking.missed_at else Change.MOVED
        if booking.is_cancelled:
            change = Change.CANCELLED
        return self._told(session, Occasion(booking.clinic_id, change, booking.revision, None, booking.id))

    def after_desk_booking(self, session: Session, booking: Booking) -> list[PlannedTask]:
        """The tasks for an appointment that staff made in Cliniko: who else is told of it, and no mail."""
        return self._told(session, Occasion(booking.clinic_id, Change.BOOKED, 0, None, booking.id))

    def after_parking(self, session: Session, task: Task) -> None:
        """Tell the clinic of a patient who waits, once for a booking, and the patient if it is the appointment itself.

        What else is parked is told by its cause (`alerts/`), not by its booking. The caller commits.
        """
        if task.subject_kind != BOOKING:
            return
        now = self._clock.now()
        told = {each.name for each in lookups.tasks_of(session, task.subject)}
        if task.kind in (*PLACING_TASKS, "cancel", "move") and ATTENTION not in told:
            _plan(session, task, ATTENTION, now)
        if task.kind == "move":
            abandon_move(session, task.subject_id, now)
        if task.name in PLACING_TASKS and UNCONFIRMED not in told:
            _plan(session, task, UNCONFIRMED, now + TIME_TO_FIX)

    def _told(self, session: Session, occasion: Occasion) -> list[PlannedTask]:
        return [task for planner in self._planners for task in planner(session, occasion)]


def _cliniko(session: Session, clinic_id: int) -> int | None:
    return next((connection.id for connection in connections_of(session, clinic_id, "cliniko")), None)


def _plan(session: Session, task: Task, name: str, due_at: datetime) -> None:
    store.plan(session, clinic_id=task.clinic_id, subject=task.subject, tasks=[PlannedTask(name)], now=due_at)
