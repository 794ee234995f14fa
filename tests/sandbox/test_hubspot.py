"""HubSpot: strings only, strict properties, ids hidden in texts, and a search that lags."""

import json
import re
from typing import Any

import httpx
import pytest

from booking_sandbox.hubspot.portal import LIST_ID, SUBSCRIPTION_ID
from booking_sandbox.server import SandboxServer

CONTACTS = "/crm/objects/2026-09/contacts"


def contact(hubspot: httpx.Client, **properties: str) -> dict[str, Any]:
    values = {"email": "robin@example.com", "firstname": "Robin", **properties}
    body: dict[str, Any] = hubspot.post(CONTACTS, json={"properties": values}).raise_for_status().json()
    return body


def test_a_missing_token_is_401_and_a_missing_scope_403(sandbox: SandboxServer, hubspot: httpx.Client) -> None:
    nobody = httpx.get(f"{sandbox.hubspot_url}{CONTACTS}")
    assert (nobody.status_code, nobody.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    narrow = {"Authorization": f"Bearer {sandbox.hubspot_token('narrow')}"}
    answer = httpx.get(f"{sandbox.hubspot_url}/crm/lists/2026-09/{LIST_ID}", headers=narrow)
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    assert "crm.lists.read" in json.dumps(answer.json()["errors"])
    assert answer.json()["correlationId"]


def test_the_dated_and_the_numbered_address_answer_and_others_do_not(hubspot: httpx.Client) -> None:
    created = contact(hubspot)
    assert hubspot.get(f"{CONTACTS}/{created['id']}").json()["id"] == created["id"]
    assert hubspot.get(f"/crm/v3/objects/contacts/{created['id']}").json()["id"] == created["id"]
    assert hubspot.get("/crm/objects/2024-01/contacts").status_code == 404


def test_details_tell_which_account_the_token_belongs_to(hubspot: httpx.Client) -> None:
    details = hubspot.get("/account-info/2026-09/details").json()
    assert (details["portalId"], details["accountType"]) == (44100001, "STANDARD")


def test_a_patch_by_email_is_404_before_and_200_after_the_contact_exists(hubspot: httpx.Client) -> None:
    path, body = f"{CONTACTS}/robin%2Btest%40example.com?idProperty=email", {"properties": {"lastname": "Sample"}}
    assert hubspot.patch(path, json=body).status_code == 404
    contact(hubspot, email="Robin+Test@example.com")
    assert hubspot.patch(path, json=body).json()["properties"]["lastname"] == "Sample"


def test_a_patch_changes_only_what_it_names_and_an_empty_string_clears(hubspot: httpx.Client) -> None:
    path = f"{CONTACTS}/{contact(hubspot, city='Adelaide', phone='+61491570156')['id']}"
    shown = hubspot.patch(path, json={"properties": {"city": ""}}).json()["properties"]
    assert "city" not in shown
    assert shown["phone"] == "+61491570156"
    assert shown["hs_searchable_calculated_phone_number"] == "491570156"


def test_an_email_that_exists_is_409_with_the_id_in_the_text_only(hubspot: httpx.Client) -> None:
    first = contact(hubspot)
    answer = hubspot.post(CONTACTS, json={"properties": {"email": "ROBIN@example.com"}})
    assert (answer.status_code, answer.json()["category"]) == (409, "CONFLICT")
    found = re.search(r"Existing ID: (\d+)", answer.json()["message"])
    assert found
    assert found[1] == first["id"]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"clinicbook_unknown": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"email": "no address"}, "INVALID_EMAIL"),
        ({"lifecyclestage": "friend"}, "INVALID_OPTION"),
        ({"createdate": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"firstname": 5}, "INVALID_TYPE"),
    ],
)
def test_one_bad_property_kills_the_whole_write(hubspot: httpx.Client, properties: dict[str, Any], code: str) -> None:
    created = contact(hubspot)
    body = {"properties": {"city": "Adelaide", **properties}}
    for answer in (
        hubspot.patch(f"{CONTACTS}/{created['id']}", json=body),
        hubspot.post(CONTACTS, json={"properties": {"firstname": "Kim", **body["properties"]}}),
    ):
        assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
        assert answer.json()["errors"][0]["code"] == code
        assert code in answer.json()["message"]
    shown = hubspot.get(f"{CONTACTS}/{created['id']}", params={"properties": "city"}).json()
    assert shown["properties"]["city"] is None


def test_a_contact_needs_a_name_or_an_email(hubspot: httpx.Client) -> None:
    assert hubspot.post(CONTACTS, json={"properties": {"phone": "+61491570156"}}).status_code == 400


def define(hubspot: httpx.Client, kind: str = "contacts", **values: Any) -> httpx.Response:
    hubspot.post(f"/crm/properties/2026-09/{kind}/groups", json={"name": "clinicbook", "label": "Bookings"})
    body = {"name": "clinicbook_ref", "label": "Ref", "type": "string", "fieldType": "text", "groupName": "clinicbook"}
    return hubspot.post(f"/crm/properties/2026-09/{kind}", json={**body, **values})


def test_properties_need_their_group_fit_their_field_and_exist_once(hubspot: httpx.Client) -> None:
    path = "/crm/properties/2026-09/contacts"
    body = {"name": "clinicbook_ref", "label": "Ref", "type": "string", "fieldType": "text", "groupName": "clinicbook"}
    assert hubspot.post(path, json=body).status_code == 400
    assert define(hubspot).status_code == 201
    assert define(hubspot).status_code == 409
    assert define(hubspot, name="clinicbook_on", type="date", fieldType="text").status_code == 400
    assert define(hubspot, name="Clinic Book").status_code == 400
    assert hubspot.get(f"{path}/clinicbook_ref").json()["label"] == "Ref"
    assert hubspot.get(f"{path}/clinicbook_other").status_code == 404
    groups = hubspot.get(f"{path}/groups").json()["results"]
    assert "clinicbook" in {group["name"] for group in groups}
    repeated = hubspot.post(f"{path}/groups", json={"name": "clinicbook", "label": "Bookings"})
    assert repeated.status_code == 409


def test_a_unique_property_makes_upsert_find_what_it_made(hubspot: httpx.Client) -> None:
    define(hubspot, kind="meetings", name="clinicbook_booking", hasUniqueValue=True)
    properties = {"hs_timestamp": "2026-11-24T00:00:00Z", "hs_meeting_title": "Visit"}
    entry = {"idProperty": "clinicbook_booking", "id": "bk:1", "properties": properties}
    path = "/crm/objects/2026-09/meetings/batch/upsert"
    first, again = (hubspot.post(path, json={"inputs": [entry]}).json()["results"][0] for _ in range(2))
    assert (first["new"], again["new"], again["id"]) == (True, False, first["id"])
    taken = hubspot.post(
        "/crm/objects/2026-09/meetings", json={"properties": {**properties, "clinicbook_booking": "bk:1"}}
    )
    assert taken.status_code == 409
    by_value = hubspot.get("/crm/objects/2026-09/meetings/bk:1", params={"idProperty": "clinicbook_booking"})
    assert by_value.json()["id"] == first["id"]
    other = {"inputs": [{**entry, "idProperty": "hs_meeting_title"}]}
    assert hubspot.post(path, json=other).status_code == 400


def test_two_inputs_of_one_batch_must_not_name_the_same_contact(hubspot: httpx.Client) -> None:
    entry = {"idProperty": "email", "id": "robin@example.com", "properties": {}}
    answer = hubspot.post(f"{CONTACTS}/batch/upsert", json={"inputs": [entry, entry]})
    assert (answer.status_code, answer.json()["category"]) == (409, "CONFLICT")


def test_search_learns_late_and_in_the_meantime_shows_what_it_knew(
    sandbox: SandboxServer, hubspot: httpx.Client
) -> None:
    created = contact(hubspot, city="Adelaide")
    wanted = {"filters": [{"propertyName": "email", "operator": "EQ", "value": "robin@example.com"}]}
    query = {"filterGroups": [wanted], "properties": ["city"]}
    assert hubspot.post(f"{CONTACTS}/search", json=query).json()["total"] == 1
    sandbox.control.set_knob(hubspot_search_lag_seconds=60.0)
    hubspot.patch(f"{CONTACTS}/{created['id']}", json={"properties": {"city": "Perth"}})
    contact(hubspot, email="kim@example.com")
    (found,) = hubspot.post(f"{CONTACTS}/search", json=query).json()["results"]
    assert found["properties"]["city"] == "Adelaide"
    assert hubspot.post(f"{CONTACTS}/search", json={}).json()["total"] == 1
    assert hubspot.get(CONTACTS).json()["results"][1]["properties"]["email"] == "kim@example.com"


def test_notes_need_a_time_and_hang_on_a_contact_by_the_right_number(hubspot: httpx.Client) -> None:
    created = contact(hubspot)
    number = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}
    link = {"to": {"id": created["id"]}, "types": [number]}
    body = {"properties": {"hs_note_body": "bk:1"}, "associations": [link]}
    notes = "/crm/objects/2026-09/notes"
    assert hubspot.post(notes, json=body).status_code == 400
    body["properties"]["hs_timestamp"] = "2026-11-24T00:00:00Z"  # type: ignore[index]
    wrong = {**link, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 200}]}
    assert hubspot.post(notes, json={**body, "associations": [wrong]}).status_code == 400
    note = hubspot.post(notes, json=body).json()
    shown = hubspot.get(f"{CONTACTS}/{created['id']}", params={"associations": "notes"}).json()
    assert [row["id"] for row in shown["associations"]["notes"]["results"]] == [note["id"]]


def test_the_default_association_may_be_put_again_and_again(hubspot: httpx.Client) -> None:
    created = contact(hubspot)
    properties = {"hs_timestamp": "2026-11-24T00:00:00Z"}
    meeting = hubspot.post("/crm/objects/2026-09/meetings", json={"properties": properties}).json()
    path = f"/crm/objects/2026-09/meetings/{meeting['id']}/associations/default/contacts/"
    assert [hubspot.put(path + created["id"]).status_code for _ in range(2)] == [200, 200]
    assert hubspot.put(path + "1").status_code == 404


def test_list_membership_is_a_set(hubspot: httpx.Client) -> None:
    created, path = contact(hubspot), f"/crm/lists/2026-09/{LIST_ID}/memberships"
    first = hubspot.put(f"{path}/add", json=[created["id"], "1"]).json()
    assert (first["recordIdsAdded"], first["recordIdsMissing"]) == ([created["id"]], ["1"])
    assert hubspot.put(f"{path}/add", json=[created["id"]]).json()["recordIdsAdded"] == []
    assert hubspot.get(path).json()["results"] == [{"recordId": created["id"]}]
    assert hubspot.put("/crm/lists/2026-09/9/memberships/add", json=[]).status_code == 404


CONSENT = "/communication-preferences/2026-09"


def write_status(hubspot: httpx.Client, state: str) -> dict[str, Any]:
    body = {"channel": "EMAIL", "statusState": state, "subscriptionId": SUBSCRIPTION_ID}
    answer = hubspot.post(f"{CONSENT}/statuses/robin@example.com", json=body).raise_for_status()
    (row,) = answer.json()["results"]
    return dict(row)


def status(hubspot: httpx.Client) -> str:
    answer = hubspot.get(f"{CONSENT}/statuses/robin@example.com", params={"channel": "EMAIL"})
    return str(answer.json()["results"][0]["status"])


def test_writing_subscribed_over_an_opt_out_resubscribes_and_says_so(hubspot: httpx.Client) -> None:
    assert hubspot.get(f"{CONSENT}/definitions").json()["results"][0]["id"] == str(SUBSCRIPTION_ID)
    assert status(hubspot) == "NOT_SPECIFIED"
    assert write_status(hubspot, "SUBSCRIBED")["setStatusSuccessReason"] == "UPDATED"
    write_status(hubspot, "UNSUBSCRIBED")
    assert write_status(hubspot, "SUBSCRIBED")["setStatusSuccessReason"] == "RESUBSCRIBE_OCCURRED"
    assert status(hubspot) == "SUBSCRIBED"


def test_somebody_who_left_everything_is_unsubscribed(sandbox: SandboxServer, hubspot: httpx.Client) -> None:
    sandbox.control.opt_out("demo", "robin@example.com")
    assert status(hubspot) == "UNSUBSCRIBED"
    path = f"{CONSENT}/statuses/robin@example.com/unsubscribe-all"
    assert hubspot.get(path, params={"channel": "EMAIL"}).json()["results"][0]["status"] == "UNSUBSCRIBED"
    assert hubspot.get(f"{CONSENT}/statuses/robin@example.com").status_code == 400


def test_limits_name_their_policy(sandbox: SandboxServer, hubspot: httpx.Client) -> None:
    headers = hubspot.get(CONTACTS).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "190"
    sandbox.control.set_knob(hubspot_searches_per_second=1)
    answers = [hubspot.post(f"{CONTACTS}/search", json={}) for _ in range(2)]
    assert "X-HubSpot-RateLimit-Max" not in answers[0].headers
    assert (answers[1].status_code, answers[1].json()["policyName"]) == (429, "SECONDLY")
    sandbox.control.set_knob(hubspot_requests_per_10_seconds=2, hubspot_retry_after=True)
    answer = hubspot.get(CONTACTS)
    assert (answer.json()["policyName"], answer.json()["category"]) == ("TEN_SECONDLY_ROLLING", "RATE_LIMITS")
    assert answer.headers["Retry-After"] == "10"
