"""A clinic's CRM connections over real HTTP: requests are charged to the connection's budget and counted."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.crm.registry import Connectors, shared_limit
from booking_app.crm.vendors.registered import SPECS
from booking_app.pms.rate_budget.budget import Budget
from booking_app.pms.rate_budget.models import RequestBudget, RequestCount
from booking_app.pms.rate_budget.records import BudgetExhausted, Priority
from booking_app.tasks.write_log.write_log import WriteLog
from booking_sandbox.server import SandboxServer
from tests.databases import database_with_tables
from tests.pms.rate_budget.conftest import NOW

ConnectionOf = Callable[..., int]
HUBSPOT = SPECS["hubspot"].limit or pytest.fail("HubSpot has a limit")


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
    """Stands still where the connectors' own clock stands, so that deadlines mean the same to both."""
    clock = FixedClock(NOW)
    clock.advance(seconds=SystemClock().monotonic() - clock.monotonic())
    return clock


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([new_sealing_key()])


@pytest.fixture
def connectors(database: Database, keyring: Keyring, budget: Budget, sandbox: SandboxServer) -> Iterator[Connectors]:
    open_ones = Connectors(
        database=database, keyring=keyring, clock=SystemClock(), budget=budget,
        base_urls={"hubspot": sandbox.hubspot_url}, allow_private_webhooks=True,
        write_log=WriteLog(database, SystemClock()),
    )  # fmt: skip
    yield open_ones
    open_ones.close()


@pytest.fixture
def connection_of(database: Database, keyring: Keyring) -> ConnectionOf:
    """The id of a new connection of a new clinic."""

    def make(vendor: str, token: str, **config: Any) -> int:
        with database.begin() as session:
            clinic = Clinic(slug=f"clinic-{vendor}", name="Synthetic Health", time_zone="Australia/Adelaide")
            session.add(clinic)
            session.flush()
            sealed = keyring.seal(token.encode())
            connection = Connection(clinic_id=clinic.id, vendor=vendor, secret=sealed, config=config)
            session.add(connection)
            session.flush()
            return connection.id

    return make


@pytest.fixture
def hubspot(connection_of: ConnectionOf, sandbox: SandboxServer) -> int:
    return connection_of("hubspot", sandbox.hubspot_token("demo"))


def requests(sandbox: SandboxServer) -> int:
    return sum(call.service == "hubspot" for call in sandbox.control.calls())


def taken(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.key: sum(sum(one[1:]) for one in row.counts) for row in session.query(RequestBudget)}


def counted(budget: Budget, database: Database) -> dict[tuple[str, str], int]:
    budget.close()
    with database.reading() as session:
        return {(row.key, row.outcome): row.total for row in session.query(RequestCount)}


def find_nobody(connectors: Connectors, connection_id: int, **within: Any) -> None:
    connectors.open(connection_id).vendor.within(**within).contacts.find("nora.quill@example.com")


def use_up(budget: Budget, connectors: Connectors, connection_id: int) -> None:
    connectors.open(connection_id)
    key, limit = connectors._budget_keys[connection_id], shared_limit(HUBSPOT)
    for _ in range(budget.left(key, limit)):
        budget.take(key, limit, priority=Priority.BACKGROUND)


def test_every_request_is_taken_from_the_connections_budget(
    connectors: Connectors, hubspot: int, database: Database, sandbox: SandboxServer
) -> None:
    connectors.whoami(hubspot)
    find_nobody(connectors, hubspot)
    assert requests(sandbox) > 1
    assert list(taken(database).values()) == [requests(sandbox)]


def test_a_request_whose_turn_would_come_too_late_is_not_sent(
    connectors: Connectors, hubspot: int, budget: Budget, database: Database, sandbox: SandboxServer
) -> None:
    use_up(budget, connectors, hubspot)
    with pytest.raises(BudgetExhausted) as raised:
        find_nobody(connectors, hubspot, deadline=time.monotonic() + 5)
    assert raised.value.failure is Failure.RATE
    assert (requests(sandbox), counted(budget, database)) == (0, {})


def test_a_request_waits_for_its_turn_where_there_is_time(
    connectors: Connectors, hubspot: int, budget: Budget, naps: list[float], sandbox: SandboxServer
) -> None:
    use_up(budget, connectors, hubspot)
    find_nobody(connectors, hubspot, deadline=time.monotonic() + 40)
    assert (requests(sandbox), bool(naps)) == (1, True)


def test_the_lease_is_looked_at_after_the_turn_has_come(
    connectors: Connectors, hubspot: int, budget: Budget, naps: list[float], sandbox: SandboxServer
) -> None:
    """A worker whose lease ended while it waited must not write."""

    class LeaseGone(Exception):
        pass

    def check_lease() -> None:
        if naps:
            raise LeaseGone

    use_up(budget, connectors, hubspot)
    vendor = connectors.open(hubspot).vendor.within(deadline=time.monotonic() + 40, before_write=check_lease)
    with pytest.raises(LeaseGone):
        vendor.contacts.add_tags("1", ["online booking"])
    assert all(call.method == "GET" for call in sandbox.control.calls() if call.service == "hubspot")


def test_how_requests_ended_is_counted_per_connection(
    connectors: Connectors, hubspot: int, budget: Budget, database: Database, sandbox: SandboxServer
) -> None:
    find_nobody(connectors, hubspot)
    sandbox.control.fault("status", service="hubspot", status=502)
    sandbox.control.fault("drop_before", service="hubspot")
    for _ in range(2):
        with pytest.raises(RemoteFailure):
            find_nobody(connectors, hubspot)
    assert {outcome for _, outcome in counted(budget, database)} == {"4xx", "5xx", "no_answer"}
    assert {key for key, _ in counted(budget, database)} == {f"connection:{hubspot}"}


def test_a_webhook_is_counted_though_it_has_no_limit(
    connectors: Connectors, connection_of: ConnectionOf, budget: Budget, database: Database, sandbox: SandboxServer
) -> None:
    secret = "whsec_" + "c3ludGhldGljLXNlY3JldC1mb3ItdGVzdHM="
    webhook = connection_of("webhook", secret, url=sandbox.webhook_url("nobodys"))
    with pytest.raises(RemoteFailure, match="webhook_404"):
        connectors.whoami(webhook)
    assert counted(budget, database) == {(f"connection:{webhook}", "4xx"): 1}
    assert taken(database) == {}


def test_a_figure_that_cannot_be_kept_fails_no_sync(
    connectors: Connectors, hubspot: int, budget: Budget, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_locked(_key: str, _outcome: str) -> None:
        raise OperationalError("UPDATE", {}, Exception("locked"))

    monkeypatch.setattr(budget, "count", is_locked)
    find_nobody(connectors, hubspot)
    assert requests(sandbox) == 1


@pytest.mark.parametrize(
    ("vendor", "token", "config"),
    [
        ("gohighlevel", "pit-synthetic", {"account": "Abc123Def456Ghi789Jk"}),
        ("activecampaign", "a-synthetic-key", {"account": "https://clinic.api-us1.com"}),
        ("mailchimp", "0123456789abcdef0123456789abcdef-us6", {"list": "a1b2c3d4e5"}),
    ],
)
def test_every_vendor_is_metered(
    connectors: Connectors,
    connection_of: ConnectionOf,
    budget: Budget,
    database: Database,
    vendor: str,
    token: str,
    config: Any,
) -> None:
    opened: Any = connectors.open(connection_of(vendor, token, **config)).vendor.within()
    meter = opened.api.transport
    meter.charge(None)
    meter.on_outcome("2xx")
    ((_, outcome),) = counted(budget, database)
    limit = SPECS[vendor].limit
    assert limit is not None
    assert (outcome, len(taken(database))) == ("2xx", 1 if limit.seconds else 0)
    assert meter.pace is not None
