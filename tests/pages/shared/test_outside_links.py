"""Links to a map and to calendars on the web say when and where, and nothing else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from booking_app.pages.shared.outside_links import google_calendar_url, map_url, outlook_calendar_url

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
GIVEN = {"address": "12 Pirie Street\nAdelaide SA 5000", "reference": "BK-7F3K2M9Q"}


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_calendars_are_told_the_instant_in_utc() -> None:
    ends = START + timedelta(minutes=45)
    google = query(google_calendar_url(START, ends, **GIVEN))
    assert google["dates"] == "20261123T223000Z/20261123T231500Z"
    assert google["location"] == "12 Pirie Street, Adelaide SA 5000"
    outlook = query(outlook_calendar_url(START, ends, **GIVEN))
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-11-23T22:30:00Z", "2026-11-23T23:15:00Z")
    assert set(google) == {"action", "text", "dates", "location", "details"}
    assert outlook["subject"] == google["text"] == "Appointment"


def test_without_an_address_there_is_no_map() -> None:
    assert map_url("  ") is None
    assert query(map_url(GIVEN["address"]) or "") == {"api": "1", "query": "12 Pirie Street, Adelaide SA 5000"}
