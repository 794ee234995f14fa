"""GoHighLevel: strict members, two versions, an order of keys, tags that are overwritten, opt-outs that get lost."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from booking_sandbox.server import SandboxServer

LOCATION = "SandboxDemoLocation1"
EMAIL, PHONE = "robin@example.com", "+61491570156"


@pytest.fixture(scope="module")
def shared(server: SandboxServer) -> Iterator[httpx.Client]:
    token = server.control.world.gohighlevel["demo"].token
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-07-28"}
    with httpx.Client(base_url=server.gohighlevel_url, headers=headers) as client:
        yield client


@pytest.fixture
def ghl(sandbox: SandboxServer, shared: httpx.Client) -> httpx.Client:
    return shared


def upsert(ghl: httpx.Client, **members: Any) -> dict[str, Any]:
    answer = ghl.post("/contacts/upsert", json={"locationId": LOCATION, **members}).raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def search(ghl: httpx.Client, **query: str) -> Any:
    return ghl.get("/contacts/search/duplicate", params={"locationId": LOCATION, **query}).json()["contact"]


def test_a_call_without_a_version_is_refused(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    token = ghl.headers["Authorization"]
    answer = httpx.get(f"{sandbox.gohighlevel_url}/locations/{LOCATION}", headers={"Authorization": token})
    assert (answer.status_code, answer.json()["message"]) == (401, "version header was not found.")
    assert ghl.get(f"/locations/{LOCATION}", headers={"Version": "v3"}).status_code == 400
    assert ghl.get(f"/locations/{LOCATION}").json()["location"]["timezone"] == "Australia/Adelaide"


def test_a_bad_token_a_missing_scope_and_another_location_differ(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    bad = ghl.get("/contacts/x", headers={"Authorization": "Bearer no"})
    assert (bad.status_code, bad.json()["error"]) == (401, "Unauthorized")
    narrow = sandbox.control.world.gohighlevel["narrow"]
    headers = {"Authorization": f"Bearer {narrow.token}"}
    scope = ghl.get(f"/locations/{narrow.location_id}/customFields", headers=headers)
    assert (scope.status_code, scope.json()["message"]) == (401, "The token is not authorized for this scope.")
    assert ghl.get("/locations/SandboxNorthLocation").status_code == 403


def test_unknown_members_are_refused_in_a_list(ghl: httpx.Client) -> None:
    answer = ghl.post("/contacts/upsert", json={"locationId": LOCATION, "hue": 1, "size": 2})
    assert answer.status_code == 422
    assert answer.json()["message"] == ["property hue should not exist", "property size should not exist"]
    contact_id = upsert(ghl, email=EMAIL)["contact"]["id"]
    assert ghl.put(f"/contacts/{contact_id}", json={"locationId": LOCATION}).status_code == 422


def test_the_versions_name_values_and_channels_differently(ghl: httpx.Client) -> None:
    contact_id = upsert(ghl, email=EMAIL)["contact"]["id"]
    body = {"name": "Booking ref", "dataType": "TEXT", "model": "contact"}
    row = ghl.post(f"/locations/{LOCATION}/customFields", json=body).json()["customField"]
    assert row["fieldKey"] == "contact.booking_ref"
    for version, value, channel in (("2021-07-28", "field_value", "Email"), ("v3", "fieldValue", "email")):
        headers = {"Version": version}
        change = {
            "customFields": [{"id": row["id"], value: version}],
            "dndSettings": {channel: {"status": "active"}},
        }
        shown = ghl.put(f"/contacts/{contact_id}", json=change, headers=headers).json()["contact"]
        assert shown["customFields"] == [{"id": row["id"], "value": version}]
        assert shown["dndSettings"] == {channel: {"status": "active"}}
    assert ghl.put(f"/contacts/{contact_id}", json=change).status_code == 422


def test_tags_in_an_upsert_overwrite_and_the_tags_call_adds(ghl: httpx.Client) -> None:
    contact_id = upsert(ghl, email=EMAIL, tags=["VIP"])["contact"]["id"]
    added = ghl.post(f"/contacts/{contact_id}/tags", json={"tags": ["Web", "vip"]})
    assert (added.status_code, added.json()["tags"]) == (201, ["vip", "web"])
    assert upsert(ghl, email=EMAIL)["contact"]["tags"] == ["vip", "web"]
    assert upsert(ghl, email=EMAIL, tags=["new"])["contact"]["tags"] == ["new"]
    assert ghl.request("DELETE", f"/contacts/{contact_id}/tags", json={"tags": ["new"]}).json()["tags"] == []


@pytest.mark.parametrize(("order", "winner"), [("email,phone", "email"), ("phone,email", "phone")])
def test_the_first_key_wins_and_the_other_value_is_ignored(
    sandbox: SandboxServer, ghl: httpx.Client, order: str, winner: str
) -> None:
    sandbox.control.set_knob(gohighlevel_duplicates=order)
    ids = {"email": upsert(ghl, email=EMAIL)["contact"]["id"], "phone": upsert(ghl, phone=PHONE)["contact"]["id"]}
    landed = upsert(ghl, email=EMAIL, phone=PHONE, firstName="Kim")
    assert (landed["new"], landed["contact"]["id"]) == (False, ids[winner])
    assert ("phone" in landed["contact"], "email" in landed["contact"]) == (winner == "phone", winner == "email")


def test_a_phone_first_account_overwrites_who_shares_the_phone(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    sandbox.control.set_knob(gohighlevel_duplicates="phone,email")
    parent = upsert(ghl, email="gus@example.com", phone=PHONE, firstName="Gus")["contact"]
    child = upsert(ghl, email=EMAIL, phone=PHONE, firstName="Robin")["contact"]
    assert (child["id"], child["email"], child["firstName"]) == (parent["id"], EMAIL, "Robin")


def test_an_account_that_allows_duplicates_makes_one_when_asked(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    sandbox.control.set_knob(gohighlevel_duplicates="allowed")
    upsert(ghl, email=EMAIL)
    assert upsert(ghl, email=EMAIL, createNewIfDuplicateAllowed=True)["new"] is True
    assert upsert(ghl, email=EMAIL)["new"] is False


@pytest.mark.parametrize("tells", [True, False])
def test_a_duplicate_is_a_400_with_or_without_the_id(sandbox: SandboxServer, ghl: httpx.Client, tells: bool) -> None:
    sandbox.control.set_knob(gohighlevel_tells_duplicate=tells)
    first = upsert(ghl, email=EMAIL, phone=PHONE, firstName="Robin")["contact"]["id"]
    second = upsert(ghl, email="kim@example.com")["contact"]["id"]
    created = ghl.post("/contacts/", json={"locationId": LOCATION, "email": EMAIL.upper()})
    changed = ghl.put(f"/contacts/{second}", json={"phone": PHONE})
    for answer, field in ((created, "email"), (changed, "phone")):
        assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)
        assert answer.json()["message"] == "This location does not allow duplicated contacts."
        meta = {"contactId": first, "contactName": "Robin", "matchingField": field}
        assert answer.json().get("meta") == (meta if tells else None)


def test_an_upsert_promotes_an_additional_address(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    contact_id = upsert(ghl, email="old@example.com")["contact"]["id"]
    sandbox.control.world.gohighlevel["demo"].contacts[contact_id].additional_emails = [EMAIL]
    assert search(ghl, email=EMAIL)["id"] == contact_id
    shown = upsert(ghl, email=EMAIL)["contact"]
    assert (shown["id"], shown["email"], shown["additionalEmails"]) == (contact_id, EMAIL, [])


def test_settings_left_out_of_a_write_of_them_are_lost_except_a_carriers(ghl: httpx.Client) -> None:
    before = {"SMS": {"status": "permanent"}, "Call": {"status": "active"}}
    contact_id = upsert(ghl, email=EMAIL, dndSettings=before)["contact"]["id"]
    assert upsert(ghl, email=EMAIL)["contact"]["dndSettings"] == before
    change = {"dndSettings": {"Email": {"status": "active"}, "SMS": {"status": "inactive"}}}
    shown = ghl.put(f"/contacts/{contact_id}", json=change).json()["contact"]["dndSettings"]
    assert {name: setting["status"] for name, setting in shown.items()} == {"Email": "active", "SMS": "permanent"}


@pytest.mark.parametrize("mode", ["ignore", "reject"])
def test_an_unknown_custom_field_is_ignored_or_refused(sandbox: SandboxServer, ghl: httpx.Client, mode: str) -> None:
    sandbox.control.set_knob(gohighlevel_unknown_fields=mode)
    body = {"locationId": LOCATION, "email": EMAIL, "customFields": [{"id": "nope", "field_value": "x"}]}
    assert ghl.post("/contacts/upsert", json=body).status_code == (200 if mode == "ignore" else 422)


def test_a_custom_field_is_made_once_and_may_go_again(ghl: httpx.Client) -> None:
    path, body = f"/locations/{LOCATION}/customFields", {"name": "Booking ref", "dataType": "TEXT", "model": "contact"}
    row = ghl.post(path, json=body).json()["customField"]
    assert ghl.post(path, json=body).status_code == 400
    assert ghl.post(path, json={**body, "dataType": "WORDS"}).status_code == 422
    assert [each["id"] for each in ghl.get(path, params={"model": "contact"}).json()["customFields"]] == [row["id"]]
    assert ghl.delete(f"{path}/{row['id']}").status_code == 200
    assert ghl.get(path).json()["customFields"] == []


def test_a_contact_that_is_not_there_is_a_400_and_a_search_finds_nobody(ghl: httpx.Client) -> None:
    assert ghl.get("/contacts/nobody").status_code == 400
    assert search(ghl, number=PHONE) is None
    assert search(ghl, email=EMAIL) is None
    upsert(ghl, phone=PHONE)
    assert search(ghl, number=PHONE)["phone"] == PHONE


def test_each_note_is_another_one(ghl: httpx.Client) -> None:
    path = f"/contacts/{upsert(ghl, email=EMAIL)['contact']['id']}/notes"
    first = ghl.post(path, json={"body": "one"}).json()["note"]
    ghl.post(path, json={"body": "one"})
    assert ghl.put(f"{path}/{first['id']}", json={"body": "two"}).json()["note"]["body"] == "two"
    assert [note["body"] for note in ghl.get(path).json()["notes"]] == ["two", "one"]
    assert ghl.post(path, json={"body": ""}).status_code == 422


def test_the_limit_names_its_interval_and_no_wait(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    sandbox.control.set_knob(gohighlevel_requests_per_10_seconds=1)
    assert ghl.get(f"/locations/{LOCATION}").headers["X-RateLimit-Remaining"] == "0"
    answer = ghl.get(f"/locations/{LOCATION}")
    assert (answer.status_code, answer.headers["X-RateLimit-Interval-Milliseconds"]) == (429, "10000")
    assert "Retry-After" not in answer.headers


def test_state_shows_what_arrived_and_a_person_may_opt_out(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    upsert(ghl, email=EMAIL)
    httpx.post(f"{sandbox.control_url}/gohighlevel/demo/opt-out", json={"email": EMAIL}).raise_for_status()
    (shown,) = sandbox.control.state("demo")["gohighlevel"]["contacts"]
    assert shown["dnd_settings"] == {"Email": {"status": "active", "message": "by hand"}}
    told = httpx.get(f"{sandbox.control_url}/gohighlevel/demo").json()
    assert (told["location_id"], told["contacts"][0]["members"]["email"]) == (LOCATION, EMAIL)
    assert httpx.post(f"{sandbox.control_url}/gohighlevel/demo/opt-out", json={"email": "x"}).status_code == 400
    sandbox.control.reset()
    assert sandbox.control.state("demo")["gohighlevel"]["contacts"] == []


def test_common_faults_meet_it_too(sandbox: SandboxServer, ghl: httpx.Client) -> None:
    sandbox.control.fault("drop_after", service="gohighlevel", path="/upsert")
    with pytest.raises(httpx.RemoteProtocolError):
        upsert(ghl, email=EMAIL)
    assert search(ghl, email=EMAIL) is not None
    sandbox.control.fault("rate_limit", service="gohighlevel", account="demo", seconds=3)
    assert ghl.get(f"/locations/{LOCATION}").headers["X-RateLimit-Interval-Milliseconds"] == "3000"
