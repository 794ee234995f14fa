"""Whatever Cliniko answers, the practice ends in a value or in a RemoteFailure, and every text in it can be stored."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_app.core.failures import RemoteFailure
from booking_app.pms.client import ClinikoClient
from booking_app.pms.client.calls import Times
from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.records import NewAppointment, NewPatient
from tests.pms.conftest import API, KEY, FakeCliniko, Records, link

AT, LATER, DAY = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC), date(2026, 11, 24)
WHO = {"location_id": "1", "practitioner_id": "31"}
SPAN: dict[str, Any] = {"practitioner_id": "31", "starts_at": AT, "ends_at": LATER}
PATIENT = NewPatient("Jo", "Linden", "jo@example.com", "+61491570156", DAY, "BK-1")
APPOINTMENT = NewAppointment("71", "21", "1", "31", AT, LATER, "BK-1")
VERBS: tuple[Callable[[ClinikoPractice], object], ...] = (
    lambda practice: practice.whoami(),
    lambda practice: practice.read_catalogue(),
    lambda practice: practice.slot_starts(**WHO, service_id="21", from_day=DAY, to_day=DAY),
    lambda practice: practice.next_start(**WHO, service_id="21", from_day=DAY),
    lambda practice: practice.find_patients(email="a@example.com", last_name="Linden", date_of_birth=DAY),
    lambda practice: practice.find_patient_by_marker("BK-1"),
    lambda practice: practice.current_patient("71"),
    lambda practice: practice.create_patient(PATIENT),
    lambda practice: practice.find_appointment(patient_id="71", starts_at=AT, marker="BK-1"),
    lambda practice: practice.appointment("7"),
    lambda practice: practice.appointments(["7", "8"]),
    lambda practice: practice.changed_appointments(AT),
    lambda practice: practice.create_appointment(APPOINTMENT),
    lambda practice: practice.move_appointment("7", **SPAN),
    lambda practice: practice.has_conflict("7"),
    lambda practice: practice.overlapping(**SPAN),
    lambda practice: practice.diary(**SPAN),
    lambda practice: practice.usual_hours(**WHO),
    lambda practice: practice.rights(),
    lambda practice: practice.archive_appointment("7"),
    lambda practice: practice.cancel_appointment("7", reason="other", note="x"),
    lambda practice: practice.attendee_of("7"),
    lambda practice: practice.find_form(patient_id="71", attendee_id="9", marker="BK-1"),
    lambda practice: practice.forms_of(["9"]),
    lambda practice: practice.form("5"),
    lambda practice: practice.find_document(patient_id="71", marker="BK-1"),
    lambda practice: practice.documents_of(["71"], marker="BK-1"),
    lambda practice: practice.document("6"),
    lambda practice: practice.custom_fields(),
    lambda practice: practice.form_templates(),
)
LISTS = (
    "patients", "individual_appointments", "appointment_types", "businesses", "practitioners", "services",
    "attendees", "bookings", "available_times", "daily_availabilities", "unavailable_blocks", "patient_forms",
    "patient_attachments", "patient_form_templates", "appointment_type_billable_items",
    "appointment_type_products", "billable_items", "products", "taxes",
)  # fmt: skip


def sound() -> dict[str, Any]:
    """One record with the members of all, so that every reader finds in it what it looks for."""
    known, record = Records(), dict[str, Any]()
    for part in (
        known.patient("71"), known.type("21"), known.business("1"), known.practitioner("31"), known.attendee("9", "7"),
        known.appointment("7"), known.service("21", "1", "31"), known.settings(),
    ):  # fmt: skip
        record |= part
    texts = {"role": "administrator", "subdomain": "harbour", "start_time": "09:00", "end_time": "17:00"}
    named = {
        "name": "BK-1 form",
        "description": "BK-1",
        "filename": "BK-1.pdf",
        "appointment_start": "2026-11-24T00:00:00Z",
    }
    content = {"sections": [{"name": "S", "questions": [{"name": "Q", "type": "text", "answer": "x"}]}]}
    return {
        **record, **texts, **named, "content": content, "completed_at": None, "next_available_date": "2026-11-25",
        "links": {"self": f"{API}/patients/71", "next": None}, "conflicts": {"exist": False},
    }  # fmt: skip


MEMBERS = st.sampled_from(sorted(sound()))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["\ud800", "x\udfffy", "\x00", "9" * 5000, "²", "0001-01-01", "9999-12-31T23:59:59Z", "24:61",
                     "2026-02-30", 10**400, "-1", "https://evil.example/v1/patients/1", "../x"]),
)  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(MEMBERS, inner, max_size=3))
)
CHANGES = st.dictionaries(st.one_of(MEMBERS, st.sampled_from(LISTS)), DOCUMENTS, max_size=4)
STATUSES = st.sampled_from([200] * 12 + [204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502])
BROKEN = st.sampled_from([b"", b"<html>", b"[" * 60_000, b'{"a":' * 20_000, b"\xff\xfe", b'{"name":"\xed\xa0\x80"}'])


def body_of(change: dict[str, Any]) -> bytes:
    record = sound() | change
    lists = {name: [record] for name in LISTS}
    return json.dumps({**record, **lists, "total_entries": 1, **change, "patient": link("/patients/71")}).encode()


@settings(max_examples=100)
@given(
    answers=st.lists(st.tuples(STATUSES, st.one_of(CHANGES.map(body_of), BROKEN)), min_size=1, max_size=4),
    verb=st.sampled_from(VERBS),
)
def test_no_answer_ends_in_anything_but_a_value_or_a_failure(answers: Any, verb: Any) -> None:
    said = cycle(answers)
    transport = httpx.MockTransport(lambda _request: (lambda one: httpx.Response(one[0], content=one[1]))(next(said)))
    client = ClinikoClient(
        KEY, contact_email="desk@example.com", transport=transport, times=Times(pause=lambda _seconds: None)
    )
    practice = ClinikoPractice(client, realm="au2")
    try:
        found = verb(practice)
    except RemoteFailure:
        return
    finally:
        practice.close()
    for text in texts_in(found):
        text.encode()


def texts_in(value: Any) -> Iterator[str]:
    """Every text within a record."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts_in(getattr(value, each.name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts_in(key)
            yield from texts_in(each)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from texts_in(each)


def test_a_sound_answer_gets_past_every_reader() -> None:
    """Without this the test above might only ever see answers that are refused at once."""
    refused = []
    for number, verb in enumerate(VERBS):
        transport = httpx.MockTransport(lambda _request: httpx.Response(200, content=body_of({})))
        client = ClinikoClient(KEY, contact_email="desk@example.com", transport=transport)
        practice = ClinikoPractice(client, realm="au2")
        try:
            verb(practice)
        except RemoteFailure as failure:
            refused.append((number, failure.code))
        practice.close()
    assert len(refused) <= 4, refused  # those that want a record of another shape than all others


@pytest.mark.parametrize("name", [b'"\\ud800 Mara"', b'"\xed\xa0\x80 Mara"', b'"Mara \\udfff"'])
def test_half_a_character_in_a_name_is_one_that_can_be_stored(
    name: bytes, practice: ClinikoPractice, cliniko: FakeCliniko, records: Records
) -> None:
    body = json.dumps(records.patient("71", first_name="NAME")).encode().replace(b'"NAME"', name)
    cliniko.on("GET", "/patients/71", httpx.Response(200, content=body))
    found = practice.current_patient("71")
    assert found is not None and "Mara" in found.first_name
    found.first_name.encode()
