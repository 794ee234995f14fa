"""Contacts in GoHighLevel: never twice, never over somebody else, never with tags, in both versions."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from booking_app.core.failures import Failure
from booking_app.crm.vendors.records import Contact
from tests.crm.vendors.gohighlevel.conftest import Sandbox, refused

EMAIL = "nora.quill+book@example.com"
PHONE = "+61491570156"
STARTS_AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
CONTACT = Contact(
    email=EMAIL, first_name="Nora", last_name="Quill", mobile=PHONE, source="Online booking", utm_source="newsletter",
    email_marketing=True, patient_kind="new", next_booking_at=STARTS_AT,
)  # fmt: skip
PERSON = {"email": EMAIL, "firstName": "Nora", "lastName": "Quill", "phone": PHONE}


def bodies(sandbox: Sandbox) -> list[dict[str, object]]:
    return [json.loads(each.content) for each in sandbox.wire.sent if each.content]


def test_a_new_contact_arrives_with_its_custom_fields(sandbox: Sandbox) -> None:
    written = sandbox.prepared().contacts.upsert(CONTACT)
    (contact,) = sandbox.contacts
    assert (contact.id, contact.members) == (written.remote_id, PERSON | {"source": "Online booking"})
    (shown,) = sandbox.account.to_json()["contacts"]
    assert shown["custom"] == {
        "contact.booking_utm_source": "newsletter",
        "contact.booking_email_marketing": "true",
        "contact.booking_patient_kind": "new",
        "contact.booking_next_at": "2026-11-23T22:30:00Z",
    }
    assert written.dropped == written.warnings == ()


def test_every_call_carries_a_version_and_each_dialect_its_own_words(sandbox: Sandbox) -> None:
    sandbox.prepared().contacts.upsert(CONTACT)
    versions = {each.url.path.split("/")[2]: each.headers["Version"] for each in sandbox.wire.sent}
    assert versions == {"locations": "2021-07-28", "contacts": sandbox.version}
    (body,) = bodies(sandbox)
    members = {name for item in body["customFields"] for name in item}  # type: ignore[attr-defined]
    assert members == {"id", "fieldValue" if sandbox.version == "v3" else "field_value"}


def test_a_repeat_changes_the_contact_that_is_there(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    first = vendor.contacts.upsert(CONTACT)
    again = vendor.contacts.upsert(replace(CONTACT, email=EMAIL.upper(), last_name="Fern", next_booking_at=None))
    assert again.remote_id == first.remote_id
    (contact,) = sandbox.contacts
    assert contact.members["lastName"] == "Fern"
    assert "2026-11-23T22:30:00Z" in contact.custom.values()


def test_an_upsert_never_touches_tags_or_consent_or_where_somebody_came_from(sandbox: Sandbox) -> None:
    contact = sandbox.has(email=EMAIL, source="Walk-in")
    contact.tags, contact.dnd_settings = ["vip"], {"SMS": {"status": "active"}}
    vendor = sandbox.prepared()
    vendor.contacts.upsert(CONTACT)
    vendor.contacts.add_tags(contact.id, ["Booked online", "Booked online", " "])
    vendor.contacts.add_tags(contact.id, ["booked online"])
    assert contact.tags == ["vip", "booked online"]
    assert contact.dnd_settings == {"SMS": {"status": "active"}}
    assert contact.members["source"] == "Walk-in"
    assert not [body for body in bodies(sandbox)[:-2] if body.keys() & {"tags", "dnd", "dndSettings"}]


def test_no_tag_means_no_call(sandbox: Sandbox) -> None:
    sandbox.client().contacts.add_tags("x", [" "])
    assert sandbox.wire.sent == []


@pytest.mark.parametrize("order", ["email,phone", "phone,email", "email", "allowed"])
def test_a_shared_phone_never_overwrites_the_other_person(sandbox: Sandbox, order: str) -> None:
    sandbox.server.control.set_knob(gohighlevel_duplicates=order)
    parent = sandbox.has(email="gus.quill@example.com", firstName="Gus", phone=PHONE)
    written = sandbox.prepared().contacts.upsert(CONTACT)
    assert written.remote_id != parent.id
    assert (written.dropped, written.warnings) == ((), ("split_identity",))
    assert parent.members == {"email": "gus.quill@example.com", "firstName": "Gus", "phone": PHONE}
    assert "phone" not in sandbox.account.contacts[written.remote_id].members


@pytest.mark.parametrize("tells", [True, False], ids=["id told", "id withheld"])
def test_a_phone_that_moved_to_another_contact_is_left_out_of_a_change(sandbox: Sandbox, tells: bool) -> None:
    sandbox.server.control.set_knob(gohighlevel_tells_duplicate=tells)
    sandbox.has(email="gus.quill@example.com", phone=PHONE)
    nora = sandbox.has(email=EMAIL, phone="+61491570157")
    written = sandbox.prepared().contacts.upsert(CONTACT)
    assert (written.remote_id, written.dropped, written.warnings) == (nora.id, (), ("split_identity",))
    assert (nora.members["firstName"], nora.members["phone"]) == ("Nora", "+61491570157")


def test_somebody_known_by_phone_alone_gets_their_address(sandbox: Sandbox) -> None:
    caller = sandbox.has(phone=PHONE)
    caller.tags = ["vip"]
    assert sandbox.prepared().contacts.upsert(CONTACT).remote_id == caller.id
    assert (caller.members["email"], caller.tags) == (EMAIL, ["vip"])


def test_an_additional_address_stays_an_additional_one(sandbox: Sandbox) -> None:
    contact = sandbox.has(email="nora@example.com")
    contact.additional_emails = [EMAIL]
    assert sandbox.prepared().contacts.upsert(CONTACT).remote_id == contact.id
    assert (contact.members["email"], contact.additional_emails) == ("nora@example.com", [EMAIL])


@pytest.mark.parametrize("tells", [True, False], ids=["id told", "id withheld"])
def test_a_contact_made_by_another_worker_meanwhile_is_changed_by_the_id_of_the_duplicate(
    sandbox: Sandbox, tells: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, send = sandbox.prepared(), sandbox.wire.handle_request

    def overtaken(request: httpx.Request) -> httpx.Response:
        """The other worker's create lands first and ours is refused; where the id is told, no search shows it yet."""
        if tells and "/search/" in request.url.path:
            return httpx.Response(200, json={"contact": None})
        if not request.url.path.endswith("/upsert"):
            return send(request)
        first_comer = sandbox.has(email=EMAIL, firstName="Earlier")
        meta = {"meta": {"contactId": first_comer.id, "matchingField": "email"}} if tells else {}
        message = "This location does not allow duplicated contacts."
        return httpx.Response(400, json={"statusCode": 400, "message": message, **meta})

    monkeypatch.setattr(sandbox.wire, "handle_request", overtaken)
    written = vendor.contacts.upsert(CONTACT)
    (contact,) = sandbox.contacts
    assert (contact.id, contact.members["firstName"]) == (written.remote_id, "Nora")


def test_an_upsert_that_landed_on_somebody_else_is_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.server.control.set_knob(gohighlevel_duplicates="phone,email")
    vendor, send = sandbox.prepared(), sandbox.wire.handle_request
    parent = sandbox.has(email="gus.quill@example.com", phone=PHONE)
    sandbox.has(email=EMAIL)

    def unseen(request: httpx.Request) -> httpx.Response:
        """Both contacts were made after our look, so that it shows neither."""
        return httpx.Response(200, json={"contact": None}) if "/search/" in request.url.path else send(request)

    monkeypatch.setattr(sandbox.wire, "handle_request", unseen)
    written = vendor.contacts.upsert(CONTACT)
    assert (written.remote_id, written.warnings) == (parent.id, ("split_identity",))


def test_a_contact_deleted_between_look_and_change_is_left_for_the_next_try(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, send = sandbox.prepared(), sandbox.wire.handle_request
    contact = sandbox.has(email=EMAIL)

    def deleting(request: httpx.Request) -> httpx.Response:
        answer = send(request)
        sandbox.account.contacts.pop(contact.id, None)
        return answer

    definitions_then_look = iter([send, deleting])
    monkeypatch.setattr(sandbox.wire, "handle_request", lambda request: next(definitions_then_look, send)(request))
    failure = refused(lambda: vendor.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.TRANSIENT, "gohighlevel_contact_gone")
    assert vendor.contacts.upsert(CONTACT).remote_id == sandbox.contacts[0].id


def test_addresses_are_looked_up_in_small_letters(sandbox: Sandbox) -> None:
    sandbox.prepared().contacts.upsert(replace(CONTACT, email=EMAIL.upper()))
    asked = [each.url.params.get("email") for each in sandbox.wire.sent if "/search/" in each.url.path]
    assert asked == [EMAIL, None]


def test_a_create_that_was_refused_and_done_all_the_same_is_recognised(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, send = sandbox.prepared(), sandbox.wire.handle_request

    def refused_and_done(request: httpx.Request) -> httpx.Response:
        answer = send(request)
        body = {"statusCode": 422, "message": ["something odd"], "error": "Unprocessable Entity"}
        return httpx.Response(422, json=body) if request.url.path.endswith("/upsert") else answer

    monkeypatch.setattr(sandbox.wire, "handle_request", refused_and_done)
    assert vendor.contacts.upsert(CONTACT).remote_id == sandbox.contacts[0].id
    assert len(sandbox.contacts) == 1


@pytest.mark.parametrize(("method", "path"), [("POST", "/upsert"), ("PUT", "/contacts/")])
def test_an_answer_lost_after_it_was_done_makes_no_second_contact(sandbox: Sandbox, method: str, path: str) -> None:
    vendor = sandbox.prepared()
    if method == "PUT":
        sandbox.has(email=EMAIL)
    sandbox.fault("drop_after", method=method, path=path)
    assert refused(lambda: vendor.contacts.upsert(CONTACT)).failure is Failure.UNKNOWN_OUTCOME
    found = vendor.contacts.find(EMAIL)
    assert found is not None
    assert found.carries({name: text for name, text in vendor.contacts.payload_of(CONTACT).items() if name != "source"})
    assert vendor.contacts.upsert(CONTACT).remote_id == found.remote_id
    assert len(sandbox.contacts) == 1


def test_a_502_after_the_commit_makes_no_second_contact(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    sandbox.fault("status", path="/upsert", status=502, after_commit=True)
    failure = refused(lambda: vendor.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.UNKNOWN_OUTCOME, "gohighlevel_502")
    vendor.contacts.upsert(CONTACT)
    assert len(sandbox.contacts) == 1


def test_a_missing_field_is_named_and_written_once_it_is_made(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    gone = next(key for key, row in sandbox.account.fields.items() if row["fieldKey"] == "contact.booking_next_at")
    del sandbox.account.fields[gone]
    assert vendor.contacts.upsert(CONTACT).dropped == ("contact.booking_next_at",)
    vendor.schema.apply()
    assert vendor.contacts.upsert(CONTACT).dropped == ()
    assert "2026-11-23T22:30:00Z" in sandbox.contacts[0].custom.values()


def test_a_phone_that_is_refused_is_dropped_and_the_rest_arrives(sandbox: Sandbox) -> None:
    written = sandbox.prepared().contacts.upsert(replace(CONTACT, mobile="call me"))
    assert (written.dropped, written.warnings) == (("phone",), ())
    assert sandbox.contacts[0].members["firstName"] == "Nora"


def test_an_address_that_is_refused_is_a_matter_of_the_data_and_is_not_quoted(sandbox: Sandbox) -> None:
    failure = refused(lambda: sandbox.prepared().contacts.upsert(replace(CONTACT, email="nora.example")))
    assert (failure.failure, failure.code) == (Failure.DATA, "gohighlevel_422:email")


def test_an_expired_token_pauses_the_connection(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    sandbox.account.token = "pit-rotated-by-hand"
    failure = refused(lambda: vendor.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.AUTH, "gohighlevel_401")
    assert sandbox.client().contacts.upsert(CONTACT).remote_id


def test_a_limit_is_waited_for_as_long_as_its_interval(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    sandbox.fault("rate_limit", seconds=7)
    failure = refused(lambda: vendor.contacts.upsert(CONTACT))
    assert (failure.failure, failure.retry_after) == (Failure.RATE, 7)
    sandbox.server.control.set_knob(gohighlevel_requests_per_10_seconds=1)
    assert refused(lambda: vendor.contacts.upsert(CONTACT)).retry_after == 10


def test_a_cancellation_that_overtakes_the_create_makes_no_contact(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    assert vendor.contacts.set_next_booking(EMAIL, None) is None
    assert sandbox.contacts == []
    assert {method for method, _ in sandbox.paths} == {"GET"}


def test_the_next_booking_is_cleared_when_nothing_is_booked_any_more(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    written = vendor.contacts.upsert(CONTACT)
    assert vendor.contacts.set_next_booking(EMAIL, None) == written.remote_id
    found = vendor.contacts.find(EMAIL)
    assert found is not None
    assert (found.values["contact.booking_next_at"], found.values["firstName"]) == ("", "Nora")


def test_an_account_without_our_field_is_not_written_for_a_cancellation(sandbox: Sandbox) -> None:
    contact = sandbox.has(email=EMAIL)
    assert sandbox.client().contacts.set_next_booking(EMAIL, STARTS_AT) == contact.id
    assert {method for method, _ in sandbox.paths} == {"GET"}


def test_nobody_is_found_where_nobody_is(sandbox: Sandbox) -> None:
    assert sandbox.client().contacts.find(EMAIL) is None


def test_a_list_is_a_setting_to_fix_because_there_are_none(sandbox: Sandbox) -> None:
    failure = refused(lambda: sandbox.client().add_to_list("x", "77"))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "gohighlevel_no_lists")


def test_a_contact_is_erased_once(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    vendor.contacts.upsert(CONTACT)
    assert [vendor.contacts.erase(EMAIL) for _ in range(2)] == [True, False]
    assert sandbox.contacts == []
