"""One sandbox for all tests, put back before each; its clock stands still on a Monday morning in Adelaide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from booking_sandbox.control import SandboxControl
from booking_sandbox.server import SandboxServer

NOW = "2026-11-22T21:00:00Z"  # Monday 23 November 2026, 7:30 am in Adelaide
MONDAY, FRIDAY, SUNDAY = "2026-11-23", "2026-11-27", "2026-11-29"


@dataclass(frozen=True)
class Clinic:
    """The sample clinic's ids by the keys of the fixture, and a client with its key."""

    api: httpx.Client
    control: SandboxControl
    account: str = "demo"

    def named(self, table: str, **values: Any) -> str:
        """The id of the record with these values."""
        return str(self.control.records(self.account, table, **values)[0]["id"])

    def type(self, name: str) -> str:
        return self.named("appointment_types", name=name)

    def person(self, key: str) -> str:
        return self.named("practitioners", key=key)

    def place(self, name: str) -> str:
        return self.named("businesses", business_name=f"Harbour Street Health {name}")

    def free_practitioner(self, key: str = "mia") -> str:
        """A practitioner whose diary is emptied first."""
        person = self.person(key)
        for table in ("individual_appointments", "group_appointments", "unavailable_blocks"):
            for row in self.control.records(self.account, table, practitioner_id=person):
                self.control.change(self.account, table, row["id"], archived_at=NOW)
        return person

    def add_patient(self, **values: Any) -> str:
        body = {"first_name": "Robin", "last_name": "Sample", **values}
        return str(self.api.post("/patients", json=body).raise_for_status().json()["id"])

    def booking(self, **values: Any) -> dict[str, Any]:
        """The body of a booking that is in order."""
        return {
            "starts_at": "2026-11-24T00:00:00Z",
            "appointment_type_id": self.type("Standard physiotherapy consultation"),
            "business_id": self.place("Adelaide"),
            "practitioner_id": self.person("mia"),
            **values,
        }

    def book(self, **values: Any) -> dict[str, Any]:
        patient_id = values.pop("patient_id", None) or self.add_patient()
        answer = self.api.post("/individual_appointments", json=self.booking(patient_id=patient_id, **values))
        body: dict[str, Any] = answer.raise_for_status().json()
        return body


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(control_port=0) as running:
        yield running


@pytest.fixture
def sandbox(server: SandboxServer) -> SandboxServer:
    server.control.reset(NOW, frozen=True)
    return server


@pytest.fixture(scope="session")
def clients(server: SandboxServer) -> Iterator[dict[str, httpx.Client]]:
    """Clients are dear to make and keep their connections, so all tests share them."""
    token = {"Authorization": f"Bearer {server.hubspot_token('demo')}"}
    made = {
        "api": httpx.Client(base_url=server.cliniko_url, auth=(server.key("demo"), "")),
        "hubspot": httpx.Client(base_url=server.hubspot_url, headers=token),
        "web": httpx.Client(base_url=server.url),
    }
    yield made
    for client in made.values():
        client.close()


@pytest.fixture
def api(sandbox: SandboxServer, clients: dict[str, httpx.Client]) -> httpx.Client:
    """Cliniko with the sample clinic's key."""
    return clients["api"]


@pytest.fixture
def clinic(api: httpx.Client, sandbox: SandboxServer) -> Clinic:
    return Clinic(api, sandbox.control)


@pytest.fixture
def web(sandbox: SandboxServer, clients: dict[str, httpx.Client]) -> httpx.Client:
    """A visitor without any key."""
    return clients["web"]


@pytest.fixture
def hubspot(sandbox: SandboxServer, clients: dict[str, httpx.Client]) -> httpx.Client:
    """HubSpot with the sample clinic's token; search learns at once unless a test says otherwise."""
    sandbox.control.set_knob(hubspot_search_lag_seconds=0.0)
    return clients["hubspot"]


def last_part(reference: dict[str, Any]) -> str:
    """The id a link ends with."""
    return str(reference["links"]["self"]).partition("?")[0].rsplit("/", 1)[-1]


def linked(answer: httpx.Response, envelope: str) -> list[str]:
    """The ids of a list."""
    return [row["id"] for row in answer.raise_for_status().json()[envelope]]
