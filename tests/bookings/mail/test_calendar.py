"""Calendar files: valid, stable, and silent about health."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Component

from booking_app.bookings.mail.calendar import calendar_file, entry_of
from tests.bookings.mail.samples import FACTS, NOW, SENDER, facts


def parsed(**changes: object) -> tuple[Calendar, Component]:
    content = calendar_file(entry_of(facts(**changes), organizer=SENDER), now=NOW)
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert calendar.errors == []
    return calendar, calendar.walk("VEVENT")[0]


def test_an_appointment_says_when_and_where_and_how_to_change_it() -> None:
    calendar, event = parsed()
    assert (calendar["METHOD"], event["STATUS"], event["SUMMARY"]) == ("PUBLISH", "CONFIRMED", "Appointment")
    assert event.decoded("DTSTART") == FACTS.starts_at
    assert event.decoded("DTEND") == FACTS.ends_at
    assert event["LOCATION"] == FACTS.address
    assert event["DESCRIPTION"] == f"Change or cancel: {FACTS.manage_url}\nReference: BK-7F3K2M9Q"
    assert (event["ORGANIZER"], event["CLASS"]) == (f"mailto:{SENDER}", "PRIVATE")


def test_a_change_and_a_cancellation_replace_the_first_entry() -> None:
    _, first = parsed()
    _, moved = parsed(
        sequence=1, starts_at=FACTS.starts_at + timedelta(days=1), ends_at=FACTS.ends_at + timedelta(days=1)
    )
    calendar, off = parsed(sequence=2, is_cancelled=True)
    assert first["UID"] == moved["UID"] == off["UID"]
    assert [int(event["SEQUENCE"]) for event in (first, moved, off)] == [0, 1, 2]
    assert (calendar["METHOD"], off["STATUS"]) == ("CANCEL", "CANCELLED")
    assert "/manage/" not in off["DESCRIPTION"]


def test_another_booking_is_another_entry() -> None:
    assert parsed()[1]["UID"] != parsed(reference="BK-22222222")[1]["UID"]


@pytest.mark.parametrize(
    ("zone", "starts_at"),
    [
        ("Australia/Adelaide", datetime(2026, 10, 3, 16, 0, tzinfo=UTC)),  # half an hour before clocks go forward
        ("Australia/Adelaide", datetime(2026, 10, 3, 17, 0, tzinfo=UTC)),
        ("Australia/Adelaide", datetime(2027, 4, 3, 16, 0, tzinfo=UTC)),  # the hour that comes twice, first time
        ("Australia/Lord_Howe", datetime(2027, 1, 5, 1, 0, tzinfo=UTC)),
        ("Australia/Perth", datetime(2026, 7, 5, 1, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 12, 31, 11, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_instant_is_told_in_utc_whatever_the_zone(zone: str, starts_at: datetime) -> None:
    ends_at = starts_at + timedelta(minutes=30)
    calendar, event = parsed(time_zone=zone, starts_at=starts_at, ends_at=ends_at)
    assert event.decoded("DTSTART") == starts_at
    assert event["DTSTART"].to_ical() == f"{starts_at:%Y%m%dT%H%M%SZ}".encode()
    assert event["DTEND"].to_ical() == f"{ends_at:%Y%m%dT%H%M%SZ}".encode()
    assert calendar.walk("VTIMEZONE") == []


def test_long_and_foreign_lines_are_folded_at_75_bytes_and_come_back_whole() -> None:
    address = "Gebäude Ü, " * 20 + "; end\nnext, line\\"
    content = calendar_file(entry_of(facts(address=address), organizer=SENDER), now=NOW)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert Calendar.from_ical(content).walk("VEVENT")[0]["LOCATION"] == address


def test_telehealth_has_no_location() -> None:
    assert "LOCATION" not in parsed(is_telehealth=True)[1]


def test_the_same_facts_make_the_same_file() -> None:
    entry = entry_of(FACTS, organizer=SENDER)
    assert calendar_file(entry, now=NOW) == calendar_file(entry, now=NOW)
