"""The task runner from the shell: ids, states and codes, and nobody's name."""

from datetime import UTC, datetime, timedelta

import pytest

from booking_app.bookings.models import Booking
from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic
from booking_app.tasks import decisions, lookups, store
from booking_app.tasks.models import Task
from booking_app.tasks.records import PlannedTask, Subject
from tests.cli.conftest import Run, refused

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def task_runner(services: Services) -> None:
    """Two clinics with a booking each; the first one's patient task is parked."""
    for number, (slug, reference) in enumerate([("demo", "BK-AAAA2222"), ("other", "BK-BBBB3333")], start=1):
        with services.database.begin() as session:
            clinic = Clinic(slug=slug, name=slug.title(), time_zone="Australia/Adelaide")
            session.add(clinic)
            session.flush()
            booking = Booking(
                clinic_id=clinic.id, reference=reference, family=str(number), manage_hash=str(number), state="placing",
                account_key="au1:7", service_id="s", location_id="l", practitioner_id="p", any_practitioner=False,
                starts_at=NOW, ends_at=NOW + timedelta(minutes=30), created_at=NOW,
            )  # fmt: skip
            session.add(booking)
            session.flush()
            planned = [PlannedTask("slot"), PlannedTask("patient", after="slot")]
            store.plan(session, clinic_id=clinic.id, subject=booking.subject, tasks=planned, now=NOW)
    with services.database.begin() as session:
        task = session.get_one(Task, 1)
        store.park(session, task, failure="auth", code="cliniko_401")


def rows(said: str) -> list[list[str]]:
    return [line.split() for line in said.splitlines()[1:]]


class TestListing:
    def test_shows_the_newest_first(self, run: Run) -> None:
        listed = rows(run("tasks", "list").stdout)
        assert [(row[0], row[1], row[2], row[3]) for row in listed] == [
            ("4", "BK-BBBB3333", "patient", "waiting"),
            ("3", "BK-BBBB3333", "slot", "ready"),
            ("2", "BK-AAAA2222", "patient", "waiting"),
            ("1", "BK-AAAA2222", "slot", "parked"),
        ]

    def test_shows_why_a_task_stopped(self, run: Run) -> None:
        (row,) = rows(run("tasks", "list", "--state", "parked").stdout)
        assert row[-1] == "cliniko_401"

    @pytest.mark.parametrize("choice", [["--clinic", "demo"], ["--booking", "BK-AAAA2222"]])
    def test_can_be_narrowed(self, run: Run, choice: list[str]) -> None:
        assert {row[1] for row in rows(run("tasks", "list", *choice).stdout)} == {"BK-AAAA2222"}


class TestShowing:
    def test_tells_everything_of_one_task(self, run: Run) -> None:
        said = run("tasks", "show", "1").stdout
        for line in ("name: slot", "state: parked", "failure: auth", "code: cliniko_401"):
            assert line in said

    def test_explains_a_code_of_the_crm_sync(self, run: Run, services: Services) -> None:
        said = run("tasks", "show", "1").stdout
        assert "what happened: A booking could not be entered in Cliniko." in said
        assert "what to do: The key or token was refused." in said
        with services.database.begin() as session:
            session.get_one(Task, 1).code = "mailchimp_400:email"
        said = run("tasks", "show", "1").stdout
        assert "meaning: Mailchimp does not take this e-mail address" in said
        assert "what to do: The booking stands." in said

    def test_of_what_is_not_there_is_refused(self, run: Run) -> None:
        assert refused(run("tasks", "show", "99")) == "There is no task 99."


class TestRetrying:
    def test_makes_a_parked_task_ready_again(self, run: Run, services: Services) -> None:
        result = run("tasks", "retry", "1")
        assert (result.exit_code, result.stderr) == (0, "")
        with services.database.reading() as session:
            task = session.get_one(Task, 1)
        assert (task.state, task.attempts, task.must_probe) == ("ready", 0, True)

    @pytest.mark.parametrize("task_id", ["3", "99"])
    def test_of_what_is_not_stopped_is_refused(self, run: Run, task_id: str) -> None:
        assert refused(run("tasks", "retry", task_id)) == f"Task {task_id} is neither parked nor given up."


def test_after_a_restore_every_open_task_looks_before_it_acts(run: Run, services: Services) -> None:
    with services.database.begin() as session:
        decisions.give_up(session, 4, NOW)
        session.get_one(Task, 3).lease_until = NOW + timedelta(minutes=1)
    assert run("db", "restored").stdout == "4 open tasks will first look whether they have happened.\n"
    with services.database.reading() as session:
        assert all(task.must_probe for task in lookups.tasks_of(session, Subject("booking", 1)))
        held = session.get_one(Task, 3)
        assert (held.must_probe, held.lease_until, held.fence) == (True, None, 1)
