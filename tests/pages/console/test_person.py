"""One person's data, over the real product, the simulated Cliniko and HubSpot: handed out, erased, and gone."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Booking, Draft, MatchProposal
from booking_app.clinics.audit import AuditEntry
from booking_app.intake.models import SignedDocument
from booking_app.migrations import tables
from booking_app.tasks.models import Task
from tests.pages.console.desk import Desk

WHERE = "/console/demo/person"
EMAIL, PHONE = "pat.sample@example.com", "0412 345 678"
BY_EMAIL = {"way": "email", "value": EMAIL}
SECRETS = ("Pat Sample", EMAIL, "+61412345678", "A sore knee", "Kim Sample")


@pytest.fixture
def booked(desk: Desk) -> Booking:
    """A booking that went through, with its contact in HubSpot."""
    desk.shop.make_crm_fields()
    desk.shop.book()
    desk.shop.work()
    return desk.shop.booking()


def export(desk: Desk, **asked: str) -> dict[str, Any]:
    answer = desk.sign_in("owner").send_form(f"{WHERE}/export", asked, status=200)
    assert "Pat" not in answer.headers["Content-Disposition"]
    found: dict[str, Any] = json.loads(answer.text)
    return found


def erase(desk: Desk, **asked: str) -> str:
    return desk.sign_in("owner").send_form(f"{WHERE}/erase", {**asked, "is_meant": "y"}, status=200).text


@pytest.mark.parametrize("asked", [BY_EMAIL, {"way": "phone", "value": PHONE}, {"way": "reference", "value": ""}])
def test_everything_is_handed_out_however_the_person_is_found(
    desk: Desk, booked: Booking, asked: dict[str, str]
) -> None:
    asked = asked if asked["value"] else {**asked, "value": booked.reference.lower()}
    page = desk.sign_in("owner").send_form(f"{WHERE}/look", asked, status=200)
    assert "<strong>1 booking</strong>" in page.text
    found = export(desk, **asked)
    (booking,) = found["bookings"]["bookings"]
    assert booking["given"]["first_name"] == "Pat" and "A sore knee" in str(booking["given"]["answers"])
    assert booking["document"]["pdf_base64"].startswith("JVBERi")
    assert {"form", "document"} <= {task["name"] for task in booking["tasks"]}
    assert any(write["route"].startswith("POST") for write in booking["writes"])
    assert found["cliniko"]["patient_ids"] == [booked.cliniko_patient_id]
    (hubspot,) = found["crm"]
    assert hubspot["contacts"][0]["lastname"] == "Sample"


def test_what_is_erased_is_gone_everywhere_and_what_stays_is_said(desk: Desk, booked: Booking, tmp_path: Path) -> None:
    text = erase(desk, **BY_EMAIL)
    for said in (
        "1 booking: names, contact, answers, signature and documents erased.", "HubSpot: the contact was erased.",
        f"Cliniko: patient record {booked.cliniko_patient_id} stays", "E-mails that were sent cannot be called back.",
    ):  # fmt: skip
        assert said in text, said
    with desk.services.database.reading() as session:
        booking = session.scalars(select(Booking)).one()
        assert booking.sealed_facts is None and booking.erased_at is not None
        assert session.scalars(select(Draft)).all() == []
        document = session.scalars(select(SignedDocument)).one()
        assert (document.sealed_pdf, document.sealed_png) == (None, None) and document.file_sha256
        assert all(each.sealed_differences is None for each in session.scalars(select(MatchProposal)))
        rows = [str(row) for table in tables.metadata.sorted_tables for row in session.execute(select(table))]
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.erased")).all()
    for secret in SECRETS:
        assert not [row for row in rows if secret in row], secret
    (entry,) = entries
    assert entry.after == {"asked_by": "email", "bookings": 1, "drafts": 2}
    assert export(desk, **BY_EMAIL)["crm"][0]["contacts"] == []


def test_erasing_again_is_harmless_and_finds_what_is_left(desk: Desk, booked: Booking) -> None:
    desk.sandbox.control.fault("status", method="POST", path=r".*/gdpr-delete$", status=500, times=None)
    first = erase(desk, **BY_EMAIL)
    assert "HubSpot: could not be reached" in first
    desk.sandbox.control.clear_faults()
    assert "HubSpot: the contact was erased." in erase(desk, **BY_EMAIL)
    again = erase(desk, **BY_EMAIL)
    assert "0 bookings: names" in again and "HubSpot: no contact has this address." in again


def test_nothing_brings_an_erased_person_back(desk: Desk, booked: Booking) -> None:
    """A comparison with the CRMs, a backfill of past bookings and a change at the front desk read from Cliniko."""
    erase(desk, **BY_EMAIL)
    with desk.services.database.begin() as session:
        (task,) = session.scalars(select(Task).where(Task.name.startswith("contact:")))
        task.state, task.due_at, task.must_probe = "ready", desk.services.clock.now(), True
    desk.shop.work()
    assert export(desk, **BY_EMAIL)["crm"][0]["contacts"] == []


def test_a_request_that_waits_is_stopped_and_that_is_said(desk: Desk) -> None:
    desk.sandbox.control.fault("status", method="POST", path=r"/v1/patient_forms$", status=503, times=None)
    desk.shop.make_crm_fields()
    desk.shop.book()
    text = erase(desk, **BY_EMAIL)
    assert "will not be done any more" in text
    desk.sandbox.control.clear_faults()
    desk.shop.work()
    assert desk.shop.tasks()["form"].state == "cancelled"


def test_somebody_elses_booking_stays(desk: Desk, booked: Booking) -> None:
    for asked in ({"way": "email", "value": "sam@example.com"}, {"way": "phone", "value": "0491 570 156"}):
        assert "0 bookings: names" in erase(desk, **asked)
    with desk.services.database.reading() as session:
        assert session.scalars(select(Booking)).one().sealed_facts is not None


def test_nothing_is_erased_without_the_tick_and_a_reference_of_another_clinic_is_unknown(
    desk: Desk, booked: Booking
) -> None:
    owner = desk.sign_in("owner")
    answer = owner.send_form(f"{WHERE}/erase", BY_EMAIL, status=422)
    assert "Tick the box to erase" in answer.text and "1 booking" in answer.text
    with desk.services.database.reading() as session:
        assert session.scalars(select(Booking)).one().sealed_facts is not None
    stranger = desk.sign_in("stranger")
    asked = {"way": "reference", "value": booked.reference}
    assert "no booking with this reference" in stranger.send_form("/console/other/person/look", asked, status=422).text
    assert "0 bookings" in stranger.send_form("/console/other/person/look", BY_EMAIL, status=200).text
    for person in ("manager", "receptionist"):
        desk.sign_in(person).send_form(f"{WHERE}/export", BY_EMAIL, status=403)


def test_a_form_half_filled_in_belongs_to_the_person_too(desk: Desk) -> None:
    desk.shop.fill(desk.shop.choose())
    found = desk.sign_in("owner").send_form(f"{WHERE}/look", BY_EMAIL, status=200)
    assert "<strong>0 bookings</strong>" in found.text and "<strong>1 draft of a form</strong>" in found.text
    erase(desk, **BY_EMAIL)
    with desk.services.database.reading() as session:
        assert [each.sealed_details for each in session.scalars(select(Draft)) if each.sealed_details] == []
