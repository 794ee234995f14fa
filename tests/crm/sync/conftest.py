"""Connections of every vendor over real HTTP: our own database and connectors on one side, the sandbox on the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.db import Database
from booking_app.core.outbound_http.pace import Paces
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.connecting import Connecting
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.write_log.write_log import WriteLog
from booking_sandbox.demo_keys import (
    DEMO_ACTIVECAMPAIGN_TOKEN,
    DEMO_GOHIGHLEVEL_TOKEN,
    DEMO_HUBSPOT_TOKEN,
    DEMO_MAILCHIMP_KEY,
    DEMO_WEBHOOK_SECRET,
)
from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.server import SandboxServer
from tests.crm.sync.office import Office, open_office
from tests.databases import database_with_tables

CRMS = ("hubspot", "gohighlevel", "activecampaign", "mailchimp")
TOKENS = {
    "hubspot": DEMO_HUBSPOT_TOKEN,
    "gohighlevel": DEMO_GOHIGHLEVEL_TOKEN,
    "activecampaign": DEMO_ACTIVECAMPAIGN_TOKEN,
    "mailchimp": DEMO_MAILCHIMP_KEY,
    "webhook": DEMO_WEBHOOK_SECRET,
}


@dataclass
class Desk:
    """One clinic with its connections, and the vendors they lead to."""

    sandbox: SandboxServer
    database: Database
    keyring: Keyring
    connectors: Connectors
    clock: FixedClock
    replayed: list[int] = field(default_factory=list)

    @property
    def connecting(self) -> Connecting:
        return Connecting(opener=self.connectors, replay=self._replay, clock=self.clock)

    def connect(self, vendor: str, token: str | None = None, **config: Any) -> int:
        """The id of a new connection, set up as the sample clinic would."""
        needed: dict[str, Any] = {
            "gohighlevel": {"account": self.sandbox.control.world.gohighlevel["demo"].location_id},
            "activecampaign": {"account": "https://harbour.api-us1.com"},
            "mailchimp": {"list": LIST_ID},
            "webhook": {"url": self.sandbox.webhook_url("demo")},
        }
        sealed = self.keyring.seal((token or TOKENS[vendor]).encode())
        with self.database.begin() as session:
            row = Connection(clinic_id=1, vendor=vendor, secret=sealed, config={**needed.get(vendor, {}), **config})
            session.add(row)
            session.flush()
            return row.id

    def _replay(self, connection_id: int) -> int:
        self.replayed.append(connection_id)
        return 0


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as server:
        yield server


@pytest.fixture
def desk(running_sandbox: SandboxServer, tmp_path: Path) -> Iterator[Desk]:
    running_sandbox.control.reset()
    running_sandbox.control.set_knob(activecampaign_requests_per_second=1000)
    with database_with_tables(f"sqlite:///{tmp_path / 'booking.sqlite3'}") as database:
        yield from _desk(running_sandbox, database)


def _desk(sandbox: SandboxServer, database: Database) -> Iterator[Desk]:
    keyring, clock = Keyring([new_sealing_key()]), FixedClock(SystemClock().now())
    with database.begin() as session:
        session.add(Clinic(id=1, slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide"))
    base_urls = {vendor: getattr(sandbox, f"{vendor}_url") for vendor in CRMS}
    budget = Budget(database=database, clock=clock, pause=lambda seconds: clock.advance(seconds=seconds))
    connectors = Connectors(
        database=database, keyring=keyring, clock=clock, base_urls=base_urls, allow_private_webhooks=True,
        budget=budget, write_log=WriteLog(database, clock), paces=unhurried(),
    )  # fmt: skip
    yield Desk(sandbox, database, keyring, connectors, clock)
    connectors.close()
    budget.close()


def unhurried() -> Paces:
    """Paces whose time runs as fast as anybody waits, so that nobody does."""
    now = [0.0]

    def wait_on(_condition: threading.Condition, seconds: float | None) -> None:
        now[0] += seconds or 0.0

    return Paces(monotonic=lambda: now[0], wait_on=wait_on)


# The sync's own rules are run through one CRM; what a vendor may do in its own way through each.
on_one_crm = pytest.mark.parametrize("vendor", ["hubspot"])


@pytest.fixture(params=CRMS)
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(desk: Desk, vendor: str) -> Office:
    return open_office(desk, vendor)
