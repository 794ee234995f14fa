"""The real product in one process over the real sandbox by HTTP, with a clock that can jump."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.bookings.subject import subject_of
from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import Services, build
from booking_app.clinics.models import Connection
from booking_app.core.clock import SystemClock
from booking_app.core.settings import load_settings
from booking_app.migrations.upgrade import upgrade
from booking_app.setup.clinic_file.importing import import_clinic
from booking_app.tasks import lookups
from booking_app.tasks.models import Task
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY, DEMO_HUBSPOT_TOKEN
from booking_sandbox.server import SandboxServer
from tests.conftest import ROOT
from tests.databases import upgraded_copy
from tests.pages.shared.client import CheckingClient, Page, checking_client

SERVICE = "1100001000087112800"  # initial physiotherapy, 45 minutes
LOCATION = "1100001000023758136"  # Adelaide
TIMES = f"/b/demo/times?service={SERVICE}&location={LOCATION}"
SIGNED = {"sign_typed": "y", "sign_name": "Pat Sample"}


class JumpingClock(SystemClock):
    """The machine's clock, moved ahead by what a test asked for."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass(frozen=True)
class Shop:
    """A clinic's front door and what stands behind it."""

    sandbox: SandboxServer
    services: Services
    clock: JumpingClock
    client: CheckingClient

    def import_clinic(self) -> None:
        """Import the example's file with the keys that the sandbox knows; again is as good as first."""
        secrets = {"DEMO_CLINIKO_KEY": DEMO_CLINIKO_KEY, "DEMO_HUBSPOT_TOKEN": DEMO_HUBSPOT_TOKEN}
        example = ROOT / "booking_app" / "setup" / "examples" / "demo" / "clinic.toml"
        import_clinic(self.services.database, self.services.keyring, example, environ=secrets, now=self.clock.now())

    def make_crm_fields(self) -> None:
        """What a clinic does once for a CRM that is new: have our fields made there."""
        with self.services.database.reading() as session:
            (connection,) = session.scalars(select(Connection).where(Connection.vendor == "hubspot"))
        assert self.services.connecting.apply_schema(connection.id).problem is None

    def times(self) -> Page:
        """A page of free times, a week on, so that no rule about notice is in the way."""
        later = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
        return self.client.page(f"{TIMES}&from={later}")

    def choose(self, index: int = 0) -> str:
        """Take a free time; returns the address of the details step."""
        page = self.times()
        answer = self.client.send(page.form_to("/times"), {"token": page.token(), "slot": page.values("slot")[index]})
        return answer.headers["Location"]

    def answers(self, page: Page, **changes: Any) -> dict[str, Any]:
        """What an adult types into the details step; None leaves a field out."""
        ticks = {
            values["name"]: values["value"]
            for tag, values in page.tags
            if tag == "input" and values.get("type") == "checkbox" and values["name"].startswith("waiver_")
        }
        given = {
            "token": page.token(),
            "first_name": "Pat",
            "last_name": "Sample",
            "email": "pat.sample@example.com",
            "phone": "0412 345 678",
            "date_of_birth": "1980-03-31",
            "answer_reason": "A sore knee",
            "answer_emergency_contact": "Kim Sample 0412 000 111",
            "consent_privacy": "y",
            **SIGNED,
            **ticks,
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def fill(self, details: str, **changes: Any) -> str:
        """Fill in the details, screen by screen; returns the address of the check step."""
        address = details
        while "/details" in address:
            address = self._send_screen(address, **changes)
        return address

    def agreement(self, details: str) -> str:
        """Fill in all screens before the last; returns the address of that with the agreement and the signature."""
        address = details
        while not address.endswith("/agreement"):
            address = self._send_screen(address)
        return address

    def _send_screen(self, address: str, **changes: Any) -> str:
        page = self.client.page(address)
        shown = {values.get("name") for tag, values in page.tags if tag in ("input", "select", "textarea")}
        if "date_of_birth_day" in shown:
            shown.add("date_of_birth")
        given = {name: value for name, value in self.answers(page, **changes).items() if name in shown}
        return self.client.send(page.form_to(address), given).headers["Location"]

    def confirm(self, check: str) -> str:
        """Press the button and follow; returns the address of the page that stays."""
        page = self.client.page(check)
        answer = self.client.send(page.form_to("/confirm"), {"token": page.token()})
        while answer.status_code == 303:
            where = str(answer.headers["Location"])
            answer = self.client.get(where)
        return where

    def book(self, **changes: Any) -> str:
        """From a free time to the button; returns the address of the page that stays."""
        return self.confirm(self.fill(self.choose(), **changes))

    def work(self, rounds: int = 12, **jump: float) -> None:
        """What a worker would do until nothing is left, the clock jumping between the rounds."""
        booking_id = self.booking().id
        for _ in range(rounds):
            self.services.task_runner.advance(subject_of(booking_id))
            with self.services.database.reading() as session:
                if not lookups.has_open_tasks(session, subject_of(booking_id)):
                    return
            self.clock.ahead += timedelta(**(jump or {"seconds": 5}))

    def state(self) -> dict[str, Any]:
        return self.sandbox.control.state("demo")

    def mine(self, table: str) -> list[Mapping[str, Any]]:
        """What arrived since the sandbox was reset, of one kind."""
        return list(self.state()[table])

    def booking(self) -> Booking:
        """The newest booking."""
        with self.services.database.reading() as session:
            found = session.scalar(select(Booking).order_by(Booking.id.desc()))
            assert found is not None
            return found

    def tasks(self) -> dict[str, Task]:
        with self.services.database.reading() as session:
            return {task.name: task for task in lookups.tasks_of(session, self.booking().subject)}

    def check_all_arrived_once(self) -> None:
        """One patient, one live appointment, one completed form, one document, one contact, and nothing left to do."""
        assert {name: task.state for name, task in self.tasks().items() if task.state != "done"} == {}
        assert len(self.mine("patients")) == 1
        assert len([row for row in self.mine("individual_appointments") if not row["archived_at"]]) == 1
        assert len(self.mine("patient_forms")) == 1
        assert len(self.mine("attachments")) == 1
        assert len(self.state()["crm"]["contacts"]) == 1


def open_shop(sandbox: SandboxServer, folder: Path, **more: str) -> Shop:
    """A fresh database with the demo clinic, over a sandbox that is as new; `more` settings by their names."""
    shop = reopen_shop(sandbox, folder, **more)
    shop.import_clinic()
    shop.make_crm_fields()
    return shop


def reopen_shop(sandbox: SandboxServer, folder: Path, **more: str) -> Shop:
    """The database in the folder, brought up to date, over a sandbox that is as new."""
    sandbox.control.reset()
    sandbox.control.clear_faults()
    # Tests are quicker than people. HubSpot's limit has tests of its own.
    sandbox.control.set_knob(hubspot_requests_per_10_seconds=100_000)
    environment = {
        "BOOKING_DATA_DIR": str(folder / "data"),
        "BOOKING_CLINIKO_BASE_URL": sandbox.cliniko_url,
        "BOOKING_HUBSPOT_BASE_URL": sandbox.hubspot_url,
        "BOOKING_XERO_BASE_URL": sandbox.xero_url,
        "BOOKING_XERO_IDENTITY_URL": sandbox.xero_url,
        "BOOKING_SMTP_URL": sandbox.smtp_url,
        "BOOKING_CONTACT_EMAIL": "bookings@harbourstreet.example.com",
        **more,
    }
    settings = load_settings(environment)
    upgraded_copy(settings) if "BOOKING_DATABASE_URL" not in more else upgrade(settings)
    clock = JumpingClock()
    services = build(settings, clock=clock)
    return Shop(sandbox, services, clock, checking_client(make_web_app(services)))


def slot_instant(value: str) -> datetime:
    """When the slot of a radio button's value starts."""
    found = re.match(r"(\d+)-", value)
    assert found is not None
    return datetime.fromtimestamp(int(found[1]), UTC)
