"""The whole product over the simulated Cliniko and Stripe: a clinic that takes a deposit, and a clock that can jump."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic, Connection
from booking_app.deposits.models import Deposit, DepositEntry, DepositRefund
from booking_app.tasks import lookups
from booking_app.tasks.models import FINAL_STATES, Task
from booking_sandbox.demo_keys import DEMO_STRIPE_KEY, DEMO_STRIPE_WEBHOOK_SECRET
from booking_sandbox.server import SandboxServer
from booking_sandbox.stripe.delivery import signature
from tests.faults.shop import Shop, open_shop
from tests.pages.shared.client import Page

REQUIRED = {"payment": "required", "amount": "50.00", "late": "keep_part", "keep_part": "20.00"}


@dataclass(frozen=True)
class Till:
    """A shop that takes deposits, and what a test does at the counter."""

    shop: Shop

    @property
    def sandbox(self) -> SandboxServer:
        return self.shop.sandbox

    def check(self, index: int = 0, **changes: Any) -> str:
        """Everything filled in: the address of the last step."""
        return self.shop.fill(self.shop.choose(index), **changes)

    def pay(self, check: str, vendor: str = "stripe") -> str:
        """Press the button; returns the address that leads to the payment page."""
        page = self.shop.client.page(check)
        answer = self.shop.client.send(page.form_to("/pay"), {"token": page.token(), "method": vendor})
        return str(answer.headers["Location"])

    def leads_to(self, out: str) -> str:
        """The vendor's page that our page leads to."""
        found = re.search(r'content="0; url=([^"]+)"', self.shop.client.page(out).html)
        assert found is not None
        return found[1]

    def press(self, out: str, button: str) -> str:
        """Press a button of the vendor's page; the path on which the patient comes back, "" while they stay there."""
        back = httpx.post(self.leads_to(out), data={"press": button}).headers.get("Location", "")
        return back.removeprefix(self.shop.services.settings.base_url)

    def follow(self, address: str) -> Page:
        """Open an address and follow where it leads; the page that stays."""
        answer = self.shop.client.get(address)
        for _ in range(8):
            if answer.status_code != 303:
                break
            answer = self.shop.client.get(str(answer.headers["Location"]))
        return Page(answer.text)

    def work(self, rounds: int = 8, **jump: float) -> None:
        """What workers do until nothing is due soon, the clock jumping between the rounds."""
        for _ in range(rounds):
            for subject in self._due():
                self.shop.services.task_runner.advance(subject)
            if not self._open_tasks():
                return
            self.advance(**(jump or {"seconds": 5}))

    def advance(self, **jump: float) -> None:
        """Let time pass, here and at the vendors."""
        self.shop.clock.ahead += timedelta(**jump)
        self.sandbox.control.advance(**jump)

    def hear(self, kind: str | None = None, *, secret: str = DEMO_STRIPE_WEBHOOK_SECRET, status: int = 200) -> None:
        """Deliver Stripe's messages so far, all or those of one kind."""
        for event in self.stripe()["events"]:
            if kind in (None, event["type"]):
                body = json.dumps(event).encode()
                header = signature(secret, body, int(self.shop.clock.now().timestamp()))
                answer = self.shop.client.post(
                    "/hooks/stripe/demo", data=body, headers={"Stripe-Signature": header},
                    content_type="application/json",
                )  # fmt: skip
                assert answer.status_code == status

    def stripe(self) -> dict[str, Any]:
        return dict(self.shop.state()["stripe"])

    def taken(self) -> Decimal:
        """What Stripe's statement says was taken and not given back."""
        return Decimal(sum(row["amount"] for row in self.stripe()["balance_transactions"])) / 100

    def promised(self) -> list[str]:
        """The states of every payment at Stripe."""
        return [row["status"] for row in self.stripe()["payment_intents"]]

    def deposit(self) -> Deposit:
        """The newest deposit."""
        with self.shop.services.database.reading() as session:
            found = session.scalar(select(Deposit).order_by(Deposit.id.desc()))
        assert found is not None
        return found

    def deposits(self) -> list[Deposit]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(Deposit).order_by(Deposit.id)))

    def history(self) -> list[str]:
        with self.shop.services.database.reading() as session:
            mine = select(DepositEntry.what).where(DepositEntry.deposit_id == self.deposit().id)
            return list(session.scalars(mine.order_by(DepositEntry.id)))

    def refunds(self) -> list[DepositRefund]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(DepositRefund).order_by(DepositRefund.id)))

    def bookings(self) -> list[Booking]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(Booking).order_by(Booking.id)))

    def live_appointments(self) -> list[Any]:
        """Those that were booked online and stand."""
        rows = self.shop.mine("individual_appointments")
        ours = [row for row in rows if "Booked online" in row["notes"]]
        return [row for row in ours if not row["archived_at"] and not row.get("cancelled_at")]

    def tasks(self) -> dict[str, Task]:
        """The newest deposit's tasks."""
        with self.shop.services.database.reading() as session:
            return {task.name: task for task in lookups.tasks_of(session, self.deposit().subject)}

    def mails(self) -> list[str]:
        """The subjects of the mails that were sent."""
        return [mail.subject for mail in self.sandbox.control.mails()]

    def set_rules(self, **rules: Any) -> None:
        with self.shop.services.database.begin() as session:
            session.scalars(select(Clinic)).one().deposits = rules or None

    def _due(self) -> list[Any]:
        return list(dict.fromkeys(task.subject for task in self._open_tasks()))

    def _open_tasks(self) -> list[Task]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(Task).where(Task.state.not_in((*FINAL_STATES, "parked")))))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def till(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Till]:
    opened = open_shop(sandbox, tmp_path, BOOKING_STRIPE_BASE_URL=sandbox.stripe_url)
    services = opened.services
    with services.database.begin() as session:
        clinic = session.scalars(select(Clinic)).one()
        clinic.deposits = dict(REQUIRED)
        secret = f"{DEMO_STRIPE_KEY} {DEMO_STRIPE_WEBHOOK_SECRET}".encode()
        session.add(Connection(clinic_id=clinic.id, vendor="stripe", secret=services.keyring.seal(secret), config={}))
    yield Till(opened)
    services.close()
