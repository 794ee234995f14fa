"""The numbers: only for who holds the token, true for every process, and never about a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from booking_app.bookings.models import Booking, Draft, Hold
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.pages.ops import metrics
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.records import CLINIKO, Priority
from booking_app.tasks.models import Task
from tests.databases import database_with_tables

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TOKEN = "a token for tests alone"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Settings:
    metrics_token: str | None = TOKEN


@dataclass
class UseCases:
    settings: Settings
    database: Database
    clock: FixedClock


@pytest.fixture
def use_cases(database_url: str) -> Iterator[UseCases]:
    with database_with_tables(database_url) as database:
        yield UseCases(Settings(), database, FixedClock(NOW))


@pytest.fixture
def client(use_cases: UseCases) -> FlaskClient:
    app = Flask("metrics")
    app.extensions["use_cases"] = use_cases
    app.register_blueprint(metrics.blueprint)
    return app.test_client()


def add(use_cases: UseCases, *rows: Any) -> None:
    with use_cases.database.begin() as session:
        session.add_all(rows)


def add_clinic(use_cases: UseCases, slug: str = "demo", **connection: Any) -> None:
    with use_cases.database.begin() as session:
        clinic = Clinic(slug=slug, name="Synthetic Health", time_zone="Australia/Adelaide")
        session.add(clinic)
        session.flush()
        values: dict[str, Any] = {"vendor": "cliniko", "secret": b"sealed", "budget_key": "au1:user:31"}
        session.add(Connection(clinic_id=clinic.id, **values | connection))


def task(name: str, state: str, *, due: int = 0, **more: Any) -> Task:
    """A task due so many seconds ago."""
    values: dict[str, Any] = {"clinic_id": 1, "subject_id": 1, "kind": name, "position": 0, "created_at": NOW}
    return Task(name=name, state=state, due_at=NOW - timedelta(seconds=due), **values | more)


def booking(number: int, state: str, *, seconds: float | None = None) -> Booking:
    return Booking(
        clinic_id=1, reference=f"BK-{number}", family=f"family-{number}", manage_hash=f"hash-{number}", state=state,
        account_key="au1:7", service_id="s1", location_id="l1", practitioner_id="p1", any_practitioner=False,
        starts_at=NOW, ends_at=NOW, created_at=NOW,
        confirmed_at=None if seconds is None else NOW + timedelta(seconds=seconds),
    )  # fmt: skip


def scrape(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


class TestWhoMayRead:
    def test_nobody_where_no_token_is_set(self, use_cases: UseCases, client: FlaskClient) -> None:
        use_cases.settings.metrics_token = None
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", f"Basic {TOKEN}", TOKEN, "Bearer ümläut"])
    def test_nobody_without_the_token(self, client: FlaskClient, header: str | None) -> None:
        answer = client.get("/metrics", headers={} if header is None else {"Authorization": header})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "booking_" not in answer.text

    def test_nobody_with_the_token_in_the_address(self, client: FlaskClient) -> None:
        assert client.get("/metrics", query_string={"token": TOKEN}).status_code == 401

    def test_who_holds_the_token(self, client: FlaskClient) -> None:
        answer = client.get("/metrics", headers=BEARER)
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/plain; version=")


class TestWhatIsSaid:
    def test_of_an_empty_database(self, client: FlaskClient) -> None:
        said = scrape(client)
        assert said["booking_oldest_due_task_seconds[]"] == 0
        assert said["booking_confirm_seconds_count[]"] == 0

    def test_of_tasks_by_state_kind_and_failure(self, use_cases: UseCases, client: FlaskClient) -> None:
        add(
            use_cases,
            task("document", "parked", failure="data", code="cliniko_422"),
            task("document", "parked", failure="data", code="cliniko_413", subject_id=2),
            task("mail", "done"),
        )
        said = scrape(client)
        assert said["booking_tasks['data', 'document', 'parked']"] == 2
        assert said["booking_tasks['', 'done', 'mail']"] == 1

    def test_of_requests_that_are_held_until_cliniko_answers(self, use_cases: UseCases, client: FlaskClient) -> None:
        assert scrape(client)["booking_held_requests[]"] == 0
        add_clinic(use_cases)
        held, placed = booking(1, "placing"), booking(2, "confirmed")
        held.held_at = placed.held_at = NOW
        add(use_cases, held, placed, booking(3, "placing"))
        assert scrape(client)["booking_held_requests[]"] == 1

    def test_of_the_task_that_has_been_due_the_longest(self, use_cases: UseCases, client: FlaskClient) -> None:
        add(
            use_cases,
            task("done", "done", due=900),
            task("busy", "ready", due=600, lease_until=NOW + timedelta(seconds=1)),
            task("dead", "ready", due=300, lease_until=NOW),
            task("due", "ready", due=120),
            task("later", "ready", due=-60),
        )
        assert scrape(client)["booking_oldest_due_task_seconds[]"] == 300

    def test_of_bookings_and_how_long_patients_waited(self, use_cases: UseCases, client: FlaskClient) -> None:
        waits = (0.4, 1.75, 9.0, 4000.0)
        add_clinic(use_cases)
        add(use_cases, *(booking(number, "confirmed", seconds=wait) for number, wait in enumerate(waits)))
        add(use_cases, booking(10, "placing"))
        said = scrape(client)
        assert (said["booking_bookings['confirmed']"], said["booking_bookings['placing']"]) == (4, 1)
        bounds = ("0.5", "1.0", "2.0", "8.0", "15.0", "3600.0", "+Inf")
        assert [said[f"booking_confirm_seconds_bucket['{bound}']"] for bound in bounds] == [1, 1, 2, 2, 3, 3, 4]
        assert said["booking_confirm_seconds_count[]"] == 4
        assert said["booking_confirm_seconds_sum[]"] == pytest.approx(sum(waits), abs=0.01)

    def test_of_drafts_and_holds(self, use_cases: UseCases, client: FlaskClient) -> None:
        draft: dict[str, Any] = {"clinic_id": 1, "visitor": "v", "choice": {}, "created_at": NOW, "touched_at": NOW}
        hold: dict[str, Any] = {
            "clinic_id": 1, "account_key": "au1:7", "practitioner_id": "p1", "visitor": "v", "starts_at": NOW,
            "ends_at": NOW, "created_at": NOW,
        }  # fmt: skip
        add_clinic(use_cases)
        add(
            use_cases,
            Draft(family="a", token_hash="a", **draft),
            Draft(family="b", token_hash="b", sealed_details=b"x", **draft),
            Draft(family="c", token_hash="c", sealed_details=b"x", booking_id=1, **draft),
            Hold(family="a", expires_at=NOW + timedelta(minutes=1), **hold),
            Hold(family="b", expires_at=NOW, **hold),
            Hold(family="c", expires_at=None, **hold),
        )
        said = scrape(client)
        assert [said[f"booking_drafts['{state}']"] for state in ("open", "filled", "booked")] == [1, 1, 1]
        assert [said[f"booking_holds['{state}']"] for state in ("held", "expired", "placing")] == [1, 1, 1]

    def test_of_calls_to_remote_systems(self, use_cases: UseCases, client: FlaskClient) -> None:
        add_clinic(use_cases)
        add_clinic(use_cases, "other", vendor="hubspot", budget_key=None, state="paused")
        budget = Budget(database=use_cases.database, clock=use_cases.clock, pause=lambda _seconds: None)
        for connection, outcome in ((1, "2xx"), (1, "2xx"), (1, "429"), (2, "5xx"), (99, "2xx")):
            budget.count(f"connection:{connection}", outcome)
        budget.close()
        said = scrape(client)
        assert said["booking_remote_calls_total['2xx', 'cliniko', 'demo']"] == 2
        assert said["booking_remote_calls_total['429', 'cliniko', 'demo']"] == 1
        assert said["booking_remote_calls_total['5xx', 'hubspot', 'other']"] == 1
        assert said["booking_connections['hubspot', 'paused']"] == 1

    def test_of_the_budget_that_is_left(self, use_cases: UseCases, client: FlaskClient) -> None:
        add_clinic(use_cases)
        budget = Budget(database=use_cases.database, clock=use_cases.clock, pause=lambda _seconds: None)
        before = scrape(client)["booking_cliniko_budget_left['demo']"]
        budget.take("au1:user:31", CLINIKO, priority=Priority.WAITED_FOR)
        assert scrape(client)["booking_cliniko_budget_left['demo']"] == before - CLINIKO.at_once
        budget.block("au1:user:31", 30)
        assert scrape(client)["booking_cliniko_budget_left['demo']"] == 0

    def test_of_nobody(self, use_cases: UseCases, client: FlaskClient) -> None:
        add_clinic(use_cases)
        add(use_cases, booking(1, "confirmed", seconds=1), task("mail", "parked", note="x", code="smtp_550"))
        text = client.get("/metrics", headers=BEARER).text
        assert not [word for word in ("Synthetic", "BK-1", "s1", "p1", "l1", "smtp_550") if f'"{word}' in text]


def test_how_long_patients_waited_is_added_up_and_never_counted_twice(use_cases: UseCases, client: FlaskClient) -> None:
    add_clinic(use_cases)
    add(use_cases, booking(1, "confirmed", seconds=1.5))
    for hours in (0, 2, 2):
        use_cases.clock.advance(hours=hours)
        sums = scrape(client)
        assert (sums["booking_confirm_seconds_count[]"], sums["booking_confirm_seconds_sum[]"]) == (
            1,
            pytest.approx(1.5, abs=0.001),
        )
    newer = booking(2, "confirmed", seconds=3)
    newer.created_at = use_cases.clock.now()
    newer.confirmed_at = newer.created_at + timedelta(seconds=3)
    add(use_cases, newer)
    for hours in (0, 2, 2):
        use_cases.clock.advance(hours=hours)
        sums = scrape(client)
        assert (sums["booking_confirm_seconds_count[]"], sums["booking_confirm_seconds_sum[]"]) == (
            2,
            pytest.approx(4.5, abs=0.001),
        )
