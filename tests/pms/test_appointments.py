"""Appointments: making, finding and taking them back, and what overlaps them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeMissing, PracticeOutcomeUnknown, PracticeRejected
from booking_app.pms.records import Attendee, NewAppointment

STARTS_AT = datetime(2026, 11, 24, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(minutes=45)
CANCELLED = {"cancelled_at": "2026-11-22T00:00:00Z"}
ARCHIVED = {"archived_at": "2026-11-22T00:00:00Z"}
ONE = "/individual_appointments/91"


def test_both_ends_and_all_ids_are_sent_as_text(cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
    cliniko.on("POST", "/individual_appointments", httpx.Response(201, json=records.appointment("91")))
    made = practice.create_appointment(
        NewAppointment("71", "21", "41", "31", STARTS_AT, ENDS_AT, "Booked online, reference BK-7F3K2M9Q")
    )
    assert cliniko.sent() == {
        "patient_id": "71",
        "appointment_type_id": "21",
        "business_id": "41",
        "practitioner_id": "31",
        "starts_at": "2026-11-24T00:00:00Z",
        "ends_at": "2026-11-24T00:45:00Z",
        "notes": "Booked online, reference BK-7F3K2M9Q",
    }
    assert (made.cliniko_id, made.patient_id, made.practitioner_id) == ("91", "71", "31")


class TestFinding:
    def find(self, practice: ClinikoPractice) -> str | None:
        found = practice.find_appointment(patient_id="71", starts_at=STARTS_AT, marker="BK-7F3K2M9Q")
        return found and found.cliniko_id

    def test_asks_for_the_patient_and_the_start(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.lists("/individual_appointments", records.appointment("91"))
        assert self.find(practice) == "91"
        assert cliniko.filters() == [
            "patient_id:=71",
            "starts_at:>=2026-11-24T00:00:00Z",
            "starts_at:<=2026-11-24T00:00:00Z",
        ]

    def test_takes_only_a_live_one_that_carries_the_marker(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.lists(
            "/individual_appointments",
            records.appointment("91", notes="Rang at noon"),
            records.appointment("92", **CANCELLED),
            records.appointment("93", **ARCHIVED),
        )
        assert self.find(practice) is None

    def test_takes_the_first_made_of_two(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        later = records.appointment("92", created_at="2026-11-21T00:00:09Z")
        cliniko.lists("/individual_appointments", later, records.appointment("91"))
        assert self.find(practice) == "91"


class TestReading:
    def test_shows_what_is_hidden_from_lists(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.on("GET", ONE, records.appointment("91", **CANCELLED))
        found = practice.appointment("91")
        assert found is not None
        assert (found.is_cancelled, found.is_archived) == (True, False)
        assert cliniko.filters() == ["archived_at:*", "cancelled_at:*"]

    def test_looks_in_the_list_where_the_address_shows_nothing(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.lists("/individual_appointments", records.appointment("91", **ARCHIVED))
        found = practice.appointment("91")
        assert found is not None
        assert found.is_archived

    def test_knows_nothing_of_what_is_gone(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.lists("/individual_appointments")
        assert practice.appointment("91") is None


class TestConflicts:
    @pytest.mark.parametrize("exist", [True, False])
    def test_are_read_from_cliniko(self, cliniko: Any, practice: ClinikoPractice, exist: bool) -> None:
        cliniko.on("GET", f"{ONE}/conflicts", {"conflicts": {"exist": exist}})
        assert practice.has_conflict("91") is exist
        assert len(cliniko.requests) == 1

    @pytest.mark.parametrize("answer", [{"conflicts": {}}, httpx.Response(404), httpx.Response(200, text="<html>")])
    @pytest.mark.parametrize("is_taken", [True, False])
    def test_are_read_from_the_calendar_where_cliniko_does_not_tell(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, answer: Any, is_taken: bool
    ) -> None:
        own, other = records.appointment("91"), records.appointment("90", notes="")
        cliniko.on("GET", f"{ONE}/conflicts", answer)
        cliniko.on("GET", ONE, own)
        cliniko.lists("/individual_appointments", *([own, other] if is_taken else [own]))
        cliniko.lists("/bookings", own)
        assert practice.has_conflict("91") is is_taken

    def test_of_an_appointment_that_is_gone_cannot_be_told(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.on("GET", ONE, records.appointment("91", **ARCHIVED))
        with pytest.raises(PracticeMissing):
            practice.has_conflict("91")


class TestOverlapping:
    def overlapping(self, practice: ClinikoPractice) -> list[tuple[str, str]]:
        found = practice.overlapping(practitioner_id="31", starts_at=STARTS_AT, ends_at=ENDS_AT)
        return [(one.cliniko_id, one.note) for one in found]

    def test_shows_appointments_with_their_notes_and_groups_and_blocks(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        times = {"starts_at": "2026-11-24T00:30:00Z", "ends_at": "2026-11-24T01:30:00Z"}
        group = {"id": "95", "max_attendees": 6, "patient_ids": [], **times}
        block = {"id": "96", **times}
        cliniko.lists("/bookings", records.appointment("91"), group, block)
        cliniko.lists("/individual_appointments", records.appointment("91"))
        assert self.overlapping(practice) == [("91", "Booked online, reference BK-7F3K2M9Q"), ("95", ""), ("96", "")]
        asked = ["practitioner_id:=31", "starts_at:<2026-11-24T00:45:00Z", "ends_at:>2026-11-24T00:00:00Z"]
        assert [cliniko.filters(0), cliniko.filters(1)] == [asked, asked]
        assert cliniko.calls == ["GET /bookings", "GET /individual_appointments"], "the list with notes comes last"

    def test_leaves_out_what_is_over_and_what_only_touches(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        next_one = records.appointment("92", starts_at="2026-11-24T00:45:00Z", ends_at="2026-11-24T01:30:00Z")
        cliniko.lists(
            "/bookings", {"id": "96", "starts_at": "2026-11-24T00:00:00Z", "ends_at": "2026-11-24T00:30:00Z"} | ARCHIVED
        )
        cliniko.lists(
            "/individual_appointments",
            records.appointment("91", **CANCELLED),
            next_one,
            records.appointment("93", **ARCHIVED),
        )
        assert self.overlapping(practice) == []


@pytest.mark.parametrize("status", [204, 404])
def test_archiving_twice_is_the_same_as_once(cliniko: Any, practice: ClinikoPractice, status: int) -> None:
    cliniko.on("POST", f"{ONE}/archive", httpx.Response(status))
    practice.archive_appointment("91")
    assert cliniko.calls == [f"POST {ONE}/archive"]


class TestCancelling:
    @pytest.mark.parametrize(
        ("reason", "code"),
        [("feeling_better", 10), ("condition_worse", 20), ("sick", 30), ("away", 40), ("other", 50), ("work", 60)],
    )
    def test_gives_the_reason_as_a_number(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, reason: Any, code: int
    ) -> None:
        cliniko.on("GET", ONE, records.appointment("91"))
        cliniko.on("PATCH", f"{ONE}/cancel", httpx.Response(204))
        practice.cancel_appointment("91", reason=reason, note="Cancelled online")
        assert cliniko.sent() == {"cancellation_reason": code, "cancellation_note": "Cancelled online"}

    @pytest.mark.parametrize("change", [CANCELLED, ARCHIVED])
    def test_leaves_alone_what_is_over(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, change: dict[str, str]
    ) -> None:
        cliniko.on("GET", ONE, records.appointment("91", **change))
        practice.cancel_appointment("91", reason="other", note="")
        assert cliniko.calls == [f"GET {ONE}"]

    def test_accepts_that_somebody_was_faster(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.on("GET", ONE, records.appointment("91"), records.appointment("91", **CANCELLED))
        cliniko.on("PATCH", f"{ONE}/cancel", httpx.Response(422, json={"errors": {"base": "is cancelled"}}))
        practice.cancel_appointment("91", reason="sick", note="")

    def test_says_so_when_a_live_appointment_is_not_cancelled(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.on("GET", ONE, records.appointment("91"))
        cliniko.on("PATCH", f"{ONE}/cancel", httpx.Response(422, json={"errors": {"base": "no"}}))
        with pytest.raises(PracticeRejected):
            practice.cancel_appointment("91", reason="sick", note="")


class TestTheAttendee:
    def test_is_found_in_one_request(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.lists("/attendees", records.attendee("55", "91"))
        assert practice.attendee_of("91") == Attendee("55", records.link)
        assert cliniko.filters() == ["booking_id:=91"]
        assert len(cliniko.requests) == 1

    def test_is_found_along_the_link_where_the_list_does_not_serve(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.lists("/attendees", records.attendee("54", "90"))  # as if the filter were not known
        cliniko.on("GET", ONE, records.appointment("91"))
        cliniko.lists(f"{ONE}/attendees", records.attendee("55", "91"))
        assert practice.attendee_of("91") == Attendee("55", records.link)

    @pytest.mark.parametrize(
        "url",
        [None, "", "javascript:alert(1)", "http://harbour.example/1", "https://x.example/a b", "https://" + "x" * 1000],
    )
    def test_a_link_that_is_no_plain_secure_address_is_none(
        self, cliniko: Any, practice: ClinikoPractice, records: Any, url: str | None
    ) -> None:
        cliniko.lists("/attendees", records.attendee("55", "91", telehealth_url=url))
        assert practice.attendee_of("91") == Attendee("55", "")

    def test_is_not_there_yet(self, cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
        cliniko.lists("/attendees")
        cliniko.on("GET", ONE, records.appointment("91"))
        cliniko.lists(f"{ONE}/attendees")
        assert practice.attendee_of("91") is None

    def test_of_an_appointment_that_is_gone_is_never_there(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.lists("/attendees")
        with pytest.raises(PracticeMissing):
            practice.attendee_of("91")


class TestMoving:
    def test_sends_both_ends_and_the_practitioner_and_nothing_else(
        self, cliniko: Any, practice: ClinikoPractice, records: Any
    ) -> None:
        cliniko.on("PATCH", ONE, records.appointment("91"))
        practice.move_appointment("91", practitioner_id="32", starts_at=STARTS_AT, ends_at=ENDS_AT)
        assert cliniko.sent() == {
            "practitioner_id": "32", "starts_at": "2026-11-24T00:00:00Z", "ends_at": "2026-11-24T00:45:00Z",
        }  # fmt: skip

    def test_without_an_answer_may_have_happened(self, cliniko: Any, practice: ClinikoPractice) -> None:
        cliniko.on("PATCH", ONE, httpx.ReadTimeout("late"))
        with pytest.raises(PracticeOutcomeUnknown):
            practice.move_appointment("91", practitioner_id="32", starts_at=STARTS_AT, ends_at=ENDS_AT)


def test_several_are_read_in_one_list_with_those_that_are_over(
    cliniko: Any, practice: ClinikoPractice, records: Any
) -> None:
    type_and_place = {"appointment_type": {"links": {"self": "https://x/appointment_types/21"}}}
    listed = (records.appointment("91", **CANCELLED), records.appointment("92", **ARCHIVED, **type_and_place))
    cliniko.lists("/individual_appointments", *listed)
    found = practice.appointments(["91", "92", "93"])
    assert cliniko.filters() == ["id:=91,92,93", "archived_at:*", "cancelled_at:*"]
    assert [(one.cliniko_id, one.is_live, one.service_id) for one in found] == [
        ("91", False, None),
        ("92", False, "21"),
    ]
    assert practice.appointments([]) == ()
    assert len(cliniko.requests) == 1
