"""Bookings as the front desk looks for them: by day, state, what was booked, reference, and by whom they are for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from booking_app.bookings.desk_messages import DeskMessage, read_messages
from booking_app.bookings.drafts import read_details
from booking_app.bookings.facts import names_now
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.names import fold
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.subject import BOOKING
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.models import SignedDocument
from booking_app.tasks.models import Task, TaskState

PER_PAGE = 30
SEARCHED = 1000  # what is sealed cannot be indexed: the first so many are opened and compared
MOST_OF_DAYS = 1000
MOST_CHANGED = 50
STANDING = (BookingState.CONFIRMED, BookingState.MOVING, BookingState.CANCELLING)


When = Literal["upcoming", "past", "any"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for; empty means anything. `day` is the appointment's, in the clinic's zone.

    `upcoming` begins with today and comes by time; `past` and `any` come the latest appointment first. `patient_ids`
    are those whom a search by name has found; they add to what `text` finds here.
    """

    text: str = ""
    day: date | None = None
    when: When = "any"
    state: str = ""
    service_id: str = ""
    practitioner_id: str = ""
    location_id: str = ""
    needs_attention: bool = False
    patient_ids: frozenset[str] = frozenset()
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
    messages: tuple[DeskMessage, ...] = ()


class Overview:
    """Reads only; every answer is one clinic's alone."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def find(self, clinic: Clinic, wanted: Wanted, *, per_page: int = PER_PAGE) -> Found:
        """One page of what is wanted; those of a day by their time."""
        query = _query(clinic, wanted, self._clock.now())
        first = (wanted.page - 1) * per_page
        with self._database.reading() as session:
            if not wanted.text.strip():
                bookings = session.scalars(query.limit(per_page + 1).offset(first)).all()
            else:
                matching = self._matching(session, query, wanted)
                bookings = matching[first : first + per_page + 1]
            lines = self._lines(session, clinic, bookings[:per_page])
        return Found(tuple(lines), len(bookings) > per_page)

    def of_days(self, clinic: Clinic, first: date, last: date) -> tuple[BookingLine, ...]:
        """What stands on the days from `first` to `last` of the clinic's zone, by time; MOST_OF_DAYS at most."""
        starts, ends = day_span(clinic, first)[0], day_span(clinic, last)[1]
        query = _online(clinic).where(Booking.starts_at >= starts, Booking.starts_at < ends)
        query = query.where(Booking.state.in_(STANDING)).order_by(Booking.starts_at, Booking.id)
        with self._database.reading() as session:
            return tuple(self._lines(session, clinic, session.scalars(query.limit(MOST_OF_DAYS)).all()))

    def changed_since(self, clinic: Clinic, since: datetime) -> tuple[BookingLine, ...]:
        """What was booked, moved or cancelled online after that instant and was then still to come; the latest first.

        MOST_CHANGED at most. A booking that never became one is left out.
        """
        changed = (Booking.created_at > since, Booking.moved_at > since, Booking.cancelled_at > since)
        query = _online(clinic).where(Booking.starts_at >= since, or_(*changed))
        query = query.where(Booking.state.in_((*STANDING, BookingState.CANCELLED))).order_by(Booking.id.desc())
        with self._database.reading() as session:
            return tuple(self._lines(session, clinic, session.scalars(query.limit(MOST_CHANGED)).all()))

    def of(self, clinic: Clinic, booking_ids: Sequence[int]) -> tuple[BookingLine, ...]:
        """These of the clinic's bookings, in the order given."""
        query = select(Booking).where(Booking.clinic_id == clinic.id, Booking.id.in_(booking_ids))
        with self._database.reading() as session:
            found = {booking.id: booking for booking in session.scalars(query)}
            return tuple(self._lines(session, clinic, [found[one] for one in booking_ids if one in found]))

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
                read_messages(self._keyring, booking),
            )

    def _matching(self, session: Session, query: Select[Booking], wanted: Wanted) -> list[Booking]:
        """By reference; else by the patients found elsewhere, and by name and e-mail among those listed first: nothing
        of these is stored where it can be searched."""
        named = session.scalars(query.where(Booking.reference == wanted.text.strip().upper())).all()
        if named:
            return list(named)
        theirs = session.scalars(query.where(Booking.cliniko_patient_id.in_(wanted.patient_ids)).limit(SEARCHED)).all()
        sought = fold(wanted.text)
        bookings = session.scalars(query.limit(SEARCHED)).all()
        ours = [booking for booking in bookings if sought in self._searchable(booking)]
        found = {booking.id: booking for booking in (*ours, *theirs)}
        is_by_time = wanted.day is not None or wanted.when == "upcoming"
        return sorted(found.values(), key=lambda one: (one.starts_at, one.id), reverse=not is_by_time)

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


def _online(clinic: Clinic) -> Select[Booking]:
    return select(Booking).where(Booking.clinic_id == clinic.id, Booking.source == Source.ONLINE)


def _query(clinic: Clinic, wanted: Wanted, now: datetime) -> Select[Booking]:
    query = _online(clinic)
    equal = {
        Booking.state: wanted.state,
        Booking.service_id: wanted.service_id,
        Booking.practitioner_id: wanted.practitioner_id,
        Booking.location_id: wanted.location_id,
    }
    query = query.where(*(column == value for column, value in equal.items() if value))
    if wanted.needs_attention:
        parked = select(Task.subject_id).where(
            Task.clinic_id == clinic.id, Task.state == TaskState.PARKED, Task.subject_kind == BOOKING
        )
        query = query.where(Booking.id.in_(parked))
    return _in_time(query, clinic, wanted, now)


def _in_time(query: Select[Booking], clinic: Clinic, wanted: Wanted, now: datetime) -> Select[Booking]:
    by_time, latest_first = (Booking.starts_at, Booking.id), (Booking.starts_at.desc(), Booking.id.desc())
    if wanted.day is not None:
        starts, ends = day_span(clinic, wanted.day)
        return query.where(Booking.starts_at >= starts, Booking.starts_at < ends).order_by(*by_time)
    today, _ = day_span(clinic, now.astimezone(ZoneInfo(clinic.time_zone)).date())
    if wanted.when == "upcoming":
        return query.where(Booking.starts_at >= today).order_by(*by_time)
    if wanted.when == "past":
        query = query.where(Booking.starts_at < today)
    return query.order_by(*latest_first)
