"""Reading when a service can be booked."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.errors import PracticeRejected

PLACE = "/businesses/41/practitioners/31/appointment_types/21"
WHERE = {"location_id": "41", "practitioner_id": "31", "service_id": "21"}
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
NOT_BOOKABLE = httpx.Response(404, json={"status": "404", "error": "Not Found"})
TOO_EARLY = httpx.Response(400, json={"message": "Invalid time frame definition."})


def starts(*instants: str) -> dict[str, Any]:
    return {"available_times": [{"appointment_start": one} for one in instants], "links": {}}


def test_starts_are_aware_instants_in_order(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("GET", f"{PLACE}/available_times", starts("2026-11-24T01:00:00Z", "2026-11-24T09:30:00+09:30"))
    found = practice.slot_starts(**WHERE, from_day=MONDAY, to_day=SUNDAY)
    assert found == (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC))
    assert dict(cliniko.requests[0].url.params) == {"from": "2026-11-23", "to": "2026-11-29", "per_page": "100"}


def test_what_is_not_bookable_online_has_no_starts(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("GET", f"{PLACE}/available_times", NOT_BOOKABLE)
    cliniko.on("GET", f"{PLACE}/next_available_time", NOT_BOOKABLE)
    assert practice.slot_starts(**WHERE, from_day=MONDAY, to_day=SUNDAY) == ()
    assert practice.next_start(**WHERE, from_day=MONDAY) is None


def test_a_first_day_that_is_already_over_there_is_left_out(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("GET", f"{PLACE}/available_times", TOO_EARLY, starts("2026-11-24T00:00:00Z"))
    assert len(practice.slot_starts(**WHERE, from_day=MONDAY, to_day=SUNDAY)) == 1
    assert [one.url.params["from"] for one in cliniko.requests] == ["2026-11-23", "2026-11-24"]


def test_a_single_day_that_is_refused_stays_refused(cliniko: Any, practice: ClinikoPractice) -> None:
    cliniko.on("GET", f"{PLACE}/available_times", TOO_EARLY)
    with pytest.raises(PracticeRejected) as raised:
        practice.slot_starts(**WHERE, from_day=MONDAY, to_day=MONDAY)
    assert raised.value.code == "cliniko_400"
    assert len(cliniko.requests) == 1


def test_more_than_a_week_is_never_asked_for(cliniko: Any, practice: ClinikoPractice) -> None:
    with pytest.raises(ValueError, match="six days"):
        practice.slot_starts(**WHERE, from_day=MONDAY, to_day=date(2026, 11, 30))
    assert cliniko.requests == []


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        ({"appointment_start": "2026-11-25T00:00:00Z", "links": {}}, datetime(2026, 11, 25, tzinfo=UTC)),
        ({"appointment_start": None, "links": {}}, None),
        ({"links": {}}, None),
    ],
)
def test_the_next_start_of_the_week_is_asked_for(
    cliniko: Any, practice: ClinikoPractice, answer: dict[str, Any], start: datetime | None
) -> None:
    cliniko.on("GET", f"{PLACE}/next_available_time", answer)
    assert practice.next_start(**WHERE, from_day=MONDAY) == start
    assert dict(cliniko.requests[0].url.params) == {"from": "2026-11-23", "to": "2026-11-29"}
