"""Alerts: once for a cause, counted while it lasts, closed when it is fixed, and with nothing of a patient."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking_app.alerts.models import Alert
from booking_app.alerts.watching import Watching, open_alerts
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks.kinds import SubjectKind, TaskKinds
from booking_app.tasks.models import Task
from tests.bookings.conftest import NOW
from tests.databases import database_with_tables
from tests.kinds import known_kinds


@dataclass
class Told:
    """Keeps what it was told of; fails as often as asked."""

    causes: list[tuple[str, int]] = field(default_factory=list)
    messages: int = 0
    fails: int = 0

    def __call__(self, clinic: Clinic, alerts: Sequence[Alert]) -> None:
        if self.fails:
            self.fails -= 1
            raise RemoteFailure("smtp_451", failure=Failure.TRANSIENT)
        self.messages += 1
        self.causes += [(alert.cause, alert.count) for alert in alerts]


@dataclass
class Post:
    """One clinic with tasks, and a worker that watches."""

    database: Database
    clock: FixedClock
    mail: Told
    webhook: Told
    kinds: TaskKinds = field(default_factory=known_kinds)

    def __post_init__(self) -> None:
        self.watching = self.another_worker()
        with self.database.begin() as session:
            alerts = {"email": "desk@example.com", "webhook": "https://alerts.example.com/in"}
            session.add(
                Clinic(id=1, slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide", alerts=alerts)
            )
            session.flush()
            session.add(Connection(id=7, clinic_id=1, vendor="hubspot", secret=b"x", account_key=None))

    def another_worker(self) -> Watching:
        return Watching(
            database=self.database, clock=self.clock, kinds=self.kinds,
            ways={"mail": self.mail, "webhook": self.webhook},
        )  # fmt: skip

    def add(
        self, booking_id: int, kind: str = "document", state: str = "parked", subject: str = "booking", **values: Any
    ) -> None:
        given = {"failure": "data", "code": "cliniko_422:file", "attempts": 1, "due_at": NOW, **values}
        with self.database.begin() as session:
            if session.get(Booking, booking_id) is None:
                session.add(_booking(booking_id))
            session.add(
                Task(
                    clinic_id=1,
                    subject_kind=subject,
                    subject_id=booking_id,
                    name=kind,
                    kind=kind,
                    position=0,
                    state=state,
                    created_at=NOW,
                    **given,
                )
            )

    def fix(self, **where: Any) -> None:
        with self.database.begin() as session:
            session.execute(update(Task).filter_by(**where).values(state="done"))

    def open(self) -> dict[str, tuple[int, str]]:
        with self.database.reading() as session:
            return {alert.cause: (alert.count, alert.bookings) for alert in open_alerts(session, 1)}


def _booking(booking_id: int) -> Booking:
    return Booking(
        id=booking_id, clinic_id=1, reference=f"BK-SAMPLE{booking_id:02}", family=str(booking_id),
        manage_hash=str(booking_id), state="confirmed", account_key="a", service_id="s", location_id="l",
        practitioner_id="p", any_practitioner=False, starts_at=NOW, ends_at=NOW, created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def post(database_url: str) -> Iterator[Post]:
    """On each kind of database."""
    with database_with_tables(database_url) as database:
        yield Post(database, FixedClock(NOW), Told(), Told())


def test_forty_bookings_with_one_cause_are_one_mail_and_one_webhook(post: Post) -> None:
    for number in range(1, 41):
        post.add(number)
    for _ in range(5):
        post.watching.run()
        post.clock.advance(minutes=3)
    assert post.mail.causes == post.webhook.causes == [("parked:document:data:cliniko_422:file", 40)]
    count, references = post.open()["parked:document:data:cliniko_422:file"]
    assert (count, references.split()[0], len(references.split())) == (40, "BK-SAMPLE40", 5)


def test_several_new_causes_at_once_are_one_message(post: Post) -> None:
    post.add(1)
    post.add(2, "contact", failure="config", code="hubspot_list")
    post.watching.run()
    assert (post.mail.messages, len(post.mail.causes)) == (1, 2)


def test_a_cause_that_is_fixed_closes_and_a_new_one_opens_again(post: Post) -> None:
    post.add(1)
    post.watching.run()
    post.fix(subject_id=1)
    assert post.watching.run() == 0
    assert post.open() == {}
    post.clock.advance(hours=2)
    post.add(2)
    post.watching.run()
    assert post.mail.messages == 2


def test_a_cause_that_flickers_is_told_once(post: Post) -> None:
    for number in range(1, 6):
        post.add(number)
        post.watching.run()
        post.fix(subject_id=number)
        post.watching.run()
        post.clock.advance(minutes=5)
    assert post.mail.messages == 1


def test_what_is_not_fixed_is_told_again_after_a_day(post: Post) -> None:
    post.add(1)
    for _ in range(3):
        post.watching.run()
        post.clock.advance(hours=12)
    assert post.mail.messages == 2


def test_a_message_that_did_not_leave_is_tried_again_and_the_other_way_is_not(post: Post) -> None:
    post.mail.fails = 2
    post.add(1)
    for _ in range(4):
        post.watching.run()
        post.clock.advance(minutes=6)
    assert (post.mail.messages, post.webhook.messages) == (1, 1)


def test_two_workers_tell_once(post: Post) -> None:
    post.add(1)
    other = post.another_worker()
    post.watching.run()
    other.run()
    assert post.mail.messages == 1


def test_a_refused_key_is_one_cause_whatever_waits_for_it(post: Post) -> None:
    with post.database.begin() as session:
        session.execute(update(Connection).values(state="paused", paused_code="hubspot_401"))
    for number in (1, 2):
        post.add(number, "contact", failure="auth", code="hubspot_401", connection_id=7)
    post.watching.run()
    assert post.mail.causes == [("connection:hubspot:7:hubspot_401", 2)]


def test_due_tasks_that_nobody_does_are_a_cause(post: Post) -> None:
    post.add(1, state="ready", failure=None, code=None)
    assert post.watching.run() == 0
    post.clock.advance(minutes=11)
    post.watching.run()
    assert post.mail.causes == [("late", 1)]


def test_a_task_that_somebody_is_at_is_not_late(post: Post) -> None:
    later = NOW + timedelta(minutes=12)
    post.add(1, state="ready", failure=None, code=None, lease_until=later)
    post.clock.advance(minutes=11)
    assert post.watching.run() == 0


def test_a_task_that_workers_die_at_is_late_though_one_is_at_it(post: Post) -> None:
    post.add(1, state="ready", failure=None, code=None, lost_leases=4, lease_until=NOW + timedelta(seconds=45))
    assert post.watching.run() == 0
    with post.database.begin() as session:
        session.execute(update(Task).values(lost_leases=5))
    post.watching.run()
    assert post.mail.causes == [("late", 1)]


def test_what_keeps_failing_is_a_cause_before_it_is_parked(post: Post) -> None:
    post.add(1, state="ready", failure="transient", code="cliniko_503", attempts=4, due_at=NOW + timedelta(hours=1))
    assert post.watching.run() == 0
    with post.database.begin() as session:
        session.execute(update(Task).values(attempts=5))
    post.watching.run()
    assert post.mail.causes == [("failing:document:transient:cliniko_503", 1)]


def test_a_clinic_without_an_address_is_told_nothing_and_sees_it_in_the_list(post: Post) -> None:
    with post.database.begin() as session:
        session.execute(update(Clinic).values(alerts={}))
    post.add(1)
    post.watching.run()
    assert (post.mail.messages, post.webhook.messages, len(post.open())) == (0, 0, 1)


def test_old_alerts_are_forgotten(post: Post) -> None:
    post.add(1)
    post.watching.run()
    post.fix(subject_id=1)
    post.watching.run()
    post.clock.advance(days=91)
    post.watching.run()
    with post.database.reading() as session:
        assert _alerts(session) == []


def _alerts(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert)))


def test_tasks_about_something_else_are_told_by_what_people_call_it(post: Post) -> None:
    post.kinds.register(
        subjects=[
            SubjectKind(
                "invoice", "Invoice", lambda _session, ids: {one: f"CLK-{one}" for one in ids}, lambda *_: "/console/"
            )
        ]
    )
    post.add(3)
    post.add(9, subject="invoice", kind="post_invoice", code="xero_400")
    post.watching.run()
    assert post.open() == {
        "parked:document:data:cliniko_422:file": (1, "BK-SAMPLE03"),
        "parked:post_invoice:data:xero_400": (1, "CLK-9"),
    }
