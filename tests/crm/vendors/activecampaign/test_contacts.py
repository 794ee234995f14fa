"""Contacts in ActiveCampaign: one an address, with the fields that can carry something, on no list."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Response

from booking_app.core.failures import Failure
from booking_app.crm.vendors.activecampaign.fields import OWN_FIELDS, Definitions
from booking_app.crm.vendors.records import Contact
from booking_sandbox.activecampaign.account import Row
from booking_sandbox.activecampaign.context import CampaignCall
from booking_sandbox.activecampaign.errors import as_json
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused

EMAIL = "nora.quill+book@example.com"
STARTS_AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
CONTACT = Contact(
    email=EMAIL, first_name="Nora", last_name="Quill", mobile="+61491570156", source="Online booking",
    email_marketing=True, patient_kind="new", next_booking_at=STARTS_AT,
)  # fmt: skip
VALUES = {
    "BOOKING_SOURCE": "Online booking",
    "BOOKING_EMAIL_MARKETING": "true",
    "BOOKING_PATIENT_KIND": "new",
    "BOOKING_NEXT_AT": "2026-11-23T22:30:00+00:00",
}


def test_a_new_contact_arrives_with_its_custom_fields_and_on_no_list(sandbox: Sandbox) -> None:
    written = sandbox.prepared().contacts.upsert(CONTACT)
    (contact,) = sandbox.contacts
    assert (contact["id"], contact["email"], contact["firstName"]) == (written.remote_id, EMAIL, "Nora")
    assert (contact["lastName"], contact["phone"]) == ("Quill", "+61491570156")
    assert contact["values"] == VALUES
    assert contact["lists"] == {}
    assert written.dropped == ()


def test_a_repeat_in_other_letters_changes_the_contact_that_is_there(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    first = vendor.contacts.upsert(CONTACT)
    again = vendor.contacts.upsert(Contact(email=EMAIL.upper(), last_name="Fern", first_name=" "))
    assert again.remote_id == first.remote_id
    (contact,) = sandbox.contacts
    assert (contact["firstName"], contact["lastName"], contact["values"]) == ("Nora", "Fern", VALUES)


@pytest.mark.parametrize("tells_beside", [True, False], ids=["relations beside the fields", "relations asked for"])
def test_a_field_without_a_relation_is_named_and_written_once_it_has_one(
    sandbox: Sandbox, tells_beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = sandbox.prepared()
    field = sandbox.account.find("fields", perstag="BOOKING_NEXT_AT")
    assert field
    relations = sandbox.account.tables["fieldRels"]
    sandbox.account.tables["fieldRels"] = {key: row for key, row in relations.items() if row["field"] != field["id"]}
    if not tells_beside:
        monkeypatch.setattr(CampaignCall, "page", _page_without_what_is_beside)
    assert vendor.contacts.upsert(CONTACT).dropped == ("BOOKING_NEXT_AT",)
    assert "BOOKING_NEXT_AT" not in sandbox.contacts[0]["values"]
    vendor.schema.apply()
    assert vendor.contacts.upsert(CONTACT).dropped == ()
    assert sandbox.contacts[0]["values"] == VALUES


def _page_without_what_is_beside(call: CampaignCall, envelope: str, rows: list[Row], **_beside: Any) -> Response:
    return as_json({envelope: rows, "meta": {"total": str(len(rows))}})


def test_an_account_that_was_never_prepared_still_gets_the_person(sandbox: Sandbox) -> None:
    written = sandbox.client().contacts.upsert(CONTACT)
    assert written.dropped == ("BOOKING_SOURCE", "BOOKING_EMAIL_MARKETING", "BOOKING_PATIENT_KIND", "BOOKING_NEXT_AT")
    assert sandbox.contacts[0]["phone"] == "+61491570156"


@pytest.mark.parametrize(("kind", "match"), [("drop_after", {}), ("status", {"status": 502, "after_commit": True})])
def test_an_answer_lost_after_it_was_done_makes_no_second_contact(
    sandbox: Sandbox, kind: str, match: dict[str, object]
) -> None:
    vendor = sandbox.prepared()
    sandbox.fault(kind, path="/contact/sync", **match)
    assert refused(lambda: vendor.contacts.upsert(CONTACT)).failure is Failure.UNKNOWN_OUTCOME
    found = vendor.contacts.find(EMAIL)
    assert found is not None
    assert found.carries(vendor.contacts.payload_of(CONTACT))
    assert vendor.contacts.upsert(CONTACT).remote_id == found.remote_id
    assert len(sandbox.contacts) == 1


@pytest.mark.parametrize("body", ["html", "garbage", "truncated", "empty"])
def test_an_answer_that_cannot_be_read_leaves_the_write_in_doubt(sandbox: Sandbox, body: str) -> None:
    vendor = sandbox.prepared()
    sandbox.fault("malformed", path="/contact/sync", body=body)
    failure = refused(lambda: vendor.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code.partition(":")[2]) == (Failure.UNKNOWN_OUTCOME, "no_contact")


def test_only_the_whole_address_is_the_contact_whatever_a_search_finds(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sandbox.has("nora.quill@example.com")
    monkeypatch.setattr(sandbox.wire, "handle_request", lambda _: httpx.Response(200, json={"contacts": [other]}))
    assert sandbox.client().contacts.find(EMAIL) is None


def test_an_address_that_is_refused_is_a_matter_of_the_data_and_is_not_quoted(sandbox: Sandbox) -> None:
    failure = refused(lambda: sandbox.prepared().contacts.upsert(replace(CONTACT, email="nora.example")))
    assert (failure.failure, failure.code) == (Failure.DATA, "activecampaign_422:email_invalid")


def test_a_cancellation_that_overtakes_the_create_makes_no_contact(sandbox: Sandbox) -> None:
    assert sandbox.prepared().contacts.set_next_booking(EMAIL, None) is None
    assert sandbox.contacts == []
    assert set(sandbox.methods) == {"GET"}


def test_the_next_booking_is_cleared_when_nothing_is_booked_any_more(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    written = vendor.contacts.upsert(CONTACT)
    assert vendor.contacts.set_next_booking(EMAIL, None) == written.remote_id
    assert sandbox.contacts[0]["values"] == VALUES | {"BOOKING_NEXT_AT": ""}
    assert vendor.contacts.set_next_booking(EMAIL, STARTS_AT) == written.remote_id
    assert sandbox.contacts[0]["values"] == VALUES


def test_an_account_without_our_field_is_not_written_for_a_cancellation(sandbox: Sandbox) -> None:
    contact = sandbox.has(EMAIL)
    assert sandbox.client().contacts.set_next_booking(EMAIL, None) == contact["id"]
    assert set(sandbox.methods) == {"GET"}


def test_more_fields_than_a_page_holds_are_all_known(sandbox: Sandbox) -> None:
    for number in range(120):
        sandbox.account.add("fields", title=f"Other {number}", perstag=f"OTHER_{number}", type="text")
    assert sandbox.prepared().contacts.upsert(CONTACT).dropped == ()
    assert len(Definitions.read(sandbox.client().api).known) == 120 + len(OWN_FIELDS)


def test_tags_are_made_once_and_added_to_those_that_are_there(sandbox: Sandbox) -> None:
    contact, vendor = sandbox.has(EMAIL), sandbox.client()
    sandbox.account.add("tags", tag="Booked online last year", tagType="contact")
    vendor.contacts.add_tags(contact["id"], ["Booked online", "New patient", " "])
    vendor.contacts.add_tags(contact["id"], ["booked ONLINE"])
    assert sandbox.contacts[0]["tags"] == ["Booked online", "New patient"]
    assert len(sandbox.account.rows("tags")) == 3


def test_a_tag_made_by_another_worker_meanwhile_is_taken(sandbox: Sandbox) -> None:
    contact, vendor = sandbox.has(EMAIL), sandbox.client()
    sandbox.fault("drop_after", method="POST", path="/tags")
    assert refused(lambda: vendor.contacts.add_tags(contact["id"], ["Web"])).failure is Failure.UNKNOWN_OUTCOME
    vendor.contacts.add_tags(contact["id"], ["Web"])
    assert sandbox.contacts[0]["tags"] == ["Web"]


def test_no_call_names_a_person_in_its_route(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    vendor = sandbox.prepared()
    vendor.contacts.upsert(CONTACT)
    vendor.contacts.find(EMAIL)
    everything = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "vendor_call" in everything
    assert not any(text in everything for text in ("example.com", "Nora", "61491570156", sandbox.account.token))


def test_no_write_asks_for_a_list(sandbox: Sandbox) -> None:
    sandbox.prepared().contacts.upsert(CONTACT)
    (body,) = [json.loads(each.content) for each in sandbox.wire.sent if each.content]
    assert body.keys() == {"contact"}
    assert body["contact"].keys() == {"email", "firstName", "lastName", "phone", "fieldValues"}


def test_a_contact_is_erased_once_and_its_values_with_it(sandbox: Sandbox) -> None:
    vendor = sandbox.prepared()
    vendor.contacts.upsert(CONTACT)
    sandbox.has("somebody.else@example.com")
    assert [vendor.contacts.erase(EMAIL) for _ in range(2)] == [True, False]
    assert [each["email"] for each in sandbox.contacts] == ["somebody.else@example.com"]
