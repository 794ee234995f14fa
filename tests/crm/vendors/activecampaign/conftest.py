"""ActiveCampaign over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from booking_app.core.failures import RemoteFailure
from booking_app.crm.vendors.activecampaign.client import ActiveCampaign
from booking_sandbox.activecampaign.account import CampaignAccount, Row
from booking_sandbox.server import SandboxServer
from tests.crm.vendors.opening import opened

ACCOUNT = "https://harbour.api-us1.com"


class KeepingTransport(httpx.HTTPTransport):
    """Passes requests on and keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return super().handle_request(request)


@dataclass
class Sandbox:
    """The imitated account with clients of it; nobody is slowed down unless a test says otherwise."""

    server: SandboxServer
    wire: KeepingTransport
    http: httpx.Client = field(repr=False)

    @property
    def account(self) -> CampaignAccount:
        return self.server.control.world.activecampaign["demo"]

    @property
    def contacts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.account.to_json()["contacts"]
        return found

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.wire.sent]

    def client(self, **settings: Any) -> ActiveCampaign:
        given = {"token": self.account.token, "account": ACCOUNT, "base_url": self.server.activecampaign_url}
        found: ActiveCampaign = opened("activecampaign", http=self.http, monotonic=time.monotonic, **given | settings)
        return found

    def prepared(self, **settings: Any) -> ActiveCampaign:
        """A client whose fields have been made."""
        vendor = self.client(**settings)
        vendor.schema.apply()
        self.wire.sent.clear()
        return vendor

    def has(self, email: str, **members: str) -> Row:
        """Somebody who is there already."""
        known = {"firstName": "", "lastName": "", "phone": "", "bounced_hard": "0"}
        return self.account.add("contacts", **known | members, email=email)

    def subscribe(self, contact: Row, list_id: str, status: str) -> Row:
        return self.account.add(
            "contactLists", contact=contact["id"], list=list_id, status=status, sourceid="0", resubscribed=False
        )

    def fault(self, kind: str, **match: Any) -> None:
        self.server.control.fault(kind, service="activecampaign", **match)


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as running:
        yield running


@pytest.fixture(scope="session")
def wire() -> KeepingTransport:
    return KeepingTransport()


@pytest.fixture(scope="session")
def http(wire: KeepingTransport) -> Iterator[httpx.Client]:
    with httpx.Client(transport=wire) as shared:
        yield shared


@pytest.fixture
def sandbox(server: SandboxServer, wire: KeepingTransport, http: httpx.Client) -> Sandbox:
    server.control.reset()
    server.control.set_knob(activecampaign_requests_per_second=1000)
    wire.sent.clear()
    return Sandbox(server, wire, http)


def refused(do: Callable[[], object]) -> RemoteFailure:
    """The failure of a call that has to fail."""
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value
