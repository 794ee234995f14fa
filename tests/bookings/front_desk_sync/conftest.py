"""A clinic on a real database with a practice system in memory, and the package's use case over them."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.desk_changes import DeskChanges
from booking_app.bookings.front_desk_sync.polling import FrontDesk
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Connection
from booking_app.pms.records import Appointment
from booking_app.tasks.records import PlannedTask
from tests.bookings.conftest import NINE, Desk, clock, database, desk

__all__ = ["clock", "database", "desk"]


@dataclass
class Calendar:
    """The clinic's calendar as staff use it, and who looks at it now and then."""

    desk: Desk
    woken: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        changes = DeskChanges(clock=self.desk.clock, keyring=self.desk.keyring, plan_changed=_told)
        self.front_desk = FrontDesk(
            database=self.desk.database, clock=self.desk.clock, practices=self.desk.practice_of, changes=changes,
            plan_crm_sync=_sync_tasks, wake=self.woken.append,
        )  # fmt: skip

    def book(self, starts_at: datetime = NINE, **changes: Any) -> Appointment:
        """Staff enter an appointment; Cliniko stamps it."""
        booked = self.desk.practice.receptionist_books("p1", starts_at, starts_at + timedelta(minutes=30))
        return self.change(booked.cliniko_id, service_id="s1", location_id="l1", **changes)

    def change(self, appointment_id: str, **changes: Any) -> Appointment:
        """Somebody changes an appointment right now."""
        before = self.desk.practice.appointments[appointment_id]
        changed = replace(before, **{"changed_at": self.desk.clock.now(), **changes})
        self.desk.practice.appointments[appointment_id] = changed
        return changed

    def look(self, **later: float) -> list[Booking]:
        """A worker's round some minutes on; returns what there is of the front desk's bookings."""
        self.desk.clock.advance(**(later or {"minutes": 10}))
        self.front_desk.run()
        return self.bookings()

    def bookings(self) -> list[Booking]:
        with self.desk.database.reading() as session:
            found = select(Booking).where(Booking.source == "front_desk").order_by(Booking.id)
            return list(session.scalars(found))


@pytest.fixture
def calendar(desk: Desk) -> Calendar:
    """Switched on, every ten minutes, with one CRM; what was there before has been passed over."""
    desk.set_rules(front_desk_poll_minutes=10)
    with desk.database.begin() as session:
        session.add(Connection(clinic_id=desk.clinic.id, vendor="hubspot", secret=desk.keyring.seal(b"a-token")))
    made = Calendar(desk)
    made.look()
    return made


def _sync_tasks(_session: Session, _booking: Booking) -> list[PlannedTask]:
    return [PlannedTask("contact:hubspot:2", kind="mail")]


def _told(_session: Session, booking: Booking) -> list[PlannedTask]:
    return [PlannedTask(f"contact_{booking.state}.{booking.revision}:hubspot:2", kind="mail")]
