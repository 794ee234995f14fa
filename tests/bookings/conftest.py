"""One clinic on a real database, with the real task runner and handlers, and a practice system in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.availability.availability import Availability
from booking_app.bookings.blocks import DomainMarks
from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.browse import Browse
from booking_app.bookings.drafts import Drafts
from booking_app.bookings.follow_ups import FollowUps
from booking_app.bookings.held_requests import HeldRequests
from booking_app.bookings.mail.registration import KINDS as MAIL_KINDS
from booking_app.bookings.managing import Managing
from booking_app.bookings.models import Booking, MatchProposal
from booking_app.bookings.moving import Moving
from booking_app.bookings.placing import ManageTokens, Placing
from booking_app.bookings.purging import Purging
from booking_app.bookings.records import BookingStatus, Choice, Evidence, PatientDetails
from booking_app.bookings.same_person import SamePerson
from booking_app.bookings.subject import subject_of
from booking_app.bookings.tasks.registration import BOOKINGS, BookingTaskServices, booking_task_kinds
from booking_app.catalogue.snapshots import refresh
from booking_app.clinics.connections import pause, resume
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring, SigningKey, new_sealing_key, new_signing_key
from booking_app.intake.signatures import Signature
from booking_app.intake.waivers import WaiverSpec, replace_waivers, waivers_for
from booking_app.pms.errors import PracticeRefused
from booking_app.pms.practice import Practice
from booking_app.tasks import lookups
from booking_app.tasks.kinds import Lane, TaskKind, TaskKinds
from booking_app.tasks.models import Task
from booking_app.tasks.records import Effect, Subject, Work
from booking_app.tasks.runner import TaskRunner
from tests.bookings.fakes import FakePractice
from tests.databases import database_with_tables

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # Tuesday 24 November, 9:00 am in Adelaide
SIGNATURE = Signature("typed", typed_name="Nora O’Quill")


@dataclass
class Postbox:
    """The handler of the mail tasks: keeps to which patient it would have written, and what to the clinic."""

    booking_contact: BookingContactReader
    sent: list[tuple[str, str]] = field(default_factory=list)
    to_clinic: list[str] = field(default_factory=list)

    def probe(self, work: Work) -> Effect | None:
        return None

    def act(self, work: Work) -> Effect:
        if "clinic" in work.name or work.name == "attention_mail":
            self.to_clinic.append(work.name)
            return Effect()
        self.sent.append((work.name, self.booking_contact.read(work.subject_id).details.email))
        return Effect()


@dataclass
class Desk:
    """Everything a test may touch. `token` of a draft stands for its patient's browser."""

    database: Database
    clock: FixedClock
    keyring: Keyring
    practice: FakePractice
    clinic: Clinic
    connection_id: int
    paused: list[str] = field(default_factory=list)
    woken: list[Subject] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signing_key = SigningKey.from_hex(new_signing_key())
        self.drafts = Drafts(database=self.database, keyring=self.keyring, clock=self.clock)
        self.browse = Browse(
            database=self.database,
            recent=RecentReads(self.database, self.clock),
            availability=Availability(self.database, self.clock),
            practices=self.practice_of,
            clock=self.clock,
            rate_limits=RateLimits(self.database, self.clock),
        )
        self.booking_contact = BookingContactReader(
            database=self.database, keyring=self.keyring, practices=self.practice_of
        )
        self.postbox = Postbox(self.booking_contact)
        self.manage_tokens = ManageTokens("a secret for tests alone")
        self.follow_ups = FollowUps(self.clock)
        self.task_runner = self.make_runner()
        self.placing = self.make_placing()
        self.managing = Managing(
            database=self.database,
            task_runner=self.task_runner,
            keyring=self.keyring,
            clock=self.clock,
            plan_cancelled=self.follow_ups.after_cancelling,
        )
        self.moving = Moving(database=self.database, task_runner=self.task_runner, clock=self.clock)
        self.held_requests = HeldRequests(
            database=self.database, task_runner=self.task_runner, practices=self.practice_of, clock=self.clock
        )
        self.purging = Purging(database=self.database, keyring=self.keyring, clock=self.clock)

    def make_runner(self, **options: Any) -> TaskRunner:
        """A task runner over the same tables, as another process has one."""
        settings: dict[str, Any] = {
            "database": self.database, "clock": self.clock, "kinds": self._kinds(),
            "wake": self._wake, "pause_connection": self._pause, "on_parked": self.follow_ups.after_parking,
        }  # fmt: skip
        return TaskRunner(**settings | options)

    def make_placing(self, *, inline_places: int = 4) -> Placing:
        return Placing(
            database=self.database,
            task_runner=self.task_runner,
            keyring=self.keyring,
            clock=self.clock,
            manage_tokens=self.manage_tokens,
            same_person=SamePerson("a secret of the tests"),
            domains=DomainMarks("a secret of the tests"),
            plan_afterwards=self.follow_ups.after_confirming,
            inline_places=inline_places,
            pause=lambda seconds: self.clock.advance(seconds=seconds),
        )

    def practice_of(self, clinic_id: int) -> Practice:
        """As `practices.py` does it: the clinic's practice, unless its connection is paused."""
        with self.database.reading() as session:
            if session.get_one(Connection, self.connection_id).state == "paused":
                raise PracticeRefused("connection_paused")
        return self.practice

    def fix_key(self) -> None:
        """What staff do once the key works again: resume the connection and replay what was parked."""
        self.practice.refuses_key = False
        with self.database.begin() as session:
            resume(session, self.connection_id)
        self.task_runner.resume_connection(self.connection_id)

    def set_rules(self, **rules: Any) -> None:
        with self.database.begin() as session:
            session.get_one(Clinic, self.clinic.id).rules = {**self.clinic.rules, **rules}
        with self.database.reading() as session:
            self.clinic = session.get_one(Clinic, self.clinic.id)

    def publish_waiver(self) -> dict[str, str]:
        """Publish one waiver; returns the versions that a patient would sign."""
        waiver = WaiverSpec("treatment", "Consent to treatment", "consent", "I agree to be treated.")
        with self.database.begin() as session:
            replace_waivers(session, self.clinic.id, [waiver], field_keys=(), now=self.clock.now())
            return {text.key: text.version_sha256 for text in waivers_for(session, self.clinic.id, "s1")}

    def open(self, choice: Choice | None = None, *, visitor: str = "visitor-a") -> str:
        return self.drafts.open(self.clinic, choice or choose(), visitor=visitor, attribution={"utm_source": "news"})

    def ready(self, choice: Choice | None = None, **changes: Any) -> str:
        """A draft with everything filled in."""
        return self.drafts.save_details(self.clinic, self.open(choice), details(**changes), evidence(self.clock))

    def confirm(self, token: str) -> BookingStatus:
        self.placing.confirm(self.clinic, token)
        return self.placing.status(self.clinic, token)

    def book(self, choice: Choice | None = None, **changes: Any) -> Booking:
        """A booking that went well up to the appointment."""
        status = self.confirm(self.ready(choice, **changes))
        assert status.state == "confirmed", status.state
        return self.booking(status.reference)

    def work(self, *, rounds: int = 1, **wait: float) -> None:
        """What workers do: sweep and advance; with `wait` (timedelta's words) the clock moves before each round."""
        for _ in range(rounds):
            self.clock.advance(**wait)
            del self.woken[:]
            self.task_runner.sweep()
            for subject in dict.fromkeys(self.woken):
                self.task_runner.advance(subject)

    def booking(self, reference: str) -> Booking:
        with self.database.reading() as session:
            return session.scalars(select(Booking).where(Booking.reference == reference)).one()

    def bookings(self) -> list[Booking]:
        with self.database.reading() as session:
            return list(session.scalars(select(Booking).order_by(Booking.id)))

    def proposals(self) -> list[MatchProposal]:
        with self.database.reading() as session:
            return list(session.scalars(select(MatchProposal).order_by(MatchProposal.id)))

    def tasks(self, booking_id: int) -> dict[str, Task]:
        with self.database.reading() as session:
            return {task.name: task for task in lookups.tasks_of(session, subject_of(booking_id))}

    def states(self, booking_id: int) -> dict[str, str]:
        return {name: task.state for name, task in self.tasks(booking_id).items()}

    def manage_token(self, booking: Booking) -> str:
        return self.manage_tokens.token(booking.reference)

    def _kinds(self) -> TaskKinds:
        services = BookingTaskServices(
            database=self.database,
            clock=self.clock,
            keyring=self.keyring,
            signing_key=self.signing_key,
            waited_for=self.practice_of,
            later=self.practice_of,
            browse=self.browse,
            plan_moved=self.follow_ups.after_moving,
            base_url="https://booking.example",
        )
        kinds = TaskKinds(booking_task_kinds(services), [BOOKINGS])
        kinds.register(
            TaskKind(name=name, handler=self.postbox, words=words, lane=Lane.MESSAGES)
            for name, (_, words) in MAIL_KINDS.items()
        )
        return kinds

    def _wake(self, task_id: int, _lane: Lane) -> None:
        with self.database.reading() as session:
            self.woken.append(session.get_one(Task, task_id).subject)

    def _pause(self, connection_id: int, code: str) -> None:
        self.paused.append(code)
        with self.database.begin() as session:
            pause(session, connection_id, code)


def choose(starts_at: datetime = NINE, *, minutes: int = 30, practitioner_id: str = "p1", **more: Any) -> Choice:
    return Choice(
        service_id="s1" if minutes == 30 else "s2",
        location_id="l1",
        practitioner_id=practitioner_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **more,
    )


def details(**changes: Any) -> PatientDetails:
    values: dict[str, Any] = {
        "first_name": "Nora",
        "last_name": "O’Quill",
        "email": "nora.quill@example.com",
        "phone": "+61491570156",
        "date_of_birth": date(1990, 4, 5),
        "consents": {"privacy": True, "email_marketing": False},
    }
    return PatientDetails(**values | changes)


def evidence(clock: FixedClock) -> Evidence:
    return Evidence(
        ip="203.0.113.7", user_agent="A browser", language="en-AU", shown_at=clock.now(), signed_at=clock.now()
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_with_tables(f"sqlite:///{tmp_path / 'booking.sqlite3'}") as fresh:
        yield fresh


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    """Both practitioners are free on two Tuesdays, every half hour from nine to half past four."""
    keyring = Keyring([new_sealing_key()])
    practice = FakePractice(monotonic=clock.monotonic)
    for who in ("p1", "p2"):
        starts = (NINE + timedelta(days=day, minutes=30 * n) for day in (0, 7) for n in range(16))
        practice.free.update({(who, at): True for at in starts})
    clinic = Clinic(slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide")
    with database.begin() as session:
        session.add(clinic)
        session.flush()
        connection = Connection(
            clinic_id=clinic.id, vendor="cliniko", secret=keyring.seal(b"a-key"), account_key="au1:7"
        )
        session.add(connection)
    refresh(database, clinic.id, practice, clock.now())
    return Desk(database, clock, keyring, practice, clinic, connection.id)
