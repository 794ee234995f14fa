"""Bookings as the front desk looks for them: by reference, day, state, and by name or e-mail while those are kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.facts import names_now
from booking_app.bookings.models import Booking, Source
from booking_app.bookings.names import fold
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.subject import BOOKING
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.models import SignedDocument
from booking_app.tasks.models import Task, TaskState

PER_PAGE = 30
SEARCHED = 1000  # what is sealed cannot be indexed: the newest so many are opened and compared


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; empty means anything. `day` is the appointment's, in the clinic's zone."""

    text: str = ""
    day: date | None = None
    state: str = ""
    needs_attention: bool = False
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class BookingLine:
    """One booking. `details` are None once purged; `names` are the words for what was booked."""

    booking: Booking
    details: PatientDetails | None
    names: dict[str, Any]
    tasks: tuple[Task, ...]

    @property
    def patient(self) -> str | None:
        return f"{self.details.first_name} {self.details.last_name}" if self.details else None

    @property
    def needs_attention(self) -> bool:
        return any(task.state == TaskState.PARKED for task in self.tasks)


@dataclass(frozen=True)
class Found:
    """One page of bookings; `has_more` beyond it."""

    lines: tuple[BookingLine, ...]
    has_more: bool


@dataclass(frozen=True)
class Look:
    """Everything about one booking. `vendors` names the connection of a task by its id."""

    line: BookingLine
    vendors: dict[int, str]
    paused: frozenset[int]
    has_document: bool
    record_sha256: str | None


class Overview:
    """Reads only; every answer is one clinic's alone."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def find(self, clinic: Clinic, wanted: Wanted) -> Found:
        """The newest bookings first; those of a day by their time."""
        query = _query(clinic, wanted)
        first = (wanted.page - 1) * PER_PAGE
        with self._database.reading() as session:
            if not wanted.text.strip():
                bookings = session.scalars(query.limit(PER_PAGE + 1).offset(first)).all()
            else:
                matching = self._matching(session, query, wanted.text)
                bookings = matching[first : first + PER_PAGE + 1]
            lines = self._lines(session, clinic, bookings[:PER_PAGE])
        return Found(tuple(lines), len(bookings) > PER_PAGE)

    def look(self, clinic: Clinic, reference: str) -> Look | None:
        """One booking with all its tasks; None where the clinic has none of this reference."""
        query = select(Booking).where(Booking.clinic_id == clinic.id, Booking.reference == reference)
        with self._database.reading() as session:
            booking = session.scalar(query)
            if booking is None:
                return None
            (line,) = self._lines(session, clinic, [booking])
            connections = session.scalars(select(Connection).where(Connection.clinic_id == clinic.id)).all()
            document = session.scalar(select(SignedDocument).where(SignedDocument.booking_id == booking.id))
            return Look(
                line,
                {each.id: each.vendor for each in connections},
                frozenset(each.id for each in connections if each.state == "paused"),
                document is not None and document.sealed_pdf is not None,
                document.record_sha256 if document else None,
            )

    def _matching(self, session: Session, query: Select[Booking], text: str) -> list[Booking]:
        """By reference, or by name and e-mail among the newest; nothing of these is stored where it can be searched."""
        named = session.scalars(query.where(Booking.reference == text.strip().upper())).all()
        if named:
            return list(named)
        sought = fold(text)
        bookings = session.scalars(query.limit(SEARCHED)).all()
        return [booking for booking in bookings if sought in self._searchable(booking)]

    def _searchable(self, booking: Booking) -> str:
        details = self._details(booking)
        words = [booking.reference]
        if details is not None:
            words += [f"{details.first_name} {details.last_name}", details.email, details.phone]
        return "\n".join(fold(word) for word in words)

    def _details(self, booking: Booking) -> PatientDetails | None:
        return read_details(self._keyring, booking.sealed_facts)[0] if booking.sealed_facts else None

    def _lines(self, session: Session, clinic: Clinic, bookings: Sequence[Booking]) -> Iterable[BookingLine]:
        tasks = defaultdict[int, list[Task]](list)
        ids = [booking.id for booking in bookings]
        for task in session.scalars(
            select(Task).where(Task.subject_id.in_(ids), Task.subject_kind == BOOKING).order_by(Task.position)
        ):
            tasks[task.subject_id].append(task)
        catalogue = offered(session, clinic.id)
        return [
            BookingLine(
                booking=booking,
                details=self._details(booking),
                names=self._names(clinic, catalogue, booking),
                tasks=tuple(tasks[booking.id]),
            )
            for booking in bookings
        ]

    def _names(self, clinic: Clinic, catalogue: Catalogue | None, booking: Booking) -> dict[str, Any]:
        if booking.sealed_facts is not None:
            return dict(read_details(self._keyring, booking.sealed_facts)[2]["names"])
        names = names_now(catalogue, booking.choice)
        return names or {"service": "", "practitioner": "", "location": "", "time_zone": clinic.time_zone}


def day_span(clinic: Clinic, day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in the clinic's zone."""
    zone = ZoneInfo(clinic.time_zone)
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def parked_task_ids(session: Session, clinic_id: int) -> Sequence[int]:
    """The clinic's tasks that wait for a person, oldest first."""
    parked = select(Task.id).where(Task.clinic_id == clinic_id, Task.state == TaskState.PARKED)
    return session.scalars(parked.order_by(Task.id)).all()


def _query(clinic: Clinic, wanted: Wanted) -> Select[Booking]:
    query = select(Booking).where(Booking.clinic_id == clinic.id, Booking.source == Source.ONLINE)
    if wanted.state:
        query = query.where(Booking.state == wanted.state)
    if wanted.needs_attention:
        parked = select(Task.subject_id).where(
            Task.clinic_id == clinic.id, Task.state == TaskState.PARKED, Task.subject_kind == BOOKING
        )
        query = query.where(Booking.id.in_(parked))
    if wanted.day is None:
        return query.order_by(Booking.id.desc())
    starts, ends = day_span(clinic, wanted.day)
    return query.where(Booking.starts_at >= starts, Booking.starts_at < ends).order_by(Booking.starts_at, Booking.id)
