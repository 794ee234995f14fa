"""The switches: reading what arrived, acting behind the API, moving time, starting afresh."""

from datetime import UTC, datetime

import httpx
import pytest

from booking_sandbox.control import Unknown
from booking_sandbox.server import SandboxServer

from .conftest import NOW, Clinic, linked


def test_the_state_holds_what_arrived_and_nothing_of_the_fixture(sandbox: SandboxServer, clinic: Clinic) -> None:
    assert sandbox.control.state("demo")["patients"] == []
    booked = clinic.book()
    state = httpx.get(f"{sandbox.control_url}/state", params={"account": "demo"}).json()
    assert [row["id"] for row in state["individual_appointments"]] == [booked["id"]]
    assert [row["first_name"] for row in state["patients"]] == ["Robin"]
    assert len(state["attendees"]) == 1
    assert state["now"] == NOW


def test_a_fixture_record_that_was_changed_has_arrived_too(clinic: Clinic) -> None:
    patient_id = clinic.control.records("demo", "patients", archived_at=None)[0]["id"]
    clinic.api.patch(f"/patients/{patient_id}", json={"city": "Elsewhere"})
    assert [row["id"] for row in clinic.control.state("demo")["patients"]] == [patient_id]


def test_calls_are_counted_by_route_and_minute_without_queries(sandbox: SandboxServer, clinic: Clinic) -> None:
    clinic.api.get("/patients", params={"q[]": "email:=robin@example.com"})
    clinic.api.get(f"/patients/{clinic.add_patient()}")
    summary = httpx.get(f"{sandbox.control_url}/calls", params={"account": "demo"}).json()
    assert summary["per_route"] == {"GET /v1/patients": 1, "POST /v1/patients": 1, "GET /v1/patients/{id}": 1}
    assert sum(summary["per_minute"].values()) == summary["total"] == 3
    assert "robin" not in str(summary)
    assert httpx.delete(f"{sandbox.control_url}/calls").json() == {"ok": True}
    assert sandbox.control.calls() == []


def test_an_address_in_a_path_does_not_reach_the_log(sandbox: SandboxServer, hubspot: httpx.Client) -> None:
    hubspot.get("/crm/objects/2026-09/contacts/robin%40example.com", params={"idProperty": "email"})
    (call,) = sandbox.control.calls(service="hubspot")
    assert call.path == call.route == "/hubspot/crm/objects/2026-09/contacts/{email}"


def test_the_receptionist_books_past_the_api(sandbox: SandboxServer, clinic: Clinic) -> None:
    person = clinic.free_practitioner()
    body = {"account": "demo", "practitioner_id": person, "starts_at": "2026-11-24T00:00:00Z"}
    made = httpx.post(f"{sandbox.control_url}/receptionist-books", json=body).json()["id"]
    row = clinic.api.get(f"/individual_appointments/{made}").json()
    assert row["ends_at"] == "2026-11-24T00:30:00Z"
    assert len(linked(clinic.api.get(row["attendees"]["links"]["self"]), "attendees")) == 1
    assert all(call.method == "GET" for call in sandbox.control.calls())
    mine = clinic.book()
    assert clinic.api.get(mine["conflicts"]["links"]["self"]).json()["conflicts"]["exist"] is True


def test_a_type_is_archived_behind_the_api(sandbox: SandboxServer, clinic: Clinic) -> None:
    type_id = clinic.type("Infrared sauna session")
    httpx.post(f"{sandbox.control_url}/appointment-types/{type_id}/archive", params={"account": "demo"})
    assert clinic.api.get(f"/appointment_types/{type_id}").status_code == 404


def test_records_settings_and_knobs_are_changed_over_http(sandbox: SandboxServer, clinic: Clinic) -> None:
    url = sandbox.control_url
    change = {"table": "practitioners", "id": clinic.person("mia"), "values": {"show_in_online_bookings": False}}
    assert httpx.post(f"{url}/change", json=change).json() == {"ok": True}
    assert clinic.api.get(f"/practitioners/{clinic.person('mia')}").json()["show_in_online_bookings"] is False
    setting = {"group": "online_bookings", "name": "policy", "value": "New"}
    assert httpx.post(f"{url}/settings", json=setting).json() == {"ok": True}
    assert clinic.api.get("/settings/public").json()["online_bookings"]["policy"] == "New"
    assert httpx.patch(f"{url}/knobs", json={"sunday": 7}).json()["sunday"] == 7
    assert httpx.patch(f"{url}/knobs", json={"sunday": "7"}).status_code == 400
    assert httpx.patch(f"{url}/knobs", json={"nothing": 1}).status_code == 400


def test_time_can_be_set_and_moved_on(sandbox: SandboxServer, clinic: Clinic) -> None:
    url = f"{sandbox.control_url}/clock"
    assert httpx.post(url, json={"advance_seconds": 3600}).json() == {"now": "2026-11-22T22:00:00Z"}
    assert clinic.book()["created_at"] == "2026-11-22T22:00:00Z"
    httpx.post(url, json={"now": "2027-03-01T00:00:00Z", "frozen": True})
    assert sandbox.control.now() == datetime(2027, 3, 1, tzinfo=UTC)
    assert httpx.post(url, json={"now": "later"}).status_code == 400


def test_a_reset_forgets_everything_that_arrived(sandbox: SandboxServer, clinic: Clinic) -> None:
    clinic.book()
    clinic.control.fault("status", times=None)
    clinic.control.set_knob(sunday=7)
    clinic.control.set_setting("demo", "online_bookings", "enabled", False)
    clinic.control.archive_type("demo", clinic.type("Infrared sauna session"))
    assert httpx.post(f"{sandbox.control_url}/reset", json={"now": NOW, "frozen": True}).json() == {"ok": True}
    state = sandbox.control.state("demo")
    assert [state[name] for name in ("patients", "individual_appointments", "attendees", "contacts")] == [[]] * 4
    assert state["calls"]["total"] == 0
    assert sandbox.control.faults() == []
    assert sandbox.control.knobs()["sunday"] == 0
    assert clinic.api.get("/settings/public").json()["online_bookings"]["enabled"] is True
    assert clinic.api.get(f"/appointment_types/{clinic.type('Infrared sauna session')}").status_code == 200


def test_the_same_ids_are_given_after_a_reset(sandbox: SandboxServer, clinic: Clinic) -> None:
    first = clinic.add_patient()
    sandbox.control.reset(NOW, frozen=True)
    assert clinic.add_patient() == first


def test_a_reset_on_the_same_day_builds_nothing_anew(sandbox: SandboxServer) -> None:
    table = sandbox.control.account("demo").table("patients")
    before = list(table)
    sandbox.control.reset(NOW, frozen=True)
    assert all(one is other for one, other in zip(before, table, strict=True))


def test_a_reset_to_another_day_lays_the_diary_out_around_it(sandbox: SandboxServer) -> None:
    sandbox.control.reset("2027-05-10T00:00:00Z", frozen=True)
    starts = [row["starts_at"] for row in sandbox.control.records("demo", "individual_appointments")]
    assert min(starts) < "2027-05-01"
    assert max(starts) > "2027-07-01"


def test_another_clinic_and_another_key_can_be_let_in(sandbox: SandboxServer) -> None:
    clinic = {
        "name": "tiny", "number": 31077, "shard": "ca1", "time_zone": "America/Toronto", "clinic": "Tiny Clinic",
        "country": "Canada", "country_code": "CA", "subdomain": "tiny",
        "users": [{
            "id": "1100009000000000001", "first_name": "A", "last_name": "B", "email": "a@example.com",
            "role": "administrator", "time_zone": "America/Toronto", "api_keys": ["dGlueQ-sandbox-ca1"],
        }],
        "businesses": [], "appointment_types": [], "practitioners": [],
    }  # fmt: skip
    assert httpx.post(f"{sandbox.control_url}/accounts", json=clinic).json() == {"ok": True}
    httpx.post(f"{sandbox.control_url}/accounts/tiny/keys", json={"key": "bW9yZQ-ca1"})
    for key in ("dGlueQ-sandbox-ca1", "bW9yZQ-ca1"):
        answer = httpx.get(f"{sandbox.cliniko_url}/settings/public", auth=(key, ""))
        assert answer.json()["account"]["name"] == "Tiny Clinic"
    keys = {row["name"]: row["keys"] for row in httpx.get(f"{sandbox.control_url}/accounts").json()["accounts"]}
    assert keys["tiny"] == ["dGlueQ-sandbox-ca1", "bW9yZQ-ca1"]
    assert keys["demo"][0] == "MS0xMjM0-sandbox-au1"
    sandbox.control.world.accounts.pop("tiny")


def test_what_does_not_exist_is_said_to_be_unknown(sandbox: SandboxServer) -> None:
    with pytest.raises(Unknown):
        sandbox.control.state("nobody")
    for path in ("/state?account=nobody", "/attachments/1", "/mails/7/source", "/nothing"):
        assert httpx.get(sandbox.control_url + path).status_code == 404
    body = {"practitioner_id": "1", "starts_at": NOW}
    assert httpx.post(f"{sandbox.control_url}/receptionist-books", json=body).status_code == 404
    assert httpx.post(f"{sandbox.control_url}/faults", content=b"[]").status_code == 400
