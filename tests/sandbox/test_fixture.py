"""The fixture: what the sample clinics have, and that another file can take their place."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from booking_sandbox.cliniko.availability import span_of
from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY, DEMO_HUBSPOT_TOKEN
from booking_sandbox.fixture.build import DEFAULT, FixtureInvalid
from booking_sandbox.server import SandboxServer

from .conftest import Clinic


def test_the_sample_clinic_has_what_a_clinic_has(clinic: Clinic) -> None:
    kinds = clinic.control.records("demo", "appointment_types")
    assert {kind["category"] for kind in kinds} == {
        "Physiotherapy", "Podiatry", "Psychology", "Wellness equipment", "Telehealth",
    }  # fmt: skip
    assert [kind["name"] for kind in kinds if kind["max_attendees"] == 8] == ["Clinical Pilates class"]
    assert [kind["name"] for kind in kinds if kind["archived_at"]] == ["Sports massage"]
    assert [kind["name"] for kind in kinds if not kind["show_in_online_bookings"]] == ["Orthotics fitting"]
    assert sum(kind["telehealth_enabled"] for kind in kinds) == 2
    assert [kind["deposit_price"] for kind in kinds if kind["deposit_price"]] == ["50.00"]
    people = clinic.control.records("demo", "practitioners")
    assert [row["key"] for row in people if row["designation"] == "Equipment"] == ["pool", "sauna", "sauna_2"]
    assert [row["key"] for row in people if not row["active"]] == ["peter"]
    assert len(clinic.control.records("demo", "patients")) == 2000


def test_the_documented_keys_open_the_sample_clinics(sandbox: SandboxServer) -> None:
    assert sandbox.key("demo") == DEMO_CLINIKO_KEY
    assert sandbox.hubspot_token("demo") == DEMO_HUBSPOT_TOKEN
    assert sandbox.key("northside") == "Tm9ydGhzaWRl-sandbox-au2"
    assert sandbox.key("kingsway") == "S2luZ3N3YXk-sandbox-uk1"


def test_the_diary_is_lived_in_near_by_and_has_room_for_sixty_days(clinic: Clinic) -> None:
    starts = sorted(row["starts_at"] for row in clinic.control.records("demo", "individual_appointments"))
    assert starts[0] < "2026-11-10"
    assert starts[-1] > "2027-01-18"
    near = [start for start in starts if "2026-11-23" <= start < "2026-12-07"]
    far = [start for start in starts if "2027-01-04" <= start < "2027-01-18"]
    assert len(near) > 2 * len(far) > 0


def test_nobody_of_the_fixture_is_in_two_places_at_once(clinic: Clinic) -> None:
    taken: dict[str, list[tuple[datetime, datetime]]] = {}
    for table in ("individual_appointments", "group_appointments"):
        for row in clinic.control.records("demo", table):
            taken.setdefault(row["practitioner_id"], []).append(span_of(row))
    for spans in taken.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))
    for block in clinic.control.records("demo", "unavailable_blocks"):
        begins, ends = span_of(block)
        assert not any(start < ends and end > begins for start, end in taken.get(block["practitioner_id"], []))


def test_phone_numbers_and_addresses_of_the_fixture_are_nobodys(clinic: Clinic) -> None:
    for row in clinic.control.records("demo", "patients"):
        assert row["email"].endswith(("@example.com", "@example.org", "@example.net"))
        assert row["patient_phone_numbers"][0]["number"].startswith("0491 57")


def test_another_file_can_take_the_clinics_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(DEFAULT.read_text().replace("Harbour Street Health", "Another Clinic"))
    with SandboxServer(smtp_port=None, fixture=file) as sandbox:
        answer = httpx.get(f"{sandbox.cliniko_url}/settings/public", auth=(sandbox.key("demo"), ""))
    assert answer.json()["account"]["name"] == "Another Clinic"


@pytest.mark.parametrize("text", ["not toml at all [", "", "[[accounts]]\nname = 'x'"])
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(text)
    with pytest.raises(FixtureInvalid, match=r"fixture|account"):
        SandboxServer(fixture=file)
