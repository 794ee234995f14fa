"""Who is named in Xero, by the clinic's choice, and what never leaves whatever it chose."""

import json

import pytest

from booking_app.accounting.models import DocumentState
from booking_sandbox.billing import Line
from booking_sandbox.xero.organisation import new_id
from tests.accounting.conftest import Office

CANARIES = ("EMDR", "canary-note", "1990-05-04", "canary@example.com", "Pensioner")


def patient(office: Office, number: int = 0) -> dict[str, object]:
    row = office.sandbox.control.records("demo", "patients")[number]
    office.sandbox.control.change(
        "demo", "patients", row["id"], first_name="Mara", last_name="Linden", email="canary@example.com",
        date_of_birth="1990-05-04", notes="canary-note",
    )  # fmt: skip
    return row


def issue(office: Office, patient_id: object) -> str:
    item = office.sandbox.control.records("demo", "billable_items")[0]
    line = Line(price="180.00", name="EMDR session", billable_item_id=item["id"])
    made = office.issue(line, patient_id=patient_id, notes="canary-note", invoice_to="Mara Linden\r\n1 Canary Road")
    (item,) = office.sandbox.control.records("demo", "invoice_items", invoice_id=made)
    office.sandbox.control.change("demo", "invoice_items", item["id"], concession_type_name="Pensioner")
    return made


@pytest.mark.parametrize("privacy", ["pseudonym", "one_contact"])
def test_no_name_treatment_note_birthday_or_email_reaches_xero(office: Office, privacy: str) -> None:
    issue(office, patient(office)["id"])
    office.start(privacy=privacy)
    sent = json.dumps(office.organisation.to_json(), default=str)
    assert "Consultation" in sent
    assert not [word for word in (*CANARIES, "Mara", "Linden", "Canary Road") if word in sent]


def test_a_named_clinic_sends_name_and_email_and_nothing_else(office: Office) -> None:
    issue(office, patient(office)["id"])
    office.start(privacy="named")
    sent = json.dumps(office.organisation.to_json(), default=str)
    (contact,) = office.organisation.contacts.values()
    assert (contact["Name"], contact["EmailAddress"]) == ("Mara Linden", "canary@example.com")
    assert not [word for word in ("EMDR", "canary-note", "1990-05-04", "Pensioner", "Canary Road") if word in sent]


def test_two_patients_of_one_name_are_two_contacts_and_nobody_is_overwritten(office: Office) -> None:
    stranger = new_id()
    office.organisation.contacts[stranger] = {
        "ContactID": stranger, "Name": "Mara Linden", "ContactStatus": "ACTIVE", "EmailAddress": "other@example.com",
    }  # fmt: skip
    for number in (0, 1):
        issue(office, patient(office, number)["id"])
    office.start(privacy="named")
    assert office.organisation.contacts[stranger]["EmailAddress"] == "other@example.com"
    names = sorted(row["Name"] for row in office.organisation.contacts.values())
    assert len(names) == 3 and sum(name.startswith("Mara Linden (") for name in names) == 2
    assert {row.state for row in office.documents().values()} == {DocumentState.POSTED}


def test_one_contact_a_location_takes_every_patient(office: Office) -> None:
    for number in (0, 1, 2):
        issue(office, patient(office, number)["id"])
    office.start(privacy="one_contact")
    assert len(office.organisation.contacts) == 1


def test_a_contact_that_was_merged_there_is_followed(office: Office) -> None:
    one = patient(office)["id"]
    issue(office, one)
    office.start()
    (contact,) = office.organisation.contacts.values()
    winner = {**contact, "ContactID": new_id(), "ContactNumber": "", "Name": "Kept"}
    office.organisation.contacts[winner["ContactID"]] = winner
    contact.update(ContactStatus="ARCHIVED", MergedToContactID=winner["ContactID"])
    office.accounting.connecting.disconnect(office.author, office.clinic)
    office.start()  # nothing is known here any more: the numbers alone tell
    issue(office, one)
    office.read()
    office.work()
    assert {row["Contact"]["Name"] for row in office.organisation.invoices.values()} == {contact["Name"], "Kept"}


def test_an_archived_contact_is_said_and_not_restored(office: Office) -> None:
    one = patient(office)["id"]
    issue(office, one)
    office.start()
    (contact,) = office.organisation.contacts.values()
    contact["ContactStatus"] = "ARCHIVED"
    issue(office, one)
    office.read()
    office.work(rounds=4)
    assert {row.reason for row in office.documents().values()} == {None, "contact_archived"}
    assert contact["ContactStatus"] == "ARCHIVED"
