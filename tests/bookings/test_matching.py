"""Whether somebody is a patient already: certainty reuses a record, doubt makes a new one and says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking_app.bookings.matching import match
from booking_app.pms.records import PatientRecord
from tests.bookings.conftest import details

FIRST_SEEN = datetime(2020, 1, 1, tzinfo=UTC)
ON_RECORD = PatientRecord(
    cliniko_id="1",
    first_name="Nora",
    last_name="O'Quill",
    preferred_first_name="",
    email="nora.quill@example.com",
    phones=("0491 570 156",),
    date_of_birth=date(1990, 4, 5),
    marker="",
    created_at=FIRST_SEEN,
)


def record(cliniko_id: str = "1", **changes: Any) -> PatientRecord:
    return replace(ON_RECORD, cliniko_id=cliniko_id, **changes)


class TestCertainty:
    def test_same_name_birth_and_email_is_the_same_person(self) -> None:
        found = match(details(), [record()])
        assert (found.record, found.proposal, found.differences) == (record(), None, ())

    @pytest.mark.parametrize(
        ("on_record", "typed"),
        [
            ("O'Quill", "O’Quill"),
            ("O'Quill", "Oʼquill"),
            ("O`Quill", "O´QUILL"),
            ("Smith-Jones", "Smith Jones"),
            ("Smith‐Jones", "smithjones"),
            ("Müller", "Muller"),
            ("Nguyễn", "Nguyen"),
            ("Strauß", "STRAUSS"),
            ("Đặng", "Dang"),
            ("ĐẶNG", "dang"),
            ("Łukasz", "Lukasz"),
            ("Sørensen", "Sorensen"),
            ("Æbelø", "Aebelo"),
            ("Þórsdóttir", "Thorsdottir"),
            ("Yıldız", "Yildiz"),
            ("O\u02bbQuill", "OQuill"),
            ("O\u2032Quill", "O'Quill"),
            ("O\uff07Quill", "O'Quill"),
            ("Qu\u200bill", "Quill"),
            ("Quill\u2060", "Quill"),
            ("van der Berg", "Van Der  Berg"),
        ],
    )
    def test_the_same_name_is_written_in_many_ways(self, on_record: str, typed: str) -> None:
        assert match(details(last_name=typed), [record(last_name=on_record)]).record is not None

    @pytest.mark.parametrize(("on_record", "typed"), [("Ann", "Anna"), ("कमला", "कमल"), ("Ørsted", "Arsted")])
    def test_names_that_only_look_alike_stay_apart(self, on_record: str, typed: str) -> None:
        assert match(details(last_name=typed), [record(last_name=on_record)]).record is None

    def test_a_preferred_first_name_counts_as_the_first_name(self) -> None:
        known = record(first_name="Eleonora", preferred_first_name="Nora")
        assert match(details(), [known]).record == known
        assert match(details(first_name="Eleonora"), [known]).record == known

    def test_an_email_is_the_same_in_any_case(self) -> None:
        found = match(details(email=" Nora.Quill@Example.com"), [record()])
        assert (found.record, found.proposal) == (record(), None)

    def test_an_email_with_another_hyphen_is_another_mailbox(self) -> None:
        found = match(details(email="nora-quill@example.com"), [record(email="noraquill@example.com")])
        assert (found.record, found.proposal) == (None, "possible_duplicate")

    @pytest.mark.parametrize("phone", ["0491 570 156", "+61 491 570 156", "(0061) 491-570-156"])
    def test_a_phone_stands_in_for_an_email_that_is_missing(self, phone: str) -> None:
        found = match(details(), [record(email="", phones=("08 5550 1234", phone))])
        assert found.record is not None
        assert (found.proposal, found.differences) == (
            "differences",
            (("email", "", "nora.quill@example.com"),),
        )

    def test_a_phone_does_not_outweigh_another_email(self) -> None:
        assert match(details(), [record(email="other@example.com")]).record is None

    def test_without_email_and_phone_nothing_is_certain(self) -> None:
        found = match(details(), [record(email="", phones=())])
        assert (found.record, found.proposal) == (None, "possible_duplicate")

    def test_a_record_without_a_date_of_birth_is_never_certain(self) -> None:
        found = match(details(), [record(date_of_birth=None)])
        assert (found.record, found.proposal, found.candidates) == (None, "possible_duplicate", ("1",))


class TestDifferences:
    def test_another_phone_is_proposed_with_both_values(self) -> None:
        found = match(details(phone="+61491570158"), [record()])
        assert found.record == record()
        assert found.differences == (("phone", "0491 570 156", "+61491570158"),)

    def test_several_equal_records_use_the_oldest_and_are_told(self) -> None:
        newer, older = record("9"), record("3", created_at=FIRST_SEEN - timedelta(days=1))
        found = match(details(), [newer, older])
        assert (found.record, found.proposal, found.candidates) == (older, "several_equal", ("3", "9"))


class TestDoubt:
    def test_a_family_that_shares_an_email_is_nobody_s_duplicate(self) -> None:
        mother = record(first_name="Ada", date_of_birth=date(1961, 2, 3))
        found = match(details(), [mother])
        assert (found.record, found.proposal, found.candidates) == (None, None, ())

    def test_twins_stay_two_people_and_are_looked_at_once(self) -> None:
        twin = record(first_name="Ben")
        found = match(details(), [twin])
        assert (found.record, found.proposal) == (None, "possible_duplicate")

    @pytest.mark.parametrize(
        "names",
        [
            {"first_name": "O'Quill", "last_name": "Nora"},
            {"last_name": "Married"},
            {"first_name": "Nora O'Quill", "last_name": "-"},
            {"first_name": "諾拉", "last_name": "奎爾"},
        ],
        ids=["swapped", "another last name", "one name", "another script"],
    )
    @pytest.mark.parametrize("shared", [{"phones": ()}, {"email": "old@example.com"}], ids=["email", "phone"])
    def test_an_equal_birth_with_an_equal_email_or_phone_is_never_silent(
        self, names: dict[str, str], shared: dict[str, Any]
    ) -> None:
        found = match(details(phone="+61491570156"), [record(**names, **shared)])
        assert (found.record, found.proposal, found.candidates) == (None, "possible_duplicate", ("1",))

    def test_a_first_name_that_begins_alike_is_worth_a_look(self) -> None:
        found = match(details(), [record(first_name="N.")])
        assert (found.record, found.proposal, found.candidates) == (None, "possible_duplicate", ("1",))

    def test_the_same_name_and_birth_under_another_email_is_worth_a_look(self) -> None:
        found = match(details(), [record(email="old@example.com")])
        assert (found.record, found.proposal) == (None, "possible_duplicate")

    def test_the_same_name_and_email_with_another_birth_is_worth_a_look(self) -> None:
        found = match(details(), [record(date_of_birth=date(1990, 5, 4))])
        assert (found.record, found.proposal) == (None, "possible_duplicate")

    def test_only_a_name_in_common_is_chance(self) -> None:
        stranger = record(email="other@example.com", phones=(), date_of_birth=date(1950, 1, 1))
        assert match(details(), [stranger]).proposal is None

    def test_nobody_on_record_is_nobody(self) -> None:
        assert match(details(), []).candidates == ()
