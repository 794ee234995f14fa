"""The sandbox's receiver over real HTTP, put back before each test, and a connection to it."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from booking_app.core.outbound_http import OutboundHttp
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.outbound import open_outbound
from booking_sandbox.demo_keys import DEMO_WEBHOOK_SECRET
from booking_sandbox.server import SandboxServer
from booking_sandbox.webhooks.endpoint import Endpoint

Connect = Callable[..., Webhook]


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as server:
        yield server


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    running.control.reset()
    return running


@pytest.fixture
def endpoint(sandbox: SandboxServer) -> Endpoint:
    return sandbox.control.world.webhooks["demo"]


@pytest.fixture(scope="session")
def open_to_all() -> Iterator[OutboundHttp]:
    """Outbound HTTP of development, which may reach the sandbox on this machine."""
    outbound = open_outbound(allow_private=True)
    yield outbound
    outbound.close()


@pytest.fixture
def connect(sandbox: SandboxServer, open_to_all: OutboundHttp) -> Connect:
    def connected(**settings: Any) -> Webhook:
        given: dict[str, Any] = {
            "url": sandbox.webhook_url("demo"), "secret": DEMO_WEBHOOK_SECRET, "outbound": open_to_all,
            "now": lambda: datetime.now(UTC), "monotonic": time.monotonic,
        }  # fmt: skip
        return Webhook.connect(**given | settings)

    return connected
