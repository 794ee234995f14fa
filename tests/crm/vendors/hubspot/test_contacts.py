"""Contacts in HubSpot: found by e-mail, written sparsely, never twice."""

from datetime import UTC, datetime

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.records import Contact
from tests.crm.vendors.hubspot.double import Account, answering, client, created_by_another, lost_answer, problem

EMAIL = "nora.quill+book@example.com"
CONTACT = Contact(email=EMAIL, first_name="Nora", last_name="Quill", mobile="+61491570156")
WRITTEN = {"firstname": "Nora", "lastname": "Quill", "phone": "+61491570156", "mobilephone": "+61491570156"}


def failure_of(account: Account, contact: Contact = CONTACT) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        client(account).contacts.upsert(contact)
    return caught.value


def test_a_new_contact_is_created_after_a_look_by_address() -> None:
    account = Account()
    written = client(account).contacts.upsert(CONTACT)
    assert account.contacts[written.remote_id] == {"email": EMAIL, **WRITTEN}
    assert [method for method, _ in account.requests] == ["PATCH", "POST"]


def test_the_address_is_encoded_whole_in_the_path() -> None:
    account = Account()
    client(account).contacts.upsert(Contact(email="o/../x?y@example.com", first_name="A"))
    assert account.requests[0][1] == "/crm/objects/2026-09/contacts/o%2F..%2Fx%3Fy%40example.com"


def test_a_known_contact_is_changed_and_keeps_what_we_do_not_know() -> None:
    account = Account(contacts={"12": {"email": EMAIL, "lastname": "Old", "company": "Kept"}})
    written = client(account).contacts.upsert(Contact(email=EMAIL, last_name="Quill"))
    assert written.remote_id == "12"
    assert account.contacts["12"] == {"email": EMAIL, "lastname": "Quill", "company": "Kept"}


def test_a_change_does_not_send_the_address_which_may_be_a_further_one_of_the_contact() -> None:
    account = Account(contacts={"12": {"email": EMAIL}})
    client(account).contacts.upsert(CONTACT)
    assert account.bodies == [{"properties": WRITTEN}]


def test_empty_values_are_left_out_rather_than_sent_as_empty_texts() -> None:
    account = Account(contacts={"12": {"email": EMAIL, "firstname": "Nora"}})
    client(account).contacts.upsert(Contact(email=EMAIL, first_name="  ", last_name="Quill"))
    assert account.bodies == [{"properties": {"lastname": "Quill"}}]


def test_a_contact_of_which_nothing_but_the_address_is_known_is_only_read() -> None:
    account = Account(contacts={"12": {"email": EMAIL}})
    assert client(account).contacts.upsert(Contact(email=EMAIL)).remote_id == "12"
    assert [method for method, _ in account.requests] == ["GET"]


@pytest.mark.parametrize("tells_existing_id", [True, False], ids=["id in the message", "id looked up"])
def test_a_contact_created_by_another_worker_meanwhile_is_changed_instead(tells_existing_id: bool) -> None:
    account = Account(tells_existing_id=tells_existing_id, faults=[created_by_another(EMAIL)])
    assert client(account).contacts.upsert(CONTACT).remote_id == "901"
    assert account.contacts == {"901": {"email": EMAIL, **WRITTEN}}


def test_a_first_comer_that_is_gone_again_is_left_for_the_next_try() -> None:
    conflict = problem(409, "CONFLICT", "Contact already exists. Existing ID: 404404")
    failure = failure_of(Account(faults=[None, answering(conflict)]))
    assert (failure.failure, failure.code) == (Failure.TRANSIENT, "hubspot_409:unresolved")


def test_a_lost_answer_to_a_create_makes_no_second_contact() -> None:
    account = Account(faults=[None, lost_answer])
    failure = failure_of(account)
    assert (failure.failure, failure.code) == (Failure.UNKNOWN_OUTCOME, "hubspot_no_answer:ReadError")
    client(account).contacts.upsert(CONTACT)
    assert len(account.contacts) == 1


def test_only_the_property_that_does_not_exist_is_dropped() -> None:
    account = Account()
    contact = Contact(email=EMAIL, first_name="Nora", source="Online booking", patient_kind="new")
    written = client(account).contacts.upsert(contact)
    assert written.dropped == ("booking_source", "booking_patient_kind")
    assert account.contacts[written.remote_id] == {"email": EMAIL, "firstname": "Nora"}


def test_properties_refused_one_at_a_time_are_all_dropped() -> None:
    def refusing(name: str) -> httpx.Response:
        return problem(400, "VALIDATION_ERROR", f'Property values were not valid: Property "{name}" does not exist')

    account = Account(
        contacts={"12": {"email": EMAIL}}, faults=[answering(refusing("firstname")), answering(refusing("phone"))]
    )
    assert client(account).contacts.upsert(CONTACT).dropped == ("firstname", "phone")
    assert account.bodies[-1] == {"properties": {"lastname": "Quill", "mobilephone": "+61491570156"}}


def test_a_property_that_we_did_not_send_parks_the_task_for_the_clinic() -> None:
    missing = problem(
        400, "VALIDATION_ERROR", "Required", errors=[{"code": "REQUIRED_FIELD", "context": {"propertyName": ["hs_x"]}}]
    )
    failure = failure_of(Account(faults=[answering(missing)]))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "hubspot_400:REQUIRED_FIELD")


def test_an_address_that_hubspot_refuses_is_a_matter_of_the_data_and_is_not_quoted() -> None:
    failure = failure_of(Account(), Contact(email="nora.example", first_name="Nora"))
    assert (failure.failure, failure.code) == (Failure.DATA, "hubspot_400:INVALID_EMAIL")


def test_a_person_whom_the_account_had_to_forget_is_a_consent_outcome() -> None:
    forgotten = problem(400, "VALIDATION_ERROR", "Contact was permanently deleted on request and cannot be added.")
    failure = failure_of(Account(faults=[None, answering(forgotten)]))
    assert (failure.failure, failure.code) == (Failure.CONSENT, "hubspot_400:forgotten")


def test_a_wrong_version_is_a_setting_to_fix() -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(Account(), version="2031-03").contacts.upsert(CONTACT)
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, "hubspot_404")


def test_times_and_choices_travel_as_texts() -> None:
    starts_at = datetime.fromisoformat("2026-11-24T09:00:00+10:30")
    payload = client(Account()).contacts.payload_of(
        Contact(email=EMAIL, next_booking_at=starts_at, email_marketing=False)
    )
    assert payload == {"booking_next_at": "2026-11-23T22:30:00Z", "booking_email_marketing": "false"}


def test_a_found_contact_carries_a_time_in_whatever_way_it_is_written() -> None:
    account = Account(contacts={"12": {"email": EMAIL, "booking_next_at": "2026-11-23T22:30:00.000Z"}})
    found = client(account).contacts.find(EMAIL)
    assert found is not None
    assert found.carries({"booking_next_at": "2026-11-23T22:30:00Z"})
    assert not found.carries({"booking_next_at": "2026-11-23T22:31:00Z"})
    assert not found.carries({"firstname": "Nora"})


def test_nobody_is_found_where_nobody_is() -> None:
    assert client(Account()).contacts.find(EMAIL) is None


def test_the_next_booking_is_cleared_when_nothing_is_booked_any_more() -> None:
    account = Account(contacts={"12": {"email": EMAIL, "booking_next_at": "2026-11-23T22:30:00Z"}})
    account.properties["booking_next_at"] = "datetime"
    assert client(account).contacts.set_next_booking(EMAIL, None) == "12"
    assert account.contacts["12"]["booking_next_at"] == ""


def test_the_next_booking_of_somebody_unknown_makes_no_contact() -> None:
    account = Account()
    assert client(account).contacts.set_next_booking(EMAIL, datetime(2026, 12, 1, tzinfo=UTC)) is None
    assert account.contacts == {}


def test_tags_are_added_to_those_that_are_there() -> None:
    account = Account(contacts={"12": {"email": EMAIL}})
    account.properties["booking_tags"] = "enumeration"
    client(account).contacts.add_tags("12", ["Web; new", "Spring"])
    assert account.bodies == [{"properties": {"booking_tags": ";Web new;Spring"}}]


def test_a_contact_joins_a_list_once() -> None:
    account = Account(contacts={"12": {"email": EMAIL}})
    for _ in range(2):
        client(account).add_to_list("12", "77")
    assert account.lists["77"] == ["12"]


def test_a_list_that_does_not_exist_is_a_setting_to_fix() -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(Account()).add_to_list("12", "78")
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, "hubspot_404:list")
