"""The task `patient`: whose record the appointment is made on, and what the front desk is asked to look at."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from booking_app.bookings.models import MatchProposal
from booking_app.intake.people import Guardian
from booking_app.pms.errors import PracticeRejected
from booking_app.pms.records import PatientRecord
from tests.bookings.conftest import Desk, details

KNOWN = PatientRecord(
    cliniko_id="70",
    first_name="Nora",
    last_name="O'Quill",
    preferred_first_name="",
    email="nora.quill@example.com",
    phones=("0491 570 156",),
    date_of_birth=date(1990, 4, 5),
    marker="",
    created_at=datetime(2020, 1, 1, tzinfo=UTC),
)


def on_record(desk: Desk, **changes: Any) -> PatientRecord:
    record = replace(KNOWN, **changes)
    desk.practice.patients.append(record)
    return record


def only_proposal(desk: Desk) -> MatchProposal:
    (proposal,) = desk.proposals()
    return proposal


def differences(desk: Desk) -> list[list[str]] | None:
    sealed = only_proposal(desk).sealed_differences
    return None if sealed is None else desk.keyring.unseal_json(sealed)


class TestAKnownPatient:
    def test_gets_the_appointment_on_the_record_that_is_there(self, desk: Desk) -> None:
        on_record(desk)
        booking = desk.book()
        assert (booking.cliniko_patient_id, booking.is_returning) == ("70", True)
        assert (desk.practice.created, desk.proposals()) == ([], [])

    def test_is_never_written_to_by_a_visitor_and_the_differences_are_proposed(self, desk: Desk) -> None:
        known = on_record(desk)
        booking = desk.book(phone="+61491570158")
        assert desk.practice.patients == [known]
        assert (only_proposal(desk).kind, only_proposal(desk).booking_id) == ("differences", booking.id)
        assert differences(desk) == [["phone", "0491 570 156", "+61491570158"]]

    def test_with_several_equal_records_is_told_to_the_front_desk(self, desk: Desk) -> None:
        on_record(desk)
        on_record(desk, cliniko_id="71", created_at=datetime(2021, 1, 1, tzinfo=UTC))
        booking = desk.book()
        assert booking.cliniko_patient_id == "70"
        assert (only_proposal(desk).kind, only_proposal(desk).candidate_ids) == ("several_equal", ["70", "71"])

    def test_whose_record_was_merged_is_followed_to_the_one_that_stands(self, desk: Desk) -> None:
        on_record(desk)
        merged = replace(KNOWN, cliniko_id="72")
        desk.practice.merges["70"] = merged
        assert desk.book().cliniko_patient_id == "72"


class TestANewPatient:
    def test_carries_the_reference_and_the_consents(self, desk: Desk) -> None:
        booking = desk.book()
        (created,) = desk.practice.created
        assert created.marker == booking.reference
        assert (created.accepted_privacy, created.accepted_email_marketing) == (True, False)
        assert created.accepted_sms_marketing is None, "what was not asked is not answered"
        assert booking.is_returning is False

    def test_who_may_be_a_duplicate_is_created_and_proposed(self, desk: Desk) -> None:
        on_record(desk, last_name="O’Quill", email="old@example.com")
        booking = desk.book()
        assert booking.cliniko_patient_id != "70"
        assert (only_proposal(desk).kind, only_proposal(desk).candidate_ids) == ("possible_duplicate", ["70"])
        assert differences(desk) is None

    def test_stays_proposed_though_the_answer_to_creating_was_lost(self, desk: Desk) -> None:
        on_record(desk, last_name="O’Quill", email="old@example.com")
        desk.practice.fail_after = ["create_patient"]
        desk.confirm(desk.ready())
        desk.work(seconds=3)
        assert (only_proposal(desk).kind, only_proposal(desk).candidate_ids) == ("possible_duplicate", ["70"])

    def test_under_eighteen_has_the_guardian_as_the_one_to_call(self, desk: Desk) -> None:
        guardian = Guardian("Gus", "Quill", "+61491570157", "Father")
        desk.book(date_of_birth=date(2015, 1, 1), guardian=guardian)
        assert desk.practice.created[0].attributes["emergency_contact"] == "Gus Quill (Father), +61491570157"

    def test_twins_on_one_email_are_two_records(self, desk: Desk) -> None:
        on_record(desk, first_name="Ben")
        assert desk.book().cliniko_patient_id != "70"
        assert only_proposal(desk).kind == "possible_duplicate"


class TestWhatClinikoRefuses:
    @pytest.mark.parametrize(
        ("field", "left"),
        [("email", {"email": ""}), ("patient_phone_numbers", {"phone": ""}), ("phone_number", {"phone": ""})],
    )
    def test_is_left_out_with_a_note(self, desk: Desk, field: str, left: dict[str, str]) -> None:
        refuse(desk, field)
        booking = desk.book()
        assert desk.tasks(booking.id)["patient"].note == f"created without {field}"
        (created,) = desk.practice.created
        assert {name: getattr(created, name) for name in left} == left
        assert created.first_name == "Nora"

    def test_beyond_what_can_be_left_out_parks_the_booking(self, desk: Desk) -> None:
        refuse(desk, "last_name")
        assert desk.confirm(desk.ready()).state == "failed"
        task = desk.tasks(desk.bookings()[0].id)["patient"]
        assert (task.state, task.failure, task.code) == ("parked", "data", "cliniko_422:last_name")

    def test_the_mail_still_goes_to_the_address_that_was_typed(self, desk: Desk) -> None:
        refuse(desk, "email")
        desk.book()
        desk.work()
        assert desk.postbox.sent == [("confirmation_mail", details().email)]


def refuse(desk: Desk, field: str) -> None:
    desk.practice.fail_before = ["create_patient"]
    desk.practice.failures = [PracticeRejected(f"cliniko_422:{field}", fields=(field,))]
