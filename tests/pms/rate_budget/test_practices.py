"""A clinic's practice over real HTTP: every request is taken from its user's budget, counted and logged."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.pms import clinic_systems
from booking_app.pms.clinic_systems import ClinikoPractices
from booking_app.pms.errors import PracticeBusy
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.models import RequestBudget, RequestCount
from booking_app.pms.rate_budget.records import CLINIKO, BudgetExhausted, Priority
from booking_app.tasks.write_log.write_log import WriteLog
from booking_sandbox.server import SandboxServer
from tests.databases import database_with_tables
from tests.pms.rate_budget.conftest import NOW


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    running.control.reset("2026-11-21T09:00:00Z")
    return running


@pytest.fixture
def database(tmp_path: Any) -> Iterator[Database]:
    with database_with_tables(f"sqlite:///{tmp_path / 'booking.sqlite3'}") as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    """Stands still where the client's own clock stands, so that deadlines mean the same to both."""
    clock = FixedClock(NOW)
    clock.advance(seconds=SystemClock().monotonic() - clock.monotonic())
    return clock


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([new_sealing_key()])


@pytest.fixture
def clinic_with(database: Database, keyring: Keyring) -> Callable[[str, str], int]:
    """Make a clinic whose connection holds this key."""

    def make(slug: str, key: str) -> int:
        with database.begin() as session:
            clinic = Clinic(slug=slug, name="Synthetic Health", time_zone="Australia/Adelaide")
            session.add(clinic)
            session.flush()
            session.add(Connection(clinic_id=clinic.id, vendor="cliniko", secret=keyring.seal(key.encode())))
            return clinic.id

    return make


@pytest.fixture
def open_practices(
    database: Database, keyring: Keyring, budget: Budget, sandbox: SandboxServer
) -> Iterator[Callable[[], ClinikoPractices]]:
    """The practices as one more process has them."""
    made: list[ClinikoPractices] = []

    def make() -> ClinikoPractices:
        practices = ClinikoPractices(
            database=database, keyring=keyring, budget=budget, contact_email="desk@example.com",
            base_url=sandbox.cliniko_url, write_log=WriteLog(database, SystemClock()),
            recent=RecentReads(database, SystemClock()),
        )  # fmt: skip
        made.append(practices)
        return practices

    yield make
    for practices in made:
        practices.close()


@pytest.fixture(autouse=True)
def one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what was taken is what was called."""
    monkeypatch.setattr(clinic_systems, "CLINIKO", replace(CLINIKO, at_once=1))


def budgets(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.key: sum(sum(one[1:]) for one in row.counts) for row in session.query(RequestBudget)}


def find_nobody(practice: Any) -> None:
    practice.find_patient_by_marker("BK-7F3K2M9Q")


def test_every_request_is_taken_from_the_users_budget(
    database: Database, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    clinic = clinic_with("demo", sandbox.key("demo"))
    practices = open_practices()
    practices(clinic).read_catalogue()
    find_nobody(practices.waited_for(clinic))
    asked_who = 2
    (taken,) = budgets(database).values()
    assert taken == len(sandbox.control.calls()) - asked_who


def test_all_keys_of_one_user_share_one_budget(
    database: Database, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    first = sandbox.key("demo")
    shard = first.rsplit("-", 1)[1]
    sandbox.control.add_key("demo", "MS-anothershop")
    shops = [clinic_with("north", first), clinic_with("south", f"MS-anothershop-{shard}")]
    for clinic in shops:
        find_nobody(open_practices()(clinic))
    assert list(budgets(database).values()) == [2]


def test_who_a_key_belongs_to_is_asked_once_and_again_for_another_key(
    database: Database, keyring: Keyring, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    clinic = clinic_with("demo", sandbox.key("demo"))
    for _ in range(3):
        open_practices()(clinic)
    assert len(sandbox.control.calls()) == 2
    with database.begin() as session:
        session.execute(update(Connection).values(secret=keyring.seal(sandbox.key("demo").encode()), account_key=None))
    open_practices()(clinic)
    assert len(sandbox.control.calls()) == 4


def test_people_come_before_background_work(
    budget: Budget, clock: FixedClock, database: Database, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    clinic = clinic_with("demo", sandbox.key("demo"))
    practices = open_practices()
    find_nobody(practices(clinic))
    (key,) = budgets(database)
    limit = replace(CLINIKO, at_once=1)
    for _ in range(budget.left(key, limit, Priority.BACKGROUND)):
        budget.take(key, limit, priority=Priority.BACKGROUND)
    before, soon = len(sandbox.control.calls()), clock.monotonic() + 8
    with pytest.raises(BudgetExhausted) as raised:
        find_nobody(practices(clinic).within(deadline=soon))
    assert (raised.value.failure, len(sandbox.control.calls())) == (Failure.RATE, before), "nothing was sent"
    find_nobody(practices.waited_for(clinic).within(deadline=soon))
    assert len(sandbox.control.calls()) == before + 1


def test_the_earlier_of_two_deadlines_holds(
    budget: Budget, clock: FixedClock, database: Database, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    practice = open_practices()(clinic_with("demo", sandbox.key("demo")))
    find_nobody(practice)
    (key,) = budgets(database)
    budget.block(key, 10)
    with pytest.raises(BudgetExhausted):
        find_nobody(practice.within(deadline=clock.monotonic() + 8).within(deadline=clock.monotonic() + 40))


def test_a_429_stops_every_process_until_its_reset(
    clock: FixedClock, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    clinic = clinic_with("demo", sandbox.key("demo"))
    one, another = open_practices(), open_practices()
    find_nobody(one(clinic))
    sandbox.control.fault("rate_limit", seconds=30)
    with pytest.raises(PracticeBusy):
        find_nobody(one.waited_for(clinic))
    before = len(sandbox.control.calls())
    with pytest.raises(BudgetExhausted) as raised:
        find_nobody(another.waited_for(clinic).within(deadline=clock.monotonic() + 8))
    assert len(sandbox.control.calls()) == before
    clock.advance(seconds=raised.value.retry_after or 0)
    find_nobody(another.waited_for(clinic))


def test_how_calls_ended_is_counted_per_connection(
    budget: Budget, database: Database, open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    practice = open_practices()(clinic_with("demo", sandbox.key("demo")))
    sandbox.control.fault("rate_limit", seconds=1)
    with pytest.raises(PracticeBusy):
        find_nobody(practice)
    assert practice.appointment("404404") is None
    budget.close()
    with database.reading() as session:
        counted = {(row.key, row.outcome): row.total for row in session.query(RequestCount)}
    assert counted == {
        ("connection:1", "2xx"): 3,  # the two that ask whose key it is, and a look among what was archived
        ("connection:1", "429"): 1,
        ("connection:1", "4xx"): 1,
    }


def test_the_log_names_routes_and_never_a_person(open_practices: Any, clinic_with: Any, sandbox: SandboxServer) -> None:
    practice = open_practices()(clinic_with("demo", sandbox.key("demo")))
    with capture_logs() as lines:
        practice.find_patients(email="mara.linden@example.com", last_name="Linden", date_of_birth=date(1990, 5, 4))
    calls = [line for line in lines if line["event"] == "cliniko_call"]
    assert calls
    assert {(call["method"], call["route"], call["status"]) for call in calls} == {("GET", "/patients", 200)}
    assert all(isinstance(call["ms"], int) for call in calls)
    assert not re.search(r"mara|linden|1990|example", str(lines), re.IGNORECASE)


def test_clinics_share_their_connections_to_cliniko(
    open_practices: Any, clinic_with: Any, sandbox: SandboxServer
) -> None:
    practices = open_practices()
    pools = {id(practices(clinic_with(slug, sandbox.key("demo")))._client._transport.http) for slug in ("a", "b")}
    assert len(pools) == 1
