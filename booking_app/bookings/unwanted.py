"""Bookings nobody wants: what came from one network, e-mail domain or hour, and cancelling many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.blocks import SourceKind, domain_of
from booking_app.bookings.desk_changes import BY_FRONT_DESK
from booking_app.bookings.drafts import read_details
from booking_app.bookings.managing import PlanCancelled, begin_cancelling
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.moves import settle_stopped
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.tasks import lookups
from booking_app.tasks.runner import TaskRunner

LOOKS_BACK = timedelta(days=7)
MOST_LOOKED_AT = 5_000  # bookings, newest first
FEWEST = 3  # bookings of one source that are worth a line
MOST_SHOWN = 25  # sources of a kind
MOST_AT_ONCE = 200  # bookings shown, and cancelled, at a time
HOUR = "%Y-%m-%dT%H"


@dataclass(frozen=True)
class BookingSource:
    """What several bookings have in common. `label` is a domain; a network has none, only a mark."""

    kind: SourceKind
    mark: str
    label: str
    count: int
    confirmed: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Cancelled:
    """The references of what is being cancelled, and how many could not be because of how they stand."""

    references: tuple[str, ...]
    skipped: int


@dataclass(frozen=True)
class _Made:
    """When a booking was made, how it stands and its marks."""

    id: int
    created_at: datetime
    state: str
    network: str | None
    email_domain: str | None


class UnwantedBookings:
    """Everything is about one clinic's online bookings of the last seven days.

    Marks go with the personal part of a booking: one that is done a day later is only found by its hour.
    """

    def __init__(
        self, *, database: Database, task_runner: TaskRunner, keyring: Keyring, clock: Clock,
        plan_cancelled: PlanCancelled,
    ) -> None:  # fmt: skip
        self._database = database
        self._task_runner = task_runner
        self._keyring = keyring
        self._clock = clock
        self._plan_cancelled = plan_cancelled

    def sources(self, clinic: Clinic) -> tuple[BookingSource, ...]:
        """What three bookings or more have in common: networks, domains, hours; the most bookings first."""
        with self._database.reading() as session:
            made = self._made(session, clinic)
            found: list[BookingSource] = []
            for kind in SourceKind:
                groups = [one for one in _grouped(made, kind, clinic).items() if len(one[1]) >= FEWEST]
                groups.sort(key=lambda one: len(one[1]), reverse=True)
                found += [self._source(session, kind, mark, some) for mark, some in groups[:MOST_SHOWN]]
        return tuple(found)

    def source(self, clinic: Clinic, kind: SourceKind, mark: str) -> BookingSource | None:
        """One of them, however few bookings it has left; None where it has none."""
        with self._database.reading() as session:
            some = _grouped(self._made(session, clinic), kind, clinic).get(mark)
            return self._source(session, kind, mark, some) if some else None

    def booking_ids(self, clinic: Clinic, kind: SourceKind, mark: str) -> tuple[int, ...]:
        """The bookings of a source, newest first, 200 at most."""
        with self._database.reading() as session:
            some = _grouped(self._made(session, clinic), kind, clinic).get(mark, [])
        return tuple(one.id for one in some[:MOST_AT_ONCE])

    def cancel(self, author: Author, clinic_id: int, references: Sequence[str]) -> Cancelled:
        """Cancel each once, as if the patient had: Cliniko, the CRM and a mail, by workers. Repeats are harmless.

        Commits for each booking, so a stop in between loses nothing: what was left is cancelled by asking again.
        """
        wanted = list(dict.fromkeys(references))[:MOST_AT_ONCE]
        done = [one for one in wanted if self._cancel(author, clinic_id, one)]
        return Cancelled(tuple(done), len(wanted) - len(done))

    def _cancel(self, author: Author, clinic_id: int, reference: str) -> bool:
        with self._database.begin() as session:
            found = select(Booking).where(Booking.clinic_id == clinic_id, Booking.reference == reference)
            booking = session.scalar(found)
            if booking is None or booking.source != Source.ONLINE:
                return False
            # Tasks before the booking: the order in which a worker locks them.
            lookups.lock(session, booking.subject)
            session.refresh(booking, with_for_update=True)
            settle_stopped(session, booking, author.at)
            if booking.state != BookingState.CONFIRMED or booking.starts_at <= author.at:
                return False
            begin_cancelling(session, booking, BY_FRONT_DESK, self._plan_cancelled, author.at)
            record(session, author, clinic_id, "booking.cancelled", after={"booking": reference})
            subject = booking.subject
        self._task_runner.wake(subject)
        return True

    def _made(self, session: Session, clinic: Clinic) -> list[_Made]:
        query = select(
            Booking.id, Booking.created_at, Booking.state, Booking.network, Booking.email_domain
        ).where(
            Booking.clinic_id == clinic.id,
            Booking.created_at >= self._clock.now() - LOOKS_BACK,
            Booking.source == Source.ONLINE,
        )  # fmt: skip
        rows = session.execute(query.order_by(Booking.created_at.desc(), Booking.id.desc()).limit(MOST_LOOKED_AT))
        return [_Made(*row) for row in rows]

    def _source(self, session: Session, kind: SourceKind, mark: str, made: Sequence[_Made]) -> BookingSource:
        return BookingSource(
            kind=kind,
            mark=mark,
            label=self._domain(session, made) if kind is SourceKind.DOMAIN else "",
            count=len(made),
            confirmed=sum(one.state == BookingState.CONFIRMED for one in made),
            first_at=made[-1].created_at,
            last_at=made[0].created_at,
        )

    def _domain(self, session: Session, made: Sequence[_Made]) -> str:
        """The domain as one of the bookings still has it."""
        of_these = Booking.id.in_([one.id for one in made[:MOST_AT_ONCE]])
        sealed = session.scalar(
            select(Booking.sealed_facts).where(of_these, Booking.sealed_facts.is_not(None)).limit(1)
        )
        return domain_of(read_details(self._keyring, sealed)[0].contact_email) if sealed else ""


def _grouped(made: Iterable[_Made], kind: SourceKind, clinic: Clinic) -> dict[str, list[_Made]]:
    groups: defaultdict[str, list[_Made]] = defaultdict(list)
    zone = ZoneInfo(clinic.time_zone)
    for one in made:
        match kind:
            case SourceKind.NETWORK:
                mark = one.network
            case SourceKind.DOMAIN:
                mark = one.email_domain
            case SourceKind.HOUR:
                mark = one.created_at.astimezone(zone).strftime(HOUR)
        if mark:
            groups[mark].append(one)
    return groups
