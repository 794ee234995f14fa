"""What fills a calendar and when people usually work, without the people who come; and what a key may read."""

from datetime import UTC, datetime, time

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeRefused
from tests.pms.conftest import FakeCliniko, link

START = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
END = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def entry(entry_id: str, start: str, end: str, **more: object) -> dict[str, object]:
    return {
        "id": entry_id,
        "starts_at": f"2026-11-24T{start}:00Z",
        "ends_at": f"2026-11-24T{end}:00Z",
        "business": link("/businesses/11"),
        "practitioner": link("/practitioners/31"),
        "cancelled_at": None,
        "archived_at": None,
    } | more


def test_a_calendar_tells_what_takes_time_in_order_and_not_whose_it_is(
    cliniko: FakeCliniko, practice: ClinikoPractice
) -> None:
    cliniko.lists(
        "/bookings",
        entry("3", "04:00", "05:00"),
        entry("2", "01:00", "02:00", max_attendees=8),
        entry("1", "00:00", "00:45", patient=link("/patients/71"), patient_name="Mara Linden"),
        entry("4", "03:00", "03:30", patient=link("/patients/72"), cancelled_at="2026-11-20T00:00:00Z"),
    )
    found = practice.diary(practitioner_id="31", starts_at=START, ends_at=END)
    assert [(one.kind, one.starts_at.hour, one.location_id) for one in found] == [
        ("appointment", 0, "11"),
        ("group", 1, "11"),
        ("away", 4, "11"),
    ]
    assert "Mara" not in repr(found) and "71" not in repr(found)
    assert cliniko.filters() == [
        "practitioner_id:=31",
        "starts_at:<2026-11-24T13:30:00Z",
        "ends_at:>2026-11-23T13:30:00Z",
    ]


def test_usual_hours_are_read_by_weekday_whatever_number_sunday_has(
    cliniko: FakeCliniko, practice: ClinikoPractice
) -> None:
    cliniko.lists(
        "/daily_availabilities",
        {"id": "1", "day_of_week": 2, "availabilities": [
            {"starts_at": "13:00", "ends_at": "17:30"}, {"starts_at": "9:00", "ends_at": "12:00"},
        ]},
        {"id": "2", "day_of_week": 0, "availabilities": [{"starts_at": "10:00", "ends_at": "24:00"}]},
    )  # fmt: skip
    tuesday, sunday = practice.usual_hours(practitioner_id="31", location_id="11")
    assert tuesday.iso_weekday == 2
    assert tuesday.spans == ((time(9), time(12)), (time(13), time(17, 30)))
    assert (sunday.iso_weekday, sunday.spans) == (7, ((time(10), time.max),))
    assert cliniko.filters() == ["practitioner_id:=31", "business_id:=11"]


def test_hours_that_cannot_be_read_say_nothing(cliniko: FakeCliniko, practice: ClinikoPractice) -> None:
    cliniko.lists(
        "/daily_availabilities",
        {"id": "1", "day_of_week": 1, "availabilities": [{"starts_at": "noon", "ends_at": "17:00"}]},
    )
    (monday,) = practice.usual_hours(practitioner_id="31", location_id="11")
    assert monday.spans == ()


def test_a_key_is_asked_area_by_area_what_it_may_read(cliniko: FakeCliniko, practice: ClinikoPractice) -> None:
    for noun in ("businesses", "individual_appointments", "patients", "patient_forms"):
        cliniko.lists(f"/{noun}")
    cliniko.on("GET", "/patient_attachments", httpx.Response(403, text="<html>no</html>"))
    assert {one.area: one.is_given for one in practice.rights()} == {
        "catalogue": True,
        "calendar": True,
        "patients": True,
        "forms": True,
        "documents": False,
    }


def test_a_refused_key_is_no_missing_right(cliniko: FakeCliniko, practice: ClinikoPractice) -> None:
    cliniko.on("GET", "/businesses", httpx.Response(401, json={}))
    with pytest.raises(PracticeRefused):
        practice.rights()
