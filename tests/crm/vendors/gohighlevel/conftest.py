"""GoHighLevel over real HTTP, in both versions, everything held against the vendor's documents where they are found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from booking_app.core.failures import RemoteFailure
from booking_app.crm.vendors.gohighlevel.client import GoHighLevel
from booking_sandbox.gohighlevel.sub_account import GhlContact, SubAccount
from booking_sandbox.server import SandboxServer
from tests.crm.vendors.gohighlevel.documents import Documents, find_folder
from tests.crm.vendors.opening import opened

VERSIONS = ("2021-07-28", "v3")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the documents were there: without them these tests still run, and prove less."""
    if find_folder() is None:
        line = "GoHighLevel: its OpenAPI documents were NOT found (BOOKING_SPECS_DIR); requests were not checked"
    else:
        line = "GoHighLevel: every exchange was held against its OpenAPI documents"
    terminalreporter.write_line(line)


class CheckingTransport(httpx.HTTPTransport):
    """Passes requests on, keeps them, and collects what in them or their answers is not as documented."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[httpx.Request] = []
        self.disagreements: list[str] = []
        folder = find_folder()
        self._documents = {version: Documents(folder, version) for version in VERSIONS} if folder else {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        response = super().handle_request(request)
        response.read()
        documents = self._documents.get(request.headers.get("Version", ""))
        is_whole = response.headers.get("Content-Type", "").startswith("application/json")
        if documents and is_whole and response.content.endswith(b"}"):
            path = request.url.path.removeprefix("/gohighlevel")
            self.disagreements += documents.disagreements(request, response, path=path)
        return response


@dataclass
class Sandbox:
    """The imitated sub-account with a client in one version of the API."""

    server: SandboxServer
    wire: CheckingTransport
    version: str
    http: httpx.Client = field(repr=False)

    @property
    def account(self) -> SubAccount:
        return self.server.control.world.gohighlevel["demo"]

    @property
    def contacts(self) -> list[GhlContact]:
        return list(self.account.contacts.values())

    @property
    def paths(self) -> list[tuple[str, str]]:
        """What was asked, without the sandbox's prefix and the ids."""
        return [(each.method, each.url.path.removeprefix("/gohighlevel")) for each in self.wire.sent]

    def client(self, **settings: Any) -> GoHighLevel:
        given = {"token": self.account.token, "account": self.account.location_id, "version": self.version}
        base_url = self.server.gohighlevel_url
        found: GoHighLevel = opened(
            "gohighlevel", http=self.http, monotonic=time.monotonic, base_url=base_url, **given | settings
        )
        return found

    def prepared(self, **settings: Any) -> GoHighLevel:
        """A client whose fields have been made."""
        vendor = self.client(**settings)
        vendor.schema.apply()
        self.wire.sent.clear()
        return vendor

    def has(self, **members: Any) -> GhlContact:
        """Somebody who is there already."""
        contact = GhlContact(self.account.new_id(), "2026-01-01T00:00:00.000Z", members)
        self.account.contacts[contact.id] = contact
        return contact

    def fault(self, kind: str, **match: Any) -> None:
        self.server.control.fault(kind, service="gohighlevel", **match)


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as running:
        yield running


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def wire() -> CheckingTransport:
    """Dear to make, so that all tests share it."""
    return CheckingTransport()


@pytest.fixture(scope="session")
def http(wire: CheckingTransport) -> Iterator[httpx.Client]:
    with httpx.Client(transport=wire) as shared:
        yield shared


@pytest.fixture
def sandbox(server: SandboxServer, wire: CheckingTransport, http: httpx.Client, version: str) -> Iterator[Sandbox]:
    server.control.reset()
    wire.sent.clear()
    wire.disagreements.clear()
    yield Sandbox(server, wire, version, http)
    assert wire.disagreements == []


def refused(do: Callable[[], object]) -> RemoteFailure:
    """The failure of a call that has to fail."""
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value
