"""A Cliniko made of a few answers, and the practice that speaks to it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from booking_app.pms.client import ClinikoClient
from booking_app.pms.client.calls import Times
from booking_app.pms.cliniko import ClinikoPractice

KEY = "MS0xLTEyMzQ1Njc4OTA-secret-au2"
API = "https://api.au2.cliniko.com/v1"
Answer = Any  # a body, a Response, an exception or a function of the request


class FakeCliniko:
    """Answers by method and path; the last answer of a route repeats. Keeps every request."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._routes: dict[tuple[str, str], list[Answer]] = {}

    def on(self, method: str, path: str, *answers: Answer) -> "FakeCliniko":
        self._routes[(method, path)] = list(answers)
        return self

    def lists(self, path: str, *records: dict[str, Any], key: str | None = None) -> "FakeCliniko":
        body = {key or path.rpartition("/")[2]: list(records), "total_entries": len(records), "links": {}}
        return self.on("GET", path, body)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answers = self._routes.get((request.method, request.url.path.removeprefix("/v1")))
        if answers is None:
            return httpx.Response(404, text="<html>no such page</html>")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer = answer(request) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def calls(self) -> list[str]:
        return [f"{one.method} {one.url.path.removeprefix('/v1')}" for one in self.requests]

    def filters(self, index: int = -1) -> list[str]:
        return self.requests[index].url.params.get_list("q[]")

    def sent(self, index: int = -1) -> dict[str, Any]:
        body = json.loads(self.requests[index].content)
        assert isinstance(body, dict)
        return body


def link(path: str) -> dict[str, Any]:
    return {"links": {"self": f"{API}{path}"}}


class Records:
    """Cliniko's records as its documents show them."""

    def patient(self, patient_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": patient_id,
            "first_name": "Mara",
            "last_name": "Linden",
            "email": "mara@example.com",
            "date_of_birth": "1990-05-04",
            "created_at": "2026-01-01T00:00:00Z",
            "archived_at": None,
            "old_reference_id": "",
            "patient_phone_numbers": [
                {"phone_type": "Mobile", "number": "0491 570 156", "normalized_number": "61491570156"}
            ],
        } | changes

    def appointment(self, appointment_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": appointment_id,
            "starts_at": "2026-11-24T00:00:00Z",
            "ends_at": "2026-11-24T00:45:00Z",
            "created_at": "2026-11-21T00:00:00Z",
            "archived_at": None,
            "cancelled_at": None,
            "notes": "Booked online, reference BK-7F3K2M9Q",
            "patient": link("/patients/71"),
            "practitioner": link("/practitioners/31"),
            "attendees": link(f"/individual_appointments/{appointment_id}/attendees"),
        } | changes

    link = "https://harbour.au1.cliniko.com/telehealth/1"

    def attendee(self, attendee_id: str, booking_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": attendee_id,
            "booking": link(f"/bookings/{booking_id}"),
            "patient": link("/patients/71"),
            "telehealth_url": self.link,
        } | changes

    def type(self, type_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": type_id,
            "name": "Initial consultation",
            "category": "Physiotherapy",
            "description": "",
            "duration_in_minutes": 45,
            "max_attendees": 1,
            "show_in_online_bookings": True,
            "deposit_price": None,
            "appointment_confirmation_template_ids": [],
        } | changes

    def business(self, business_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": business_id,
            "business_name": "Harbour Physio Pty Ltd",
            "display_name": "Harbour Physio",
            "address_1": "1 Wharf Street",
            "address_2": "",
            "city": "Adelaide",
            "state": "SA",
            "post_code": "5000",
            "time_zone": "Adelaide",
            "time_zone_identifier": "Australia/Adelaide",
            "show_in_online_bookings": True,
            "appointment_type_ids": ["21"],
        } | changes

    def practitioner(self, practitioner_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "id": practitioner_id,
            "active": True,
            "display_name": "Dr Ada Quill",
            "description": "Knees.",
            "show_in_online_bookings": True,
        } | changes

    def service(self, type_id: str, business_id: str, *practitioner_ids: str) -> dict[str, Any]:
        return {
            "appointment_type": link(f"/appointment_types/{type_id}"),
            "business": link(f"/businesses/{business_id}"),
            "practitioners": [link(f"/practitioners/{one}") for one in practitioner_ids],
        }

    def settings(self, *, account: dict[str, Any] | None = None, **groups: Any) -> dict[str, Any]:
        return {
            "account": {"id": "11", "name": "Harbour Physio", "currency_symbol": "$", "time_zone_support": False}
            | (account or {}),
            "online_bookings": {
                "enabled": True,
                "allow_bookings_days_in_advance": 84,
                "min_hours_advance_required_to_book": 2,
                "practitioner_order": ["31"],
            },
            "patient_custom_fields_definition": {"sections": []},
        } | groups


@pytest.fixture
def cliniko() -> FakeCliniko:
    return FakeCliniko()


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def make_practice(cliniko: FakeCliniko) -> Iterator[Callable[..., ClinikoPractice]]:
    made: list[ClinikoPractice] = []

    def make(**options: Any) -> ClinikoPractice:
        on_limit = options.pop("on_limit", None)
        client = ClinikoClient(
            KEY,
            contact_email="desk@example.com",
            transport=httpx.MockTransport(cliniko),
            times=Times(pause=lambda seconds: None),
            **options,
        )
        made.append(ClinikoPractice(client, realm="au2", on_limit=on_limit))
        return made[-1]

    yield make
    for practice in made:
        practice.close()


@pytest.fixture
def practice(make_practice: Callable[..., ClinikoPractice]) -> ClinikoPractice:
    return make_practice()
