"""What the front desk does in Cliniko to a booking made here, followed here. Cliniko is the source of truth."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.facts import rename
from booking_app.bookings.models import Booking, BookingState
from booking_app.core.clock import Clock
from booking_app.core.sealing import Keyring
from booking_app.pms.records import Appointment
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask

BY_FRONT_DESK: Final = "front_desk"  # in the place of a patient's reason for cancelling

PlanChanged = Callable[[Session, Booking], list[PlannedTask]]


class DeskChange(StrEnum):
    CANCELLED = "cancelled"
    ARCHIVED = "archived"
    MOVED = "moved"
    ATTENDANCE = "attendance"  # the patient did not come, or did after all


class DeskChanges:
    """Lets bookings follow their appointments. `plan_changed` names the tasks that follow such a change.

    The patient is not written to: whoever changed the appointment has spoken with them, or lets Cliniko do so.
    """

    def __init__(self, *, clock: Clock, keyring: Keyring, plan_changed: PlanChanged) -> None:
        self._clock = clock
        self._keyring = keyring
        self._plan_changed = plan_changed

    def follow(
        self, session: Session, booking_id: int, appointment: Appointment, *, seen_revision: int
    ) -> DeskChange | None:
        """Make the booking what its appointment is; the caller commits, and wakes the booking. Safe to repeat.

        None when there is nothing to follow, or the booking is not any more what it was when the appointment was read
        (`seen_revision`): then the reading may be older than the booking.
        """
        booking = session.scalar(select(Booking).where(Booking.id == booking_id).with_for_update())
        if booking is None or booking.state != BookingState.CONFIRMED or booking.revision != seen_revision:
            return None
        change = change_of(booking, appointment)
        if change is None:
            return None
        if change is DeskChange.MOVED:
            self._move(session, booking, appointment)
        elif change is DeskChange.ATTENDANCE:
            booking.missed_at = self._clock.now() if appointment.is_missed else None
        else:
            booking.state = BookingState.CANCELLED
            booking.cancelled_at = self._clock.now()
            booking.cancel_reason = BY_FRONT_DESK
        booking.revision += 1
        tasks = self._plan_changed(session, booking)
        store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=self._clock.now())
        return change

    def _move(self, session: Session, booking: Booking, appointment: Appointment) -> None:
        before = booking.choice
        booking.moved_at = self._clock.now()
        booking.starts_at, booking.ends_at = appointment.starts_at, appointment.ends_at
        booking.practitioner_id = appointment.practitioner_id or booking.practitioner_id
        booking.location_id = appointment.location_id or booking.location_id
        booking.service_id = appointment.service_id or booking.service_id
        rename(session, self._keyring, booking, before)


def change_of(booking: Booking, appointment: Appointment) -> DeskChange | None:
    """How a confirmed booking's appointment differs from it; None when it does not."""
    if appointment.is_archived:
        return DeskChange.ARCHIVED
    if appointment.is_cancelled:
        return DeskChange.CANCELLED
    if _place_of(appointment, booking) != _place_of(booking, booking):
        return DeskChange.MOVED
    return DeskChange.ATTENDANCE if appointment.is_missed != (booking.missed_at is not None) else None


def _place_of(one: Appointment | Booking, otherwise: Booking) -> tuple[datetime, datetime, str, str, str]:
    """When, with whom, where and what for; what the appointment does not tell counts as unchanged."""
    return (
        one.starts_at,
        one.ends_at,
        one.practitioner_id or otherwise.practitioner_id,
        one.location_id or otherwise.location_id,
        one.service_id or otherwise.service_id,
    )
