"""Mailchimp: six states, keys made of addresses, fields lost in silence, and limits without a word."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.mailchimp.audience import BY_ADMIN, Audience
from booking_sandbox.server import SandboxServer

EMAIL = "robin@example.com"
KEY = hashlib.md5(EMAIL.encode()).hexdigest()
MEMBERS = f"/lists/{LIST_ID}/members"
ONE = f"{MEMBERS}/{KEY}"
FIELDS = f"/lists/{LIST_ID}/merge-fields"


@pytest.fixture(scope="module")
def connection(server: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.mailchimp_url, auth=("any", server.mailchimp_key("demo"))) as client:
        yield client


@pytest.fixture
def mailchimp(sandbox: SandboxServer, connection: httpx.Client) -> httpx.Client:
    """Mailchimp with the sample clinic's key."""
    return connection


@pytest.fixture
def audience(sandbox: SandboxServer) -> Audience:
    return sandbox.control.world.mailchimp["demo"].audience


def put(mailchimp: httpx.Client, *, key: str = KEY, lenient: bool = True, **body: Any) -> httpx.Response:
    whole = {"email_address": EMAIL, "status_if_new": "transactional", **body}
    return mailchimp.put(f"{MEMBERS}/{key}", json=whole, params={"skip_merge_validation": str(lenient).lower()})


def title_of(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"].startswith("application/problem+json")
    assert response.json()["instance"]
    return response.status_code, response.json()["title"]


def test_a_key_that_is_missing_or_wrong_is_401(sandbox: SandboxServer) -> None:
    for auth in (None, ("any", "wrong-us19")):
        assert title_of(httpx.get(f"{sandbox.mailchimp_url}/ping", auth=auth)) == (401, "API Key Invalid")
    bearer = {"Authorization": f"Bearer {sandbox.mailchimp_key('demo')}"}
    assert httpx.get(f"{sandbox.mailchimp_url}/ping", headers=bearer).json()["health_status"]


def test_a_user_who_may_only_look_is_403_at_a_write(sandbox: SandboxServer) -> None:
    with httpx.Client(base_url=sandbox.mailchimp_url, auth=("any", sandbox.mailchimp_key("narrow"))) as narrow:
        assert narrow.get(f"/lists/{LIST_ID}").status_code == 200
        assert title_of(put(narrow)) == (403, "Forbidden")


def test_the_root_says_whose_key_it_is_and_answers_can_be_cut_down(mailchimp: httpx.Client) -> None:
    assert mailchimp.get("/", params={"fields": "account_id,contact.city"}).json() == {
        "account_id": "d3m0acc0unt",
        "contact": {"city": "Adelaide"},
    }
    assert mailchimp.get("/lists", params={"fields": "lists.id"}).json() == {"lists": [{"id": LIST_ID}]}


def test_an_unknown_member_audience_and_address_look_the_same(mailchimp: httpx.Client) -> None:
    for path in (ONE, "/lists/none", f"/lists/none/members/{KEY}", "/nowhere"):
        assert title_of(mailchimp.get(path)) == (404, "Resource Not Found")


def test_a_member_is_found_by_hash_address_and_contact_id_but_not_by_another_hash(mailchimp: httpx.Client) -> None:
    made = put(mailchimp, email_address="Robin@Example.com").json()
    assert made["id"] == KEY
    for key in (KEY, made["contact_id"], EMAIL):
        assert mailchimp.get(f"{MEMBERS}/{key}").json()["id"] == KEY
    careless = hashlib.md5(b"Robin@Example.com").hexdigest()
    assert mailchimp.get(f"{MEMBERS}/{careless}").status_code == 404
    assert title_of(put(mailchimp, key=careless)) == (400, "Member Exists")


def test_status_if_new_counts_for_newcomers_only(mailchimp: httpx.Client, audience: Audience) -> None:
    assert put(mailchimp, status_if_new="pending").json()["status"] == "pending"
    assert put(mailchimp, status_if_new="subscribed").json()["status"] == "pending"
    assert audience.members[KEY].confirmations_sent == 1


def test_a_status_is_obeyed_at_once_where_an_administrator_unsubscribed(
    mailchimp: httpx.Client, audience: Audience
) -> None:
    audience.put(EMAIL, "unsubscribed").unsubscribe_reason = BY_ADMIN
    assert put(mailchimp, status="subscribed").json()["status"] == "subscribed"


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned"])
def test_who_unsubscribed_themselves_or_bounced_cannot_be_subscribed(
    mailchimp: httpx.Client, audience: Audience, status: str
) -> None:
    audience.put(EMAIL, status)
    assert title_of(put(mailchimp, status="subscribed")) == (400, "Member In Compliance State")
    assert title_of(mailchimp.patch(ONE, json={"status": "subscribed"})) == (400, "Member In Compliance State")
    assert put(mailchimp).json()["status"] == status


@pytest.mark.parametrize(("knob", "status"), [("revive", "transactional"), ("keep", "archived")])
def test_a_write_to_somebody_archived_revives_them_or_not(
    sandbox: SandboxServer, mailchimp: httpx.Client, knob: str, status: str
) -> None:
    sandbox.control.set_knob(mailchimp_archived_put=knob)
    put(mailchimp, status_if_new="subscribed")
    assert mailchimp.delete(ONE).status_code == 204
    assert mailchimp.get(ONE).json()["status"] == "archived"
    assert put(mailchimp).json()["status"] == status


def test_somebody_deleted_for_good_cannot_come_back(mailchimp: httpx.Client) -> None:
    put(mailchimp)
    assert mailchimp.post(f"{ONE}/actions/delete-permanent").status_code == 204
    assert title_of(put(mailchimp, status_if_new="pending")) == (400, "Forgotten Email Not Subscribed")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"email_address": "robin@fake.example"}, "looks fake or invalid"),
        ({"email_address": "robin"}, "valid email"),
        ({"email_address": "slow@example.com"}, "signed up to a lot of lists"),
        ({"status_if_new": "friend"}, "could not be validated"),
        ({"status_if_new": ""}, "could not be validated"),
        ({"merge_fields": []}, "could not be validated"),
    ],
)
def test_a_body_that_is_not_accepted_shares_its_title_with_others(
    mailchimp: httpx.Client, audience: Audience, body: dict[str, Any], words: str
) -> None:
    audience.paused_signups.add("slow@example.com")
    key = hashlib.md5(str(body.get("email_address", EMAIL)).encode()).hexdigest()
    answer = put(mailchimp, key=key, **body)
    assert title_of(answer) == (400, "Invalid Resource")
    assert words in answer.json()["detail"]
    assert audience.members == {}


def test_a_body_that_is_no_json_is_said_to_be_none(mailchimp: httpx.Client) -> None:
    assert title_of(mailchimp.put(ONE, content=b"{no")) == (400, "JSON Parse Error")


def test_unknown_merge_fields_are_dropped_in_silence(mailchimp: httpx.Client) -> None:
    shown = put(mailchimp, merge_fields={"FNAME": "Robin", "NOSUCH": "x"}).json()["merge_fields"]
    assert shown["FNAME"] == "Robin"
    assert "NOSUCH" not in shown


def test_a_required_field_breaks_writes_unless_they_skip_the_check(mailchimp: httpx.Client, audience: Audience) -> None:
    audience.add_field("SHOESIZE", "Shoe size", "text", required=True)
    answer = put(mailchimp, lenient=False)
    assert answer.json()["errors"] == [{"field": "SHOESIZE", "message": "Please enter a value"}]
    assert put(mailchimp).status_code == 200


@pytest.mark.parametrize(
    ("tag", "value", "message"),
    [
        ("ADDRESS", {"addr1": "1 Sample Street", "city": "Adelaide"}, "Please enter a complete address"),
        ("BIRTHDAY", "1990-05-04", "Please enter a month (01-12) and a day (01-31)"),
        ("PHONE", "+61491570156", "Please enter a valid phone number"),
        ("FNAME", ["Robin"], "This value should be a string"),
        ("WHEN", "24 November", "Please enter the date"),
        ("KIND", "other", "Value must be one of: new"),
    ],
)
def test_values_that_a_field_does_not_take_name_the_field(
    mailchimp: httpx.Client, audience: Audience, tag: str, value: Any, message: str
) -> None:
    audience.fields["PHONE"]["options"]["phone_format"] = "US"
    audience.add_field("WHEN", "When", "date")
    audience.add_field("KIND", "Kind", "dropdown", options={"choices": ["new"]})
    answer = put(mailchimp, merge_fields={tag: value})
    assert answer.json()["detail"] == "Your merge fields were invalid."
    assert answer.json()["errors"] == [{"field": tag, "message": message}]


def test_fields_come_ten_at_a_time_unless_more_are_asked_for(mailchimp: httpx.Client) -> None:
    for number in range(8):
        assert mailchimp.post(FIELDS, json={"tag": f"BK{number}", "name": "x", "type": "text"}).status_code == 200
    assert len(mailchimp.get(FIELDS).json()["merge_fields"]) == 10
    assert len(mailchimp.get(FIELDS, params={"count": 1000}).json()["merge_fields"]) == 14


@pytest.mark.parametrize(
    "body",
    [
        {"tag": "FNAME", "name": "x", "type": "text"}, {"tag": "ELEVENLONGX", "name": "x", "type": "text"},
        {"tag": "BK", "type": "text"}, {"tag": "BK", "name": "x", "type": "datetime"},
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_made_is_refused(mailchimp: httpx.Client, body: dict[str, str]) -> None:
    assert title_of(mailchimp.post(FIELDS, json=body)) == (400, "Invalid Resource")


def test_tags_are_a_set_and_events_are_not(mailchimp: httpx.Client, audience: Audience) -> None:
    put(mailchimp)
    for _ in range(2):
        assert mailchimp.post(f"{ONE}/tags", json={"tags": [{"name": "Web", "status": "active"}]}).status_code == 204
        assert mailchimp.post(f"{ONE}/events", json={"name": "booking_created"}).status_code == 204
    assert [tag["name"] for tag in mailchimp.get(f"{ONE}/tags").json()["tags"]] == ["Web"]
    assert mailchimp.get(f"{ONE}/events").json()["total_items"] == 2
    mailchimp.post(f"{ONE}/tags", json={"tags": [{"name": "Web", "status": "inactive"}]})
    assert audience.members[KEY].tags == {}
    assert title_of(mailchimp.post(f"{ONE}/tags", json={"tags": ["Web"]})) == (400, "Invalid Resource")
    assert title_of(mailchimp.post(f"{ONE}/events", json={"name": "x"})) == (400, "Invalid Resource")


def test_a_member_who_is_there_is_not_created_again_nor_made_transactional(mailchimp: httpx.Client) -> None:
    body = {"email_address": EMAIL, "status": "subscribed"}
    assert mailchimp.post(MEMBERS, json=body).json()["status"] == "subscribed"
    assert title_of(mailchimp.post(MEMBERS, json=body)) == (400, "Member Exists")
    assert title_of(mailchimp.patch(ONE, json={"status": "transactional"})) == (400, "Invalid Resource")


def test_the_call_beyond_the_simultaneous_ones_is_429_without_a_word(
    sandbox: SandboxServer, mailchimp: httpx.Client
) -> None:
    sandbox.control.fault("delay", service="mailchimp", seconds=0.15, times=None)
    with ThreadPoolExecutor(11) as pool:
        answers = list(pool.map(lambda _: mailchimp.get("/ping"), range(11)))
    (busy,) = [answer for answer in answers if answer.status_code != 200]
    assert (busy.status_code, busy.content) == (429, b"")
    assert not {"retry-after", "x-ratelimit-remaining"} & busy.headers.keys()


def test_the_common_faults_meet_mailchimp_as_its_gateway_has_them(
    sandbox: SandboxServer, mailchimp: httpx.Client, audience: Audience
) -> None:
    sandbox.control.fault("rate_limit", service="mailchimp", account="demo", seconds=9)
    assert mailchimp.get("/ping").status_code == 429
    sandbox.control.fault("status", service="mailchimp", status=403, body="empty")
    bare = mailchimp.get("/ping")
    assert (bare.status_code, bare.content) == (403, b"")
    sandbox.control.fault("drop_after", service="mailchimp")
    with pytest.raises(httpx.RemoteProtocolError):
        put(mailchimp)
    assert KEY in audience.members


def test_the_control_api_shows_members_and_moves_them(
    web: httpx.Client, mailchimp: httpx.Client, sandbox: SandboxServer
) -> None:
    put(mailchimp)
    path = "/control/mailchimp/demo"
    web.post(f"{path}/members", json={"email": EMAIL, "status": "unsubscribed"}).raise_for_status()
    web.post(f"{path}/merge-fields", json={"tag": "SHOESIZE", "required": True}).raise_for_status()
    (shown,) = web.get("/control/state").json()["mailchimp"]["audiences"]
    assert [(member["email_address"], member["status"]) for member in shown["members"]] == [(EMAIL, "unsubscribed")]
    assert "SHOESIZE" in shown["merge_fields"]
    web.post(f"{path}/members", json={"email": EMAIL, "status": "forgotten"}).raise_for_status()
    assert web.get(path).json()["audiences"][0]["members"] == []
    sandbox.control.reset()
    assert "SHOESIZE" not in json.dumps(web.get(path).json())
