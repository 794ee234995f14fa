"""Erasing a person: their name goes from the accounting system, their invoices stay and are named."""

from booking_app.accounting.person import AccountingData
from booking_app.bookings.person.records import FoundPerson
from booking_sandbox.billing import Line
from tests.accounting.conftest import Office


def person(office: Office, patient_id: str) -> FoundPerson:
    return FoundPerson(
        clinic=office.clinic, emails=(), phones=(), patient_ids=(patient_id,), booking_ids=(), draft_ids=()
    )


def test_the_name_goes_and_the_invoices_stay(office: Office) -> None:
    patient = office.sandbox.control.records("demo", "patients")[0]
    office.issue(Line(price="95.00"), patient_id=patient["id"])
    office.start(privacy="named")
    (contact,) = office.organisation.contacts.values()
    assert contact["Name"].startswith(patient["first_name"])
    part = AccountingData(database=office.database, opener=office.parts.opener)
    found = person(office, patient["id"])
    exported = part.export(found)
    assert exported["contacts"] == [contact["ContactID"]] and exported["invoices"][0]["cents"] == 9500
    for _ in range(2):
        erased = part.erase(found)
        assert "pseudonym" in erased.done[0] and "1 invoices" in erased.left[0]
    assert (contact["Name"], contact["EmailAddress"]) == (f"Patient {patient['id']}", "")
    assert len(office.organisation.invoices) == 1


def test_a_vendor_that_cannot_be_reached_is_said(office: Office) -> None:
    patient = office.sandbox.control.records("demo", "patients")[0]
    office.issue(Line(price="95.00"), patient_id=patient["id"])
    office.start(privacy="named")
    office.sandbox.control.fault("drop_before", method="POST", service="xero", times=None)
    part = AccountingData(database=office.database, opener=office.parts.opener)
    erased = part.erase(person(office, patient["id"]))
    assert not erased.done and "still has its name" in erased.left[0]


def test_somebody_without_an_invoice_leaves_nothing(office: Office) -> None:
    part = AccountingData(database=office.database, opener=office.parts.opener)
    assert part.export(person(office, "1")) == {"invoices": [], "contacts": []}
    assert part.erase(person(office, "1")).left == []
