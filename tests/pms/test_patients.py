"""Finding and creating patients."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeMisconfigured
from booking_app.pms.records import NewPatient

BORN = date(1990, 5, 4)
NEW = NewPatient(
    first_name=" Mara ",
    last_name="Linden",
    email="mara@example.com",
    phone="+61491570156",
    date_of_birth=BORN,
    marker="BK-7F3K2M9Q",
)


def answering(*patients: dict[str, Any]) -> Any:
    """A list that minds its filters the way a strict database does."""

    def matches(patient: dict[str, Any], condition: str) -> bool:
        field, _, rest = condition.partition(":")
        value = str(patient.get(field) or "")
        return value == rest[1:] if rest.startswith("=") else rest[1:].casefold() in value.casefold()

    def answer(request: httpx.Request) -> httpx.Response:
        conditions = request.url.params.get_list("q[]")
        found = [one for one in patients if all(matches(one, condition) for condition in conditions)]
        return httpx.Response(200, json={"patients": found, "total_entries": len(found), "links": {}})

    return answer


def find(practice: ClinikoPractice, email: str = "mara@example.com") -> list[str]:
    found = practice.find_patients(email=email, last_name="Linden", date_of_birth=BORN)
    return [one.cliniko_id for one in found]


class TestFinding:
    def test_takes_two_requests_for_a_known_email(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.on("GET", "/patients", answering(records.patient("71")))
        assert find(practice) == ["71"]
        assert [cliniko.filters(0), cliniko.filters(1)] == [
            ["email:~mara@example.com"],
            ["date_of_birth:=1990-05-04"],
        ]
        assert len(cliniko.requests) == 2

    def test_takes_two_requests_for_an_email_nobody_has(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.on("GET", "/patients", answering())
        assert find(practice) == []
        assert len(cliniko.requests) == 2

    def test_asks_once_more_for_an_email_typed_with_capitals(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        """Where Cliniko minds case, the record may stand as it was typed."""
        stored = records.patient("71", email="Mara@example.com", last_name="Other")

        def strict(request: httpx.Request) -> httpx.Response:
            (condition,) = request.url.params.get_list("q[]")
            found = [stored] if condition == "email:=Mara@example.com" else []
            return httpx.Response(200, json={"patients": found, "total_entries": len(found), "links": {}})

        cliniko.on("GET", "/patients", strict)
        assert find(practice, "Mara@example.com") == ["71"]
        assert len(cliniko.requests) == 3

    def test_also_finds_whoever_shares_name_and_birth_date(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        older = records.patient("70", email="old@example.com", created_at="2020-01-01T00:00:00Z")
        cousin = records.patient("72", last_name="Linden", date_of_birth="2001-01-01", email="x@example.com")
        cliniko.on("GET", "/patients", answering(records.patient("71"), older, cousin))
        assert find(practice) == ["70", "71"], "the oldest first"

    @pytest.mark.parametrize("stored", ["mara@example.com", "MARA@example.com", "Mara@Example.com "])
    def test_finds_an_email_in_any_case(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, stored: str
    ) -> None:
        cliniko.on("GET", "/patients", answering(records.patient("71", email=stored, last_name="Other")))
        assert find(practice, "Mara@example.com") == ["71"]

    def test_does_not_take_part_of_an_email_for_the_whole(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        tamara = records.patient("71", email="tamara@example.com", date_of_birth="1971-01-01")
        cliniko.on("GET", "/patients", answering(tamara))
        assert find(practice) == []
        assert cliniko.filters(0) == ["email:~mara@example.com"]

    def test_leaves_out_archived_and_merged_records(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        gone = records.patient("71", archived_at="2026-02-01T00:00:00Z")
        merged = records.patient("72", merged_at="2026-02-01T00:00:00Z")
        cliniko.on("GET", "/patients", answering(gone, merged))
        assert find(practice) == []

    def test_keeps_a_plus_in_an_email(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.lists("/patients")
        find(practice, "mara+clinic@example.com")
        assert "mara%2Bclinic" in str(cliniko.requests[0].url)

    def test_reads_the_record_in_our_words(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.lists("/patients", records.patient("71", preferred_first_name="Mo", old_reference_id="BK-1"))
        found = practice.find_patients(email="mara@example.com", last_name="Linden", date_of_birth=BORN)[0]
        assert (found.first_name, found.preferred_first_name, found.date_of_birth) == ("Mara", "Mo", BORN)
        assert (found.phones, found.marker) == (("61491570156",), "BK-1")


def test_a_patient_is_found_by_the_marker_of_its_booking(cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
    ours = records.patient("71", old_reference_id="BK-7F3K2M9Q")
    cliniko.on("GET", "/patients", answering(ours, records.patient("72", old_reference_id="BK-7F3K2M9R")))
    found = practice.find_patient_by_marker("BK-7F3K2M9Q")
    assert found is not None
    assert found.cliniko_id == "71"
    assert cliniko.filters() == ["old_reference_id:=BK-7F3K2M9Q"]


def test_a_merged_patient_leads_to_the_record_that_stands_now(
    cliniko: Any, practice: ClinikoPractice, records: Any
) -> None:
    into = {"links": {"self": "https://api.au2.cliniko.com/v1/patients/72"}}
    loser = {"archived_at": "2026-02-01T00:00:00Z", "merged_at": "2026-02-01T00:00:00Z", "merged_with_patient": into}
    cliniko.on("GET", "/patients/71", records.patient("71", **loser))
    cliniko.on("GET", "/patients/72", records.patient("72"))
    found = practice.current_patient("71")
    assert found is not None
    assert found.cliniko_id == "72"


def test_an_archived_or_unknown_patient_stands_for_nobody(
    cliniko: Any, practice: ClinikoPractice, records: Any
) -> None:
    cliniko.on("GET", "/patients/71", records.patient("71", archived_at="2026-02-01T00:00:00Z"))
    cliniko.lists("/patients")
    assert practice.current_patient("71") is None
    assert practice.current_patient("79") is None


@pytest.mark.parametrize("status", [204, 404])
def test_archiving_a_patient_twice_is_the_same_as_once(cliniko: Any, practice: ClinikoPractice, status: int) -> None:
    cliniko.on("POST", "/patients/71/archive", httpx.Response(status))
    practice.archive_patient("71")
    assert cliniko.calls == ["POST /patients/71/archive"]


class TestCreating:
    def test_sends_only_what_is_known(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.on("POST", "/patients", httpx.Response(201, json=records.patient("71")))
        assert practice.create_patient(NEW).cliniko_id == "71"
        assert cliniko.sent() == {
            "first_name": "Mara",
            "last_name": "Linden",
            "email": "mara@example.com",
            "date_of_birth": "1990-05-04",
            "old_reference_id": "BK-7F3K2M9Q",
            "accepted_privacy_policy": True,
            "patient_phone_numbers": [{"phone_type": "Mobile", "number": "+61491570156"}],
        }
        assert cliniko.calls == ["POST /patients"]

    @pytest.mark.parametrize(
        ("phone", "kind"),
        [
            ("+61491570156", "Mobile"),
            ("+61882311234", "Home"),
            ("+6433771234", "Home"),
            ("+611300975711", "Other"),
            ("+611800160401", "Other"),
        ],
    )
    def test_says_what_kind_of_number_it_is(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, phone: str, kind: str
    ) -> None:
        cliniko.on("POST", "/patients", httpx.Response(201, json=records.patient("71")))
        practice.create_patient(replace(NEW, phone=phone))
        assert cliniko.sent()["patient_phone_numbers"] == [{"phone_type": kind, "number": phone}]

    @pytest.mark.parametrize(("accepted", "unsubscribed"), [(True, False), (False, True)])
    def test_turns_consent_to_messages_round(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, accepted: bool, unsubscribed: bool
    ) -> None:
        cliniko.on("POST", "/patients", httpx.Response(201, json=records.patient("71")))
        practice.create_patient(replace(NEW, accepted_sms_marketing=accepted, accepted_email_marketing=accepted))
        assert cliniko.sent()["unsubscribe_sms_marketing"] is unsubscribed
        assert cliniko.sent()["accepted_email_marketing"] is accepted

    def test_leaves_out_what_is_blank(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.on("POST", "/patients", httpx.Response(201, json=records.patient("71")))
        blank = replace(
            NEW, email=" ", phone="", emergency_contact=" ", attributes={"occupation": " ", "city": "Perth"}
        )
        practice.create_patient(blank)
        sent = cliniko.sent()
        assert sent["city"] == "Perth"
        assert not {"email", "patient_phone_numbers", "emergency_contact", "occupation"} & set(sent)

    def test_lets_no_attribute_replace_what_the_product_asks(self, cliniko: Any, practice: ClinikoPractice) -> None:
        for name in ("first_name", "accepted_privacy_policy", "concession_type_id", "made_up"):
            with pytest.raises(PracticeMisconfigured) as raised:
                practice.create_patient(replace(NEW, attributes={name: "x"}))
            assert raised.value.code == "patient_attribute_unknown"
        assert cliniko.requests == []

    def test_reads_the_definition_before_it_sends_custom_answers(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        field = {"token": "f1", "name": "Sport", "type": "text", "archived": False}
        sections = [{"token": "s1", "name": "About", "archived": False, "fields": [field]}]
        cliniko.on("GET", "/settings/public", records.settings(patient_custom_fields_definition={"sections": sections}))
        cliniko.on("POST", "/patients", httpx.Response(201, json=records.patient("71")))
        practice.create_patient(replace(NEW, custom_answers={"f1": "Rowing"}))
        assert cliniko.sent()["custom_fields"] == {
            "sections": [{"token": "s1", "fields": [{"token": "f1", "value": "Rowing"}]}]
        }

    def test_writes_nobody_when_a_custom_field_is_gone(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.on("GET", "/settings/public", records.settings())
        with pytest.raises(PracticeMisconfigured) as raised:
            practice.create_patient(replace(NEW, custom_answers={"f1": "Rowing"}))
        assert raised.value.code == "custom_field_unknown"
        assert cliniko.calls == ["GET /settings/public"]
