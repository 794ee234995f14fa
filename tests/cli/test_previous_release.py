"""A database that the release before wrote is upgraded with its patients in it, and today's program finishes it."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.alerts.wording import words_for
from booking_app.bookings.errors import SlotGone
from booking_app.bookings.models import Booking
from booking_app.cli.wiring import Services, build, build_use_cases
from booking_app.clinics.clinics import find_clinic
from booking_app.core.settings import load_settings
from booking_app.migrations.upgrade import current_revision, newest_revision, upgrade
from booking_app.pages.console.task_words import part_of
from booking_app.tasks import lookups
from booking_app.tasks.lookups import due_tasks
from booking_app.tasks.models import Task
from booking_sandbox.server import SandboxServer
from tests.cli.previous_release import (
    CANCELLING,
    CONFIRMED,
    ENVIRONMENT,
    LEFT_AT,
    WAITING,
    lay_out_database,
    lay_out_remotes,
    written,
)
from tests.faults.shop import JumpingClock


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


ROUNDS = 8
HUBSPOT = 2  # the id of its connection


class Upgraded:
    """Today's program over the upgraded database."""

    def __init__(self, services: Services, clock: JumpingClock, sandbox: SandboxServer) -> None:
        self.services = services
        self.clock = clock
        self.sandbox = sandbox

    def bookings(self) -> dict[str, Booking]:
        """By the patient's address."""
        with self.services.database.reading() as session:
            found = session.scalars(select(Booking).order_by(Booking.id)).all()
        return {self.services.crm_facts.contact_facts(booking.id).email: booking for booking in found}

    def tasks(self, email: str) -> dict[str, Task]:
        with self.services.database.reading() as session:
            return {task.name: task for task in lookups.tasks_of(session, self.bookings()[email].subject)}

    def work(self) -> None:
        """What a worker would do until nothing is due any more, however long it takes."""
        for _ in range(ROUNDS):
            with self.services.database.reading() as session:
                due = [session.get_one(Task, one).subject for one in due_tasks(session, now=self.clock.now(), limit=10)]
            for subject in due:
                self.services.task_runner.advance(subject)
            self.clock.ahead += timedelta(minutes=2)

    def state(self) -> dict[str, Any]:
        return self.sandbox.control.state("demo")

    def check_arrived_once(self) -> None:
        """Each of the three is there with one of everything; the one cancelled has one appointment, cancelled."""
        found = self.state()
        patients = {row["id"]: row["email"] for row in found["patients"]}
        assert sorted(patients.values()) == sorted((WAITING, CONFIRMED, CANCELLING))
        assert sorted(row["properties"]["email"] for row in found["contacts"]) == sorted(patients.values())
        for name in ("individual_appointments", "patient_forms"):
            assert sorted(row["patient_id"] for row in found[name]) == sorted(patients), name
        assert all(row["completed_at"] for row in found["patient_forms"])
        cancelled = [row["patient_id"] for row in found["individual_appointments"] if row.get("cancelled_at")]
        assert [patients[patient_id] for patient_id in cancelled] == [CANCELLING]
        files = Counter((row["patient_id"], Path(row["filename"]).suffix) for row in found["attachments"])
        assert files == {(patient_id, suffix): 1 for patient_id in patients for suffix in (".pdf", ".png")}

    def check_told_once(self) -> None:
        """One mail to each patient and one to the clinic for each, one message to the clinic's own system."""
        told = sorted((mail.recipients[0], mail.subject.partition(" BK-")[0]) for mail in self.sandbox.control.mails())
        assert told == [
            (CANCELLING, "Your appointment was cancelled"),
            (CONFIRMED, "Your appointment is confirmed"),
            (WAITING, "Your appointment is confirmed"),
            ("reception@harbourstreet.example.com", "New online booking"),
            ("reception@harbourstreet.example.com", "New online booking"),
            ("reception@harbourstreet.example.com", "Online booking cancelled"),
        ]
        changes = sorted(message["payload"]["type"] for message in self.state()["webhooks"]["messages"])
        assert changes == ["booking.cancelled", "booking.confirmed", "booking.confirmed"]


@pytest.fixture
def told(sandbox: SandboxServer) -> dict[str, Any]:
    return written(sandbox)


@pytest.fixture
def upgraded(sandbox: SandboxServer, database_url: str, told: dict[str, Any], tmp_path: Path,
             monkeypatch: pytest.MonkeyPatch) -> Iterator[Upgraded]:  # fmt: skip
    clock = JumpingClock()
    clock.ahead = LEFT_AT - clock.now()
    # Whoever receives a webhook asks whether it was signed just now, and now is when the release stopped.
    monkeypatch.setattr("booking_sandbox.webhooks.service.epoch", lambda: clock.now().timestamp())
    lay_out_remotes(sandbox, told)
    lay_out_database(database_url, told["rows"])
    settings = load_settings(
        {
            **os.environ,
            **ENVIRONMENT,
            "BOOKING_DATA_DIR": str(tmp_path / "data"),
            "BOOKING_DATABASE_URL": database_url,
            "BOOKING_QUEUE_URL": f"sqlite:///{tmp_path / 'queue.sqlite3'}",
            "BOOKING_CLINIKO_BASE_URL": sandbox.cliniko_url,
            "BOOKING_HUBSPOT_BASE_URL": sandbox.hubspot_url,
            "BOOKING_SMTP_URL": sandbox.smtp_url,
            "BOOKING_WEBHOOK_ALLOW_PRIVATE": "1",
        }
    )
    upgrade(settings)
    services = build(settings, clock=clock)
    assert services.connecting.apply_schema(HUBSPOT).problem is None
    yield Upgraded(services, clock, sandbox)
    services.close()


def test_nobody_on_the_way_is_lost(upgraded: Upgraded) -> None:
    assert current_revision(upgraded.services.database) == newest_revision()
    assert {email: booking.state for email, booking in upgraded.bookings().items()} == {
        WAITING: "placing",
        CONFIRMED: "confirmed",
        CANCELLING: "cancelling",
    }


def test_what_was_planned_is_done_once(upgraded: Upgraded) -> None:
    upgraded.work()
    states = {email: booking.state for email, booking in upgraded.bookings().items()}
    assert states == {WAITING: "confirmed", CONFIRMED: "confirmed", CANCELLING: "cancelled"}
    for email in states:
        left = {task.name: (task.state, task.code) for task in upgraded.tasks(email).values() if task.state != "done"}
        assert left == {}, email
    upgraded.check_arrived_once()
    upgraded.check_told_once()
    # The old release had one task for all of the CRM. What has become steps of their own since follows it.
    assert {"tags:hubspot:2", "record:hubspot:2", "consent:hubspot:2"} <= set(upgraded.tasks(CONFIRMED))


def test_an_open_draft_is_filled_in_and_holds_its_time(upgraded: Upgraded, told: dict[str, Any]) -> None:
    """The link that the patient had open leads on, to the very answers."""
    use_cases, filled, opened = build_use_cases(upgraded.services), *told["drafts"]
    with upgraded.services.database.reading() as session:
        clinic = find_clinic(session, "demo")
    assert clinic is not None
    details = use_cases.drafts.load(clinic, filled).details
    assert details is not None
    assert details.email == "quin.invented@example.com"
    with pytest.raises(SlotGone):
        use_cases.drafts.open(clinic, use_cases.drafts.load(clinic, opened).choice, visitor="", attribution={})
    use_cases.placing.confirm(clinic, filled)
    assert use_cases.placing.status(clinic, filled).state == "confirmed"


def test_a_kind_that_nobody_knows_any_more_is_parked_in_words(upgraded: Upgraded) -> None:
    booking = upgraded.bookings()[CONFIRMED]
    with upgraded.services.database.begin() as session:
        known = session.scalars(select(Task).where(Task.subject_id == booking.id, Task.name == "clinic_mail")).one()
        known.kind = "telegram"
    upgraded.services.task_runner.advance(booking.subject, names=("clinic_mail",))
    task = upgraded.tasks(CONFIRMED)["clinic_mail"]
    assert (task.state, task.code) == ("parked", "no_handler:telegram")
    part = part_of(task, {}, "Australia/Adelaide", upgraded.services.task_kinds)
    assert part.can_retry
    assert part.advice == (
        "Another release of this software planned the task, and the one at work does not know its kind. "
        "Bring every server to the same release, then try the task again."
    )
    assert (
        "same release" in words_for(f"parked:{task.kind}:{task.failure}:{task.code}", upgraded.services.task_kinds).fix
    )
