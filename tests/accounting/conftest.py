"""A clinic whose invoices go from the sandbox's Cliniko into its Xero, over real HTTP on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from booking_app.accounting.models import AccountingDocument
from booking_app.accounting.use_cases import Accounting
from booking_app.cli.wiring.accounting import AccountingParts, build_accounting, open_accounting, register_accounting
from booking_app.cli.wiring.core import Core
from booking_app.clinics.audit import Author
from booking_app.clinics.connections import pause
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.db import Database
from booking_app.core.recent import RecentReads
from booking_app.core.sealing import Keyring, SigningKey
from booking_app.core.settings import load_settings
from booking_app.pms.clinic_systems import ClinikoPractices
from booking_app.pms.rate_budget.budget import Budget
from booking_app.tasks.kinds import Lane, TaskKinds
from booking_app.tasks.runner import TaskRunner
from booking_app.tasks.write_log.write_log import WriteLog
from booking_sandbox.billing import Billing, Line
from booking_sandbox.demo_keys import DEMO_XERO_CLIENT_ID, DEMO_XERO_CLIENT_SECRET, DEMO_XERO_TENANT
from booking_sandbox.server import SandboxServer
from booking_sandbox.xero.organisation import Organisation
from tests.databases import database_with_tables

SECRET = DEMO_XERO_CLIENT_SECRET
REDIRECT = "http://localhost:8000/console/oauth/xero"
GST = {"tax_name": "GST", "tax_rate": "10"}
TAXES = [{"name": "GST", "rate": "10", "code": "OUTPUT"}, {"name": "", "rate": "0", "code": "EXEMPTOUTPUT"}]
MAPPED = {
    "default_account": "201",
    "start_date": "2026-06-01",
    "settle_hours": 0,
    "status": "authorised",
    "tax": TAXES,
}


@dataclass
class Office:
    """One clinic, both sides, and the parts of accounting between them; time moves when somebody would wait."""

    sandbox: SandboxServer
    database: Database
    clock: FixedClock
    keyring: Keyring
    accounting: Accounting
    parts: AccountingParts
    task_runner: TaskRunner
    practices: ClinikoPractices
    budget: Budget
    woken: list[int] = field(default_factory=list)

    def close(self) -> None:
        self.accounting.close()
        self.practices.close()
        self.budget.close()

    @property
    def clinic(self) -> Clinic:
        with self.database.reading() as session:
            return session.get_one(Clinic, 1)

    @property
    def author(self) -> Author:
        return Author(None, self.clock.now())

    @property
    def billing(self) -> Billing:
        return self.sandbox.control.billing("demo")

    @property
    def organisation(self) -> Organisation:
        return self.sandbox.control.world.xero.organisations[DEMO_XERO_TENANT]

    @property
    def connection_id(self) -> int:
        standing = self.accounting.connecting.standing(self.clinic)
        assert standing is not None
        return standing.connection.id

    def authorise(self, *, tenants: tuple[str, ...] = (DEMO_XERO_TENANT,)) -> None:
        """Go through Xero's page as its owner would."""
        address = self.accounting.connecting.authorise(self.clinic, redirect_uri=REDIRECT)
        with httpx.Client() as browser:
            assert "Allow access" in browser.get(address).text
            asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
            answer = browser.post(address.partition("?")[0], data={**asked, "tenant": tenants, "decision": "allow"})
        told = parse_qs(urlsplit(answer.headers["Location"]).query)
        state = told["state"][0].partition(".")[2]
        self.accounting.connecting.finish(self.author, self.clinic, state=state, code=told["code"][0])

    def connect(self, **settings: object) -> None:
        """The app kept, the settings made, Xero authorised."""
        self.accounting.connecting.add(
            self.author, self.clinic, vendor="xero", client_id=DEMO_XERO_CLIENT_ID, client_secret=SECRET
        )
        self.accounting.connecting.save(self.author, self.clinic, {**MAPPED, **settings})
        self.authorise()

    def start(self, **settings: object) -> None:
        """Connect, read and post from now on."""
        self.connect(**settings)
        self.read()
        self.accounting.connecting.start(self.author, self.clinic)
        self.work()

    def read(self) -> None:
        """Read what is there. Cliniko's clock runs; ours is put ahead of it first, as a later round would find it."""
        behind = (SystemClock().now() - self.clock.now()).total_seconds()
        self.clock.advance(seconds=max(behind, 0) + 2)
        self.accounting.reading.read(self.connection_id)

    def work(self, rounds: int = 30) -> None:
        """Plan and do what is due until nothing is, time moving on where something waits."""
        for _ in range(rounds):
            planned = self.accounting.posting.run()
            before = len(self.woken)
            self.task_runner.sweep()
            for task_id in sorted(set(self.woken[before:])):
                self.task_runner.work_on(task_id)
            if not planned and len(self.woken) == before:
                self.clock.advance(seconds=30)
                if not self._is_anything_open():
                    return

    def _is_anything_open(self) -> bool:
        counts = self.accounting.overview.counts(self.clinic)
        return bool(counts.get("posting"))

    def documents(self) -> dict[int, AccountingDocument]:
        """By number, the newest revision."""
        with self.database.reading() as session:
            rows = session.query(AccountingDocument).order_by(AccountingDocument.revision).all()
        return {row.number: row for row in rows}

    def issue(self, *lines: Line, **values: object) -> str:
        return self.billing.issue(list(lines) or [Line(price="95.00")], **values)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as sandbox:
        yield sandbox


@pytest.fixture
def office(running: SandboxServer, tmp_path: Path) -> Iterator[Office]:
    running.control.reset()
    running.control.set_knob(xero_calls_per_minute=100_000, xero_calls_per_day=100_000, rate_limit_per_minute=100_000)
    with database_with_tables(f"sqlite:///{tmp_path / 'booking.sqlite3'}") as database:
        opened = open_office(running, database, tmp_path)
        for table in ("invoices", "invoice_items"):
            for row in running.control.records("demo", table):
                running.control.account("demo").table(table).remove(row["id"])
        yield opened
        opened.close()


def open_office(sandbox: SandboxServer, database: Database, folder: Path) -> Office:
    """The parts of a process over this database; a second one is another process."""
    settings = load_settings(
        {
            "BOOKING_DATA_DIR": str(folder / "data"),
            "BOOKING_CLINIKO_BASE_URL": sandbox.cliniko_url,
            "BOOKING_XERO_BASE_URL": sandbox.xero_url,
            "BOOKING_XERO_IDENTITY_URL": sandbox.xero_url,
        }
    )
    keyring, clock = Keyring(settings.encryption_keys), FixedClock(SystemClock().now())
    with database.begin() as session:
        if session.get(Clinic, 1) is None:
            session.add(Clinic(id=1, slug="demo", name="Harbour Street Health", time_zone="Australia/Adelaide"))
            session.flush()
            session.add(Connection(clinic_id=1, vendor="cliniko", secret=keyring.seal(sandbox.key("demo").encode())))
    core = Core(settings, database, clock, keyring, SigningKey.from_hex(settings.seal_key))

    def wait(seconds: float) -> None:
        clock.advance(seconds=seconds)

    budget, write_log = Budget(database=database, clock=clock, pause=wait), WriteLog(database, clock)
    practices = ClinikoPractices(
        database=database, keyring=keyring, budget=budget, contact_email="ops@example.com",
        base_url=sandbox.cliniko_url, write_log=write_log, recent=RecentReads(database, clock),
    )  # fmt: skip
    kinds, woken = TaskKinds(), list[int]()
    parts = open_accounting(core, budget, write_log, practices, pause=wait)
    register_accounting(kinds, core, parts)

    def wake(task_id: int, _lane: Lane) -> None:
        woken.append(task_id)

    def pause_connection(connection_id: int, code: str) -> None:
        with database.begin() as session:
            pause(session, connection_id, code)

    runner = TaskRunner(
        database=database, clock=clock, kinds=kinds, wake=wake, pause_connection=pause_connection,
        on_limited=parts.opener.hold_back,
    )  # fmt: skip
    accounting = build_accounting(core, parts, practices, runner)
    return Office(sandbox, database, clock, keyring, accounting, parts, runner, practices, budget, woken)
