"""The sandbox's Mailchimp over real HTTP, put back before each test, and a connection to it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from booking_app.core.outbound_http.transport import HttpClient, open_http
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.mailchimp.audience import Audience
from booking_sandbox.server import SandboxServer
from tests.crm.vendors.opening import opened

Connect = Callable[..., Mailchimp]


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as server:
        yield server


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    running.control.reset()
    return running


@pytest.fixture
def audience(sandbox: SandboxServer) -> Audience:
    return sandbox.control.world.mailchimp["demo"].audience


@pytest.fixture(scope="session")
def http() -> Iterator[HttpClient]:
    with open_http() as shared:
        yield shared


@pytest.fixture
def connect(sandbox: SandboxServer, http: HttpClient) -> Connect:
    def connected(**settings: Any) -> Mailchimp:
        given: dict[str, Any] = {
            "token": sandbox.mailchimp_key("demo"), "list": LIST_ID, "time_zone": "Australia/Adelaide",
            "base_url": sandbox.mailchimp_url, "http": http, "monotonic": time.monotonic,
        }  # fmt: skip
        found: Mailchimp = opened("mailchimp", **given | settings)
        return found

    return connected


@pytest.fixture
def mailchimp(connect: Connect) -> Mailchimp:
    return connect()


@pytest.fixture
def ready(mailchimp: Mailchimp) -> Mailchimp:
    """An account in which our merge fields have been made."""
    mailchimp.schema.apply()
    return mailchimp
