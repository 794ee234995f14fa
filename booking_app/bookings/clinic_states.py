"""How several clinics stand, in three figures each: for people who look after more than one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking, BookingState
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks.models import Task, TaskState

WEEK = timedelta(days=7)
STANDING = (BookingState.CONFIRMED, BookingState.MOVING)


@dataclass(frozen=True)
class ClinicState:
    """Online bookings of the next seven days, tasks that wait for a person, and connections that are paused or none."""

    bookings: int
    waiting: int
    paused: int
    has_cliniko: bool


class ClinicStates:
    """Safe to share between threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, clinic_ids: Collection[int]) -> dict[int, ClinicState]:
        """The state of each of these clinics; three queries however many there are."""
        now = self._clock.now()
        coming = (Booking.state.in_(STANDING), Booking.starts_at >= now, Booking.starts_at < now + WEEK)
        with self._database.reading() as session:
            bookings = _counted(session, Booking, clinic_ids, *coming)
            waiting = _counted(session, Task, clinic_ids, Task.state == TaskState.PARKED)
            connections = session.execute(
                select(Connection.clinic_id, Connection.vendor, Connection.state).where(
                    Connection.clinic_id.in_(clinic_ids)
                )
            ).all()
        return {
            one: ClinicState(
                bookings=bookings.get(one, 0),
                waiting=waiting.get(one, 0),
                paused=sum(of == one and state == "paused" for of, _, state in connections),
                has_cliniko=any(of == one and vendor == "cliniko" for of, vendor, _ in connections),
            )
            for one in clinic_ids
        }


def _counted(
    session: Session, table: type[Booking] | type[Task], clinic_ids: Collection[int], *where: object
) -> dict[int, int]:
    counts = select(table.clinic_id, func.count()).where(table.clinic_id.in_(clinic_ids), *where)  # type: ignore[arg-type]
    return {row[0]: row[1] for row in session.execute(counts.group_by(table.clinic_id))}
