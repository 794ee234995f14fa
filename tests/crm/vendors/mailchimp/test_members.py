"""Members in Mailchimp: found by the MD5 of their address, written without touching anybody's standing."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.records import Contact
from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.mailchimp.audience import BY_ADMIN, Audience
from booking_sandbox.server import SandboxServer

from .conftest import Connect

EMAIL = "Nora.Quill+Book@Example.com"
KEY = hashlib.md5(EMAIL.lower().encode()).hexdigest()
CONTACT = Contact(email=EMAIL, first_name="Nora", last_name="Quill", mobile="+61491570156")


def refused(do: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value


def requests(sandbox: SandboxServer) -> list[str]:
    return [f"{call.method} {call.path.rpartition('/3.0')[2]}" for call in sandbox.control.calls(service="mailchimp")]


def test_a_new_person_is_known_by_the_md5_of_the_lower_case_address(
    mailchimp: Mailchimp, sandbox: SandboxServer, audience: Audience
) -> None:
    written = mailchimp.contacts.upsert(CONTACT)
    assert (written.remote_id, written.dropped) == (KEY, ())
    assert audience.members[KEY].merge_fields == {"FNAME": "Nora", "LNAME": "Quill", "PHONE": "+61491570156"}
    assert requests(sandbox)[-1] == f"PUT /lists/{LIST_ID}/members/{KEY}"


def test_no_address_stands_in_a_path(mailchimp: Mailchimp, sandbox: SandboxServer) -> None:
    mailchimp.contacts.upsert(CONTACT)
    mailchimp.contacts.add_tags(KEY, ["Web"])
    mailchimp.contacts.set_next_booking(EMAIL, None)
    assert not any("@" in line or "%40" in line for line in requests(sandbox))


def test_an_address_written_otherwise_is_the_same_person(mailchimp: Mailchimp, audience: Audience) -> None:
    mailchimp.contacts.upsert(CONTACT)
    mailchimp.contacts.upsert(Contact(email="nora.quill+book@example.com", last_name="Fern"))
    (member,) = audience.members.values()
    assert (member.merge_fields["FNAME"], member.merge_fields["LNAME"]) == ("Nora", "Fern")


@pytest.mark.parametrize(
    ("ticked", "status"), [(None, "transactional"), (False, "transactional"), (True, "pending")], ids=str
)
def test_a_new_person_is_at_most_asked(
    mailchimp: Mailchimp, audience: Audience, ticked: bool | None, status: str
) -> None:
    mailchimp.contacts.upsert(Contact(email=EMAIL, email_marketing=ticked))
    assert audience.members[KEY].status == status


@pytest.mark.parametrize("status", ["subscribed", "unsubscribed", "cleaned", "pending", "transactional"])
@pytest.mark.parametrize("ticked", [True, False])
def test_a_sync_leaves_everybody_s_standing_as_it_is(
    mailchimp: Mailchimp, audience: Audience, status: str, ticked: bool
) -> None:
    audience.put(EMAIL, status)
    mailchimp.contacts.upsert(Contact(email=EMAIL, first_name="Nora", email_marketing=ticked))
    assert (audience.members[KEY].status, audience.members[KEY].merge_fields["FNAME"]) == (status, "Nora")


def test_somebody_taken_off_by_the_clinic_itself_is_not_brought_back(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.put(EMAIL, "unsubscribed").unsubscribe_reason = BY_ADMIN
    mailchimp.contacts.upsert(Contact(email=EMAIL, email_marketing=True))
    assert audience.members[KEY].status == "unsubscribed"


def test_an_archived_person_stays_archived(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.put(EMAIL, "archived")
    failure = refused(lambda: mailchimp.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.CONSENT, "mailchimp_archived")
    assert mailchimp.contacts.find(EMAIL) is None
    assert mailchimp.contacts.set_next_booking(EMAIL, None) is None
    assert audience.members[KEY].status == "archived"


def test_somebody_who_was_deleted_for_good_is_a_consent_outcome(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.forget(EMAIL)
    failure = refused(lambda: mailchimp.contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.CONSENT, "mailchimp_400:forgotten_email_not_subscribed")
    assert audience.members == {}


def test_a_field_that_marketing_made_required_does_not_stop_a_booking(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.add_field("SHOESIZE", "Shoe size", "text", required=True)
    mailchimp.contacts.upsert(CONTACT)
    mailchimp.contacts.set_next_booking(EMAIL, None)
    assert KEY in audience.members


def test_fields_that_are_lost_in_silence_are_named_and_sent_once_they_are_there(
    mailchimp: Mailchimp, audience: Audience
) -> None:
    contact = Contact(email=EMAIL, first_name="Nora", source="Online booking", patient_kind="new")
    assert mailchimp.contacts.upsert(contact).dropped == ("BKSOURCE", "BKKIND")
    mailchimp.schema.apply()
    assert mailchimp.contacts.upsert(contact).dropped == ()
    assert audience.members[KEY].merge_fields["BKSOURCE"] == "Online booking"


def test_a_value_that_is_refused_is_left_out_and_named(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.fields["PHONE"]["options"]["phone_format"] = "US"
    assert mailchimp.contacts.upsert(CONTACT).dropped == ("PHONE",)
    assert audience.members[KEY].merge_fields == {"FNAME": "Nora", "LNAME": "Quill"}


def test_a_missing_audience_is_named_and_the_task_goes_on_once_it_is_there(
    connect: Connect, sandbox: SandboxServer
) -> None:
    elsewhere = connect(list="0ther11st0")
    for call in (
        lambda: elsewhere.contacts.upsert(CONTACT),
        lambda: elsewhere.contacts.set_next_booking(EMAIL, None),
        elsewhere.whoami,
    ):
        failure = refused(call)
        assert (failure.failure, failure.code) == (Failure.CONFIG, "mailchimp_404:list")
    sandbox.control.world.mailchimp["demo"].audiences["0ther11st0"] = Audience("0ther11st0", "Fixed")
    assert elsewhere.contacts.upsert(CONTACT).remote_id == KEY


def test_a_connection_without_an_audience_says_so_before_anything_leaves(
    connect: Connect, sandbox: SandboxServer
) -> None:
    failure = refused(lambda: connect(list=None).contacts.upsert(CONTACT))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "mailchimp_no_list")
    assert requests(sandbox) == []


def test_a_further_audience_is_another_connection(mailchimp: Mailchimp) -> None:
    mailchimp.add_to_list(KEY, LIST_ID)
    assert refused(lambda: mailchimp.add_to_list(KEY, "0ther11st0")).failure is Failure.CONFIG


@pytest.mark.parametrize(
    ("email", "code"),
    [("nora@fake.example", "mailchimp_400:email"), ("nora.example", "mailchimp_400:email")],
)
def test_an_address_that_mailchimp_does_not_take_is_a_matter_of_the_data(
    mailchimp: Mailchimp, email: str, code: str
) -> None:
    failure = refused(lambda: mailchimp.contacts.upsert(Contact(email=email)))
    assert (failure.failure, failure.code) == (Failure.DATA, code)


def test_an_address_on_too_many_lists_is_tried_again_hours_later(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.paused_signups.add(EMAIL.lower())
    failure = refused(lambda: mailchimp.contacts.upsert(CONTACT))
    assert (failure.failure, failure.retry_after) == (Failure.TRANSIENT, 6 * 3600)


def test_the_next_booking_is_the_day_at_the_clinic(ready: Mailchimp, audience: Audience) -> None:
    ready.contacts.upsert(Contact(email=EMAIL, next_booking_at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC)))
    assert audience.members[KEY].merge_fields["BKNEXT"] == "2026-11-24"
    assert ready.contacts.set_next_booking(EMAIL, None) == KEY
    assert audience.members[KEY].merge_fields["BKNEXT"] == ""


def test_the_next_booking_of_somebody_unknown_makes_no_member(ready: Mailchimp, audience: Audience) -> None:
    assert ready.contacts.set_next_booking(EMAIL, datetime(2026, 12, 1, tzinfo=UTC)) is None
    assert audience.members == {}


def test_a_found_member_carries_what_was_written(ready: Mailchimp) -> None:
    contact = Contact(email=EMAIL, first_name="Nora", next_booking_at=datetime(2026, 12, 1, tzinfo=UTC))
    ready.contacts.upsert(contact)
    found = ready.contacts.find(EMAIL)
    assert found is not None
    assert found.carries(ready.contacts.payload_of(contact))
    assert not found.carries({"FNAME": "Ada"})


def test_tags_are_added_to_those_that_are_there(mailchimp: Mailchimp, audience: Audience) -> None:
    audience.put(EMAIL, "transactional").tags["Kept"] = 1
    for _ in range(2):
        mailchimp.contacts.add_tags(KEY, ["Web", "Spring"])
    mailchimp.contacts.add_tags(KEY, [])
    assert sorted(audience.members[KEY].tags) == ["Kept", "Spring", "Web"]


def test_a_text_is_cut_to_what_a_field_keeps_without_breaking_a_letter(mailchimp: Mailchimp) -> None:
    payload = mailchimp.contacts.payload_of(Contact(email=EMAIL, last_name="é" * 200))
    assert payload["LNAME"] == "é" * 127


def test_a_member_is_erased_for_good_once(mailchimp: Mailchimp, audience: Audience) -> None:
    mailchimp.contacts.upsert(CONTACT)
    assert [mailchimp.contacts.erase(EMAIL) for _ in range(2)] == [True, False]
    assert audience.members == {}
    assert refused(lambda: mailchimp.contacts.upsert(CONTACT)).failure == Failure.CONSENT
