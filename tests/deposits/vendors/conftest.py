"""The real clients over the simulated vendors, by HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from booking_app.core.clock import SystemClock
from booking_app.core.outbound_http.transport import Transport, open_http
from booking_app.deposits.vendors.contract import DepositOrder
from booking_app.deposits.vendors.stripe.client import Stripe
from booking_app.deposits.vendors.stripe.spec import connect
from booking_sandbox.server import SandboxServer


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as server:
        yield server


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    running.control.reset()
    running.control.clear_faults()
    return running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with open_http() as client:
        yield client


@pytest.fixture
def stripe(sandbox: SandboxServer, http: httpx.Client) -> Stripe:
    return open_stripe(sandbox, http, "demo")


def open_stripe(sandbox: SandboxServer, http: httpx.Client, account: str, **more: object) -> Stripe:
    monotonic = SystemClock().monotonic

    def transport(base_url: str, **given: object) -> Transport:
        return Transport(vendor="stripe", base_url=base_url, http=http, monotonic=monotonic, **given, **more)  # type: ignore[arg-type]

    key = sandbox.control.world.stripe[account].key
    return connect(key, base_url=sandbox.stripe_url, transport=transport)


def order(**changes: object) -> DepositOrder:
    now = SystemClock().now()
    given = {
        "reference": "BK-7F3K2M9Q", "amount": Decimal("50.00"), "currency": "AUD", "clinic_name": "Harbour Street",
        "return_url": "https://book.example/pay/t/done", "cancel_url": "https://book.example/pay/t/back",
        "expires_at": now + timedelta(minutes=31), "email": "pat@example.com", **changes,
    }  # fmt: skip
    return DepositOrder(**given)  # type: ignore[arg-type]


def press(url: str, button: str) -> httpx.Response:
    """Press a button of a vendor's page."""
    return httpx.post(url, data={"press": button})
