"""ActiveCampaign: a sync by address, fields that need a relation, lists that resubscribe, five requests a second."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from booking_sandbox.activecampaign.account import LIST_ID
from booking_sandbox.server import SandboxServer

EMAIL = "robin@example.com"


@pytest.fixture(scope="module")
def shared(server: SandboxServer) -> Iterator[httpx.Client]:
    headers = {"Api-Token": server.control.world.activecampaign["demo"].token}
    with httpx.Client(base_url=f"{server.activecampaign_url}/api/3", headers=headers) as client:
        yield client


@pytest.fixture
def campaign(sandbox: SandboxServer, shared: httpx.Client) -> httpx.Client:
    sandbox.control.set_knob(activecampaign_requests_per_second=1000)
    return shared


def sync(campaign: httpx.Client, **members: Any) -> dict[str, Any]:
    body: dict[str, Any] = campaign.post("/contact/sync", json={"contact": {"email": EMAIL, **members}}).json()
    return body


def field(campaign: httpx.Client, **values: Any) -> httpx.Response:
    return campaign.post("/fields", json={"field": {"title": "Booking ref", "type": "text", **values}})


def test_a_bad_token_is_a_403_like_a_missing_right(sandbox: SandboxServer, campaign: httpx.Client) -> None:
    assert campaign.get("/users/me").json()["user"]["username"] == "demo"
    bad = campaign.get("/users/me", headers={"Api-Token": "no"})
    narrow = sandbox.control.world.activecampaign["narrow"].token
    right = campaign.get("/contacts", headers={"Api-Token": narrow})
    assert (bad.status_code, right.status_code) == (403, 403)
    assert bad.json() == right.json()
    assert bad.json().keys() == {"message"}


def test_a_sync_creates_then_changes_and_an_empty_text_overwrites(campaign: httpx.Client) -> None:
    first = campaign.post("/contact/sync", json={"contact": {"email": EMAIL, "firstName": "Robin", "phone": "1"}})
    again = campaign.post("/contact/sync", json={"contact": {"email": EMAIL.upper(), "phone": ""}})
    assert (first.status_code, again.status_code) == (201, 200)
    contact = again.json()["contact"]
    assert (contact["id"], contact["firstName"], contact["phone"]) == (first.json()["contact"]["id"], "Robin", "")
    assert isinstance(contact["id"], str)


def test_a_create_of_an_address_that_is_there_is_a_422(campaign: httpx.Client) -> None:
    sync(campaign)
    answer = campaign.post("/contacts", json={"contact": {"email": EMAIL}})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "duplicate")
    other = campaign.post("/contacts", json={"contact": {"email": "kim@example.com"}}).json()["contact"]["id"]
    assert campaign.put(f"/contacts/{other}", json={"contact": {"email": EMAIL}}).status_code == 422
    assert campaign.put(f"/contacts/{other}", json={"contact": {"phone": "2"}}).json()["contact"]["phone"] == "2"
    assert campaign.get(f"/contacts/{other}").json()["contactLists"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"contact": {"email": "robin"}}, "/data/attributes/email"),
        ({"contact": {}}, "/data/attributes/email"),
        ({"email": EMAIL}, "/data/attributes/contact"),
    ],
)
def test_what_is_missing_or_wrong_is_pointed_at(campaign: httpx.Client, body: Any, pointer: str) -> None:
    answer = campaign.post("/contact/sync", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["source"]["pointer"]) == (422, pointer)


def test_a_body_that_is_no_json_is_a_400_that_says_nothing(campaign: httpx.Client) -> None:
    answer = campaign.post("/contact/sync", content=b"{")
    assert (answer.status_code, answer.json()) == (400, {})


def test_email_is_exact_phone_a_prefix_and_search_is_wide(campaign: httpx.Client) -> None:
    sync(campaign, phone="+61491570156")
    found = {
        query: campaign.get("/contacts", params={name: query}).json()["meta"]["total"]
        for name, query in (("email", EMAIL.upper()), ("email", "robin"), ("phone", "+6149"), ("search", "bin@ex"))
    }
    assert found == {EMAIL.upper(): "1", "robin": "0", "+6149": "1", "bin@ex": "1"}


def test_a_field_takes_values_only_once_it_is_related(campaign: httpx.Client) -> None:
    made = field(campaign, perstag="booking_ref")
    assert (made.status_code, made.json()["field"]["perstag"]) == (201, "BOOKING_REF")
    value = {"field": made.json()["field"]["id"], "value": "BK-1"}
    assert sync(campaign, fieldValues=[value])["fieldValues"] == []
    relation = {"fieldRel": {"field": int(value["field"]), "relid": 0}}
    assert campaign.post("/fieldRels", json=relation).status_code == 201
    assert sync(campaign, fieldValues=[value])["fieldValues"][0]["value"] == "BK-1"
    listed = campaign.get("/fields").json()
    assert [row["field"] for row in listed["fieldRels"]] == [row["id"] for row in listed["fields"]] == ["1"]
    assert campaign.get("/fieldRels").json()["meta"]["total"] == "1"
    assert campaign.get("/contacts/1/fieldValues").json()["fieldValues"][0]["field"] == "1"


def test_a_title_is_taken_once_and_a_type_is_a_known_one(campaign: httpx.Client) -> None:
    field(campaign)
    assert field(campaign, title="BOOKING REF").json()["errors"][0]["code"] == "duplicate"
    assert field(campaign, title="Other", type="words").status_code == 422
    assert campaign.post("/fieldRels", json={"fieldRel": {"field": 9, "relid": 0}}).status_code == 422


def test_a_time_written_day_first_is_refused(campaign: httpx.Client) -> None:
    number = field(campaign, type="datetime").json()["field"]["id"]
    body = {"contact": {"email": EMAIL, "fieldValues": [{"field": number, "value": "24/11/2026 09:00"}]}}
    assert campaign.post("/contact/sync", json=body).status_code == 400


def test_a_search_for_a_tag_finds_all_that_contain_it(campaign: httpx.Client) -> None:
    for name in ("Web", "Website"):
        assert campaign.post("/tags", json={"tag": {"tag": name, "tagType": "contact"}}).status_code == 201
    found = campaign.get("/tags", params={"search": "web"}).json()["tags"]
    assert [row["tag"] for row in found] == ["Web", "Website"]
    repeated = campaign.post("/tags", json={"tag": {"tag": "WEB", "tagType": "contact"}})
    assert repeated.json()["errors"][0]["code"] == "duplicate"
    assert campaign.post("/tags", json={"tag": {"tag": "x"}}).status_code == 422


def test_a_second_link_of_a_tag_is_the_first(campaign: httpx.Client) -> None:
    sync(campaign)
    campaign.post("/tags", json={"tag": {"tag": "Web", "tagType": "contact"}})
    links = [campaign.post("/contactTags", json={"contactTag": {"contact": "1", "tag": "1"}}) for _ in range(2)]
    assert [link.status_code for link in links] == [201, 201]
    assert links[0].json()["contactTag"]["id"] == links[1].json()["contactTag"]["id"]
    missing = campaign.post("/contactTags", json={"contactTag": {"contact": "1", "tag": "9"}})
    assert missing.json()["errors"][0]["code"] == "related_missing"


def test_status_1_brings_back_whoever_has_left_and_says_nothing(sandbox: SandboxServer, campaign: httpx.Client) -> None:
    sync(campaign)
    httpx.post(f"{sandbox.control_url}/activecampaign/demo/opt-out", json={"email": EMAIL}).raise_for_status()
    assert campaign.get("/contacts/1/contactLists").json()["contactLists"][0]["status"] == "2"
    body = {"contactList": {"list": int(LIST_ID), "contact": 1, "status": 1}}
    assert campaign.post("/contactLists", json=body).status_code == 201
    (row,) = sandbox.control.state("demo")["activecampaign"]["contactLists"]
    assert (row["status"], row["resubscribed"]) == ("1", True)
    assert campaign.post("/contactLists", json={"contactList": {**body["contactList"], "status": 7}}).status_code == 422


def test_lists_are_shown_and_one_that_is_not_there_is_a_404(campaign: httpx.Client) -> None:
    assert [row["name"] for row in campaign.get("/lists").json()["lists"]] == ["Clinic news", "Offers"]
    assert campaign.get(f"/lists/{LIST_ID}").json()["list"]["name"] == "Clinic news"
    assert campaign.get("/lists/9").json()["message"].startswith("No Result found")
    missing = campaign.get("/contacts/9")
    assert (missing.status_code, missing.json()["message"]) == (404, "No Result found for Subscriber with id 9")


def test_each_note_is_another_one(campaign: httpx.Client) -> None:
    sync(campaign)
    body = {"note": {"note": "one", "relid": 1, "reltype": "Subscriber"}}
    first, second = (campaign.post("/notes", json=body).json()["note"]["id"] for _ in range(2))
    assert first != second
    changed = campaign.put(f"/notes/{first}", json={"note": {"note": "two"}})
    assert changed.json()["note"]["note"] == "two"
    assert [row["note"] for row in campaign.get("/contacts/1/notes").json()["notes"]] == ["two", "one"]
    assert campaign.put("/notes/9", json=body).status_code == 404
    assert campaign.post("/notes", json={"note": {"note": "one", "relid": 1}}).status_code == 422


def test_a_page_holds_twenty_and_a_hundred_at_most(sandbox: SandboxServer, campaign: httpx.Client) -> None:
    account = sandbox.control.world.activecampaign["demo"]
    for number in range(120):
        account.add("tags", tag=f"Tag {number}", tagType="contact")
    sizes = [len(campaign.get("/tags", params=page).json()["tags"]) for page in ({}, {"limit": 500}, {"offset": 110})]
    assert sizes == [20, 100, 10]


def test_the_sixth_request_of_a_second_is_told_to_wait(sandbox: SandboxServer, campaign: httpx.Client) -> None:
    sandbox.control.set_knob(activecampaign_requests_per_second=5)
    answers = [campaign.get("/users/me") for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert answers[0].headers["RateLimit-Remaining"] == "4"
    assert {answer.headers["Retry-After"] for answer in refused} == {"30"}


def test_a_wrong_address_is_a_web_page(campaign: httpx.Client) -> None:
    answer = campaign.get("/nothing")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_common_faults_meet_it_too(sandbox: SandboxServer, campaign: httpx.Client) -> None:
    sandbox.control.fault("drop_after", service="activecampaign", path="/contact/sync")
    with pytest.raises(httpx.RemoteProtocolError):
        sync(campaign)
    assert campaign.get("/contacts", params={"email": EMAIL}).json()["meta"]["total"] == "1"
    sandbox.control.fault("rate_limit", service="activecampaign", account="demo", seconds=9)
    assert campaign.get("/users/me").headers["Retry-After"] == "9"
    assert httpx.get(f"{sandbox.control_url}/activecampaign/demo").json()["contacts"][0]["email"] == EMAIL
    assert httpx.post(f"{sandbox.control_url}/activecampaign/demo/opt-out", json={"email": "x"}).status_code == 400
