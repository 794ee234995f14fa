"""The client against the sandbox over real HTTP, everything held against Cliniko's own document where that is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from booking_app.pms.client import ClinikoClient, IndividualAppointment, NotBookableOnline, Patient, Times
from booking_sandbox.server import SandboxServer

from .checking import CheckingTransport
from .document import Document, find_document

KEY = "MS0xMjM0-sandbox-au1"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the document was there: without it these tests still run, and prove less."""
    if find_document() is None:
        line = (
            "contract: Cliniko's OpenAPI document was NOT found (BOOKING_SPECS_DIR); shapes were not checked against it"
        )
    else:
        line = "contract: every exchange was held against Cliniko's OpenAPI document"
    terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def document() -> Document | None:
    path = find_document()
    return Document(path) if path else None


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: SandboxServer) -> SandboxServer:
    """The sandbox as it is at first: no faults, nothing arrived."""
    running_sandbox.control.reset()
    return running_sandbox


@pytest.fixture
def checking(document: Document | None) -> Iterator[CheckingTransport]:
    transport = CheckingTransport(httpx.HTTPTransport(), document)
    yield transport
    transport.close()


@pytest.fixture
def make_client(sandbox: SandboxServer, checking: CheckingTransport) -> Iterator[Callable[..., ClinikoClient]]:
    made: list[ClinikoClient] = []

    def make(key: str = KEY, **options: object) -> ClinikoClient:
        settings: dict[str, object] = {"contact_email": "desk@example.com", "base_url": sandbox.cliniko_url}
        settings |= {"transport": checking, "times": Times(pause=lambda _seconds: None)}
        made.append(ClinikoClient(key, **(settings | options)))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def unchecked(make_client: Callable[..., ClinikoClient]) -> ClinikoClient:
    """A client for what is done wrong on purpose, or answered in a way the document does not know."""
    return make_client(transport=httpx.HTTPTransport())


@pytest.fixture
def client(make_client: Callable[..., ClinikoClient], checking: CheckingTransport) -> Iterator[ClinikoClient]:
    """A client whose every exchange must be as documented by the end of the test."""
    yield make_client()
    assert not checking.disagreements, "\n".join(checking.disagreements)


def today() -> date:
    """The day it is for the sandbox's first clinic."""
    return datetime.now(ZoneInfo("Australia/Adelaide")).date()


@dataclass(frozen=True)
class Slot:
    """A time the sandbox offers, with all it takes to book it."""

    business_id: str
    practitioner_id: str
    appointment_type_id: str
    starts_at: datetime
    ends_at: datetime


@pytest.fixture
def slot(client: ClinikoClient) -> Slot:
    """The first free time from tomorrow on for somebody who offers an individual appointment."""
    types = {one.id: one for one in client.appointment_types.list() if one.max_attendees == 1}
    tomorrow = today() + timedelta(days=1)
    for row in client.services.list():
        if row.appointment_type_id not in types or not row.practitioner_ids:
            continue
        three = {
            "business_id": row.business_id,
            "practitioner_id": row.practitioner_ids[0],
            "appointment_type_id": row.appointment_type_id,
        }
        try:
            times = client.available_times.list(**three, from_day=tomorrow, to_day=tomorrow + timedelta(days=6))
        except NotBookableOnline:
            continue
        if times:
            minutes = timedelta(minutes=types[row.appointment_type_id].duration_in_minutes)
            return Slot(**three, starts_at=times[0].appointment_start, ends_at=times[0].appointment_start + minutes)
    raise AssertionError("the sandbox offers nothing")


@pytest.fixture
def patient(client: ClinikoClient) -> Patient:
    return client.patients.create(first_name="Contract", last_name="Test", email="contract+test@example.com")


@pytest.fixture
def book(client: ClinikoClient, slot: Slot, patient: Patient) -> Callable[..., IndividualAppointment]:
    def make(**members: object) -> IndividualAppointment:
        settings = {
            "patient_id": patient.id,
            "practitioner_id": slot.practitioner_id,
            "appointment_type_id": slot.appointment_type_id,
            "business_id": slot.business_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "notes": "BK-CONTRACT",
        }
        return client.individual_appointments.create(**(settings | members))

    return make
