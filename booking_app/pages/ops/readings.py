"""What the metrics say, read from the database in one go, so that it is true for every process together."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Label, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking, BookingState, Draft, Hold
from booking_app.clinics.models import Clinic, Connection
from booking_app.pms.rate_budget.models import RequestCount
from booking_app.tasks.models import Task, TaskState

Tally = tuple[tuple[str, ...], int]  # label values, and how many


@dataclass(frozen=True)
class Account:
    """A clinic's connection to Cliniko whose user is known."""

    clinic: str
    budget_key: str


def tasks(session: Session) -> list[Tally]:
    """By state, kind and class of failure ("" where none stands)."""
    # Grouped by the plain columns of one index: a million tasks are counted without reading one of them.
    columns = (Task.state, Task.kind, Task.failure)
    rows = session.execute(select(*columns, func.count()).group_by(*columns))
    return sorted(((state, kind, failure or ""), total) for state, kind, failure, total in rows)


def oldest_due_at(session: Session, now: datetime) -> datetime | None:
    """Since when the task has been due that has waited longest with nobody at work on it."""
    is_free = or_(Task.lease_until.is_(None), Task.lease_until <= now)
    due = select(func.min(Task.due_at)).where(Task.state == TaskState.READY, Task.due_at <= now, is_free)
    return session.scalar(due)


def bookings(session: Session) -> list[Tally]:
    return _tally(session, Booking.state)


def held_requests(session: Session) -> int:
    """Bookings that their patients agreed to have held until Cliniko answers again, and that it does not have yet."""
    held = select(func.count()).where(Booking.state == BookingState.PLACING, Booking.held_at.is_not(None))
    return session.scalar(held) or 0


def drafts(session: Session) -> list[Tally]:
    """By how far they are: a time is chosen, details are given, or it became a booking."""
    state = case((Draft.booking_id.is_not(None), "booked"), (Draft.sealed_details.is_not(None), "filled"), else_="open")
    return _tally(session, state)


def holds(session: Session, now: datetime) -> list[Tally]:
    """By whether a patient is at work, the booking is being placed, or the time is over and nobody cleared up yet."""
    state = case((Hold.expires_at.is_(None), "placing"), (Hold.expires_at > now, "held"), else_="expired")
    return _tally(session, state)


def connections(session: Session) -> list[Tally]:
    return _tally(session, Connection.vendor, Connection.state)


def calls(session: Session) -> list[Tally]:
    """By clinic, system and outcome, since the first call."""
    totals = session.execute(select(RequestCount.key, RequestCount.outcome, RequestCount.total)).all()
    named = select(Connection.id, Clinic.slug, Connection.vendor).join(Clinic, Clinic.id == Connection.clinic_id)
    known = {f"connection:{row.id}": (row.slug, row.vendor) for row in session.execute(named)}
    return [((*known[row.key], row.outcome), row.total) for row in totals if row.key in known]


def accounts(session: Session) -> list[Account]:
    known = select(Clinic.slug, Connection.budget_key).join(Clinic, Clinic.id == Connection.clinic_id)
    rows = session.execute(known.where(Connection.vendor == "cliniko", Connection.budget_key.is_not(None)))
    return [Account(row.slug, row.budget_key or "") for row in rows]


def _tally(session: Session, *by: SQLColumnExpression[str]) -> list[Tally]:
    labels: list[Label[str]] = [column.label(f"label_{number}") for number, column in enumerate(by)]
    # Grouped by the names of the columns: PostgreSQL takes an expression repeated with its values for another one.
    rows = session.execute(select(*labels, func.count()).group_by(*(label.name for label in labels)))
    return sorted((tuple(map(str, row[:-1])), int(row[-1])) for row in rows)
