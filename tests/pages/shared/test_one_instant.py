"""Around every change of the clocks: what page, practice system, mail and calendars name is one instant."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from booking_app.availability.days import begins, by_day, days_from
from booking_app.availability.records import Slot
from booking_app.bookings.mail.calendar import CalendarEntry, calendar_file
from booking_app.bookings.mail.wording import clock_words, day_words, zone_words
from booking_app.core.dates import MONTHS, spoken_start, zone_abbreviation
from booking_app.pages.shared import words
from booking_app.pages.shared.outside_links import google_calendar_url, outlook_calendar_url
from booking_app.pages.shared.slots import Labels, option, read_value, slot_value
from booking_app.pms.client.records import JsonObject
from booking_app.pms.client.writing import instant_text

ZONES = (
    "Australia/Adelaide",
    "Australia/Sydney",
    "Australia/Perth",
    "Pacific/Auckland",
    "Europe/London",
    "America/New_York",
)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=5)
SPOKEN = re.compile(r"\w+ (\d+) (\w+) (\d{4}), (\d+):(\d\d) (am|pm)")


def changes(zone: str) -> Iterator[datetime]:
    """The instants at which the zone's clocks change, to the hour."""
    clocks, at = ZoneInfo(zone), FIRST
    while at < LAST:
        if at.astimezone(clocks).utcoffset() != (at - timedelta(hours=1)).astimezone(clocks).utcoffset():
            yield at
        at += timedelta(hours=1)


CHANGES = {zone: tuple(changes(zone)) or (datetime(2026, 10, 3, 16, tzinfo=UTC),) for zone in ZONES}
# A day and a half to each side, in the steps in which appointments begin.
STARTS = st.sampled_from(ZONES).flatmap(
    lambda zone: st.tuples(
        st.just(zone), st.sampled_from(CHANGES[zone]), st.integers(-18 * 24, 18 * 24).map(lambda steps: steps * STEP)
    ).map(lambda drawn: (drawn[0], drawn[1] + drawn[2]))
)
REPEATED = ("Australia/Sydney", datetime(2026, 4, 4, 15, 30, tzinfo=UTC))  # 2:30 am for the first of two times


def named(spoken: str, zone: str, clocks: str) -> datetime:
    """The instant of `Sunday 5 April 2026, 2:30 am` when the zone's clocks are called so; it must be exactly one."""
    found = SPOKEN.match(spoken)
    assert found, spoken
    day, month, year, hour, minute, half = found.groups()
    local = datetime(
        int(year), MONTHS.index(month) + 1, int(day), int(hour) % 12 + 12 * (half == "pm"), int(minute),
        tzinfo=ZoneInfo(zone),
    )  # fmt: skip
    # A list: two instants of one zone that differ in their fold alone count as equal.
    folds = [local.replace(fold=fold).astimezone(UTC).astimezone(ZoneInfo(zone)) for fold in (0, 1)]
    fitting = {
        one.astimezone(UTC)
        for one in folds
        if one.replace(tzinfo=None) == local.replace(tzinfo=None)
        and (zone_abbreviation(one) in clocks or f"{one:%z}"[:3] in clocks)
    }
    assert len(fitting) == 1, (spoken, clocks, fitting)
    return fitting.pop()


def slot_at(at: datetime) -> Slot:
    return Slot(at, at + timedelta(minutes=45), "p1", "l1", "s1")


def test_all_of_them_change_their_clocks_twice_a_year_but_perth() -> None:
    assert {zone: len(found) for zone, found in CHANGES.items()} == {
        zone: 1 if zone == "Australia/Perth" else 10 for zone in ZONES
    }


@example(REPEATED)
@example((REPEATED[0], REPEATED[1] + timedelta(hours=1)))
@given(STARTS)
def test_the_form_and_the_page_name_the_instant_that_cliniko_offered(start: tuple[str, datetime]) -> None:
    zone, at = start
    offered = JsonObject({"appointment_start": instant_text(at)}, path="available_times").instant("appointment_start")
    slot = slot_at(offered)
    shown = option(slot, Labels(zone, ()))
    assert read_value(slot_value(slot)) == (at, "p1")
    assert datetime.fromisoformat(shown.iso) == at
    clocks = shown.time.partition("m ")[2] or words.zone_name(zone, [at])
    assert named(shown.before + shown.time, zone, clocks) == at
    assert named(words.full_time(at, zone), zone, words.zone_name(zone, [at])) == at


@example(REPEATED)
@given(STARTS)
def test_mail_and_document_name_the_same_instant(start: tuple[str, datetime]) -> None:
    zone, at = start
    spoken = f"{day_words(at, zone)}, {clock_words(at, zone)}"
    assert named(spoken, zone, zone_words(at, zone)) == at
    in_document = spoken_start(at, zone)
    assert named(in_document, zone, in_document.partition("(")[2]) == at


@given(STARTS)
def test_calendars_name_the_same_instant(start: tuple[str, datetime]) -> None:
    _, at = start
    ends = at + timedelta(minutes=45)
    entry = CalendarEntry(
        reference="ABCD-1234", starts_at=at, ends_at=ends, address="", manage_url="https://booking.example/manage/x",
        organizer="booking@clinic.example", sequence=0, is_cancelled=False,
    )  # fmt: skip
    (event,) = Calendar.from_ical(calendar_file(entry, now=FIRST)).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (at, ends)
    outside = {"address": "", "reference": "ABCD-1234"}
    google = parse_qs(urlsplit(google_calendar_url(at, ends, **outside)).query)["dates"][0]
    outlook = parse_qs(urlsplit(outlook_calendar_url(at, ends, **outside)).query)["startdt"][0]
    assert google == f"{at:%Y%m%dT%H%M%SZ}/{ends:%Y%m%dT%H%M%SZ}"
    assert datetime.fromisoformat(outlook) == at


@given(STARTS)
def test_a_time_stands_once_and_on_the_day_that_its_page_says(start: tuple[str, datetime]) -> None:
    zone, at = start
    local = at.astimezone(ZoneInfo(zone)).date()
    assert begins(local, zone) <= at < begins(local + timedelta(days=1), zone)
    week = by_day([slot_at(at)], days_from(local - timedelta(days=3), 7), zone)
    assert [day.day for day in week if day.slots] == [local]


@pytest.mark.parametrize("zone", [zone for zone in ZONES if len(CHANGES[zone]) > 1])
def test_no_two_times_of_a_day_are_named_alike(zone: str) -> None:
    """In the night that has an hour twice, the page says which of the two is meant."""
    for change in CHANGES[zone]:
        starts = [change + n * timedelta(minutes=30) for n in range(-6, 7)]
        names = [(shown.before + shown.time) for shown in (option(slot_at(at), Labels(zone, ())) for at in starts)]
        assert len(set(names)) == len(names), names
