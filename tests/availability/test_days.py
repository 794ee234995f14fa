"""Days in two zones, against the plainest reckoning: look at every instant one by one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_app.availability.availability import Availability
from booking_app.availability.days import account_days, begins
from booking_app.availability.records import Window
from booking_app.catalogue.records import LocationView
from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from booking_app.core.tokens import new_token
from tests.availability.fakes import FakePractice

ZONES = [
    "Australia/Adelaide",  # half an hour, summer time
    "Australia/Darwin",  # half an hour, no summer time
    "Australia/Perth",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Australia/Lord_Howe",  # summer time of half an hour
    "Pacific/Auckland",
    "Europe/London",
    "America/Vancouver",
]
# Around the changes of 2026 and 2027 in both hemispheres, and a plain week.
AROUND = [
    "2026-03-27", "2026-04-03", "2026-09-25", "2026-10-02", "2026-10-23", "2026-11-23", "2027-03-12", "2027-04-02",
]  # fmt: skip


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all examples: making one takes longer than using it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('days') / 'booking.sqlite3'}")
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["slot_window"]])
    yield database
    database.dispose()


@given(
    location_zone=st.sampled_from(ZONES),
    account_zone=st.sampled_from(ZONES),
    around=st.sampled_from(AROUND),
    hours_in=st.integers(0, 80),
    days_ahead=st.integers(0, 9),
    offsets=st.lists(st.integers(-24 * 4, 18 * 24 * 4), max_size=60, unique=True),
)
@settings(max_examples=120)
def test_a_week_holds_every_time_of_the_locations_days_and_no_other(
    one_database: Database,
    location_zone: str,
    account_zone: str,
    around: str,
    hours_in: int,
    days_ahead: int,
    offsets: list[int],
) -> None:
    now = datetime.fromisoformat(around).replace(tzinfo=UTC) + timedelta(hours=hours_in)
    starts = sorted(now + timedelta(minutes=15 * offset) for offset in offsets)
    zone = ZoneInfo(location_zone)
    from_day = now.astimezone(zone).date() + timedelta(days=days_ahead)
    latest_day = from_day + timedelta(days=4)
    clock = FixedClock(now)
    practice = FakePractice(clock=clock, zone=account_zone)
    practice.offer("mia", starts, location_id="here")
    week = Availability(one_database, clock).week(
        practice=practice,  # type: ignore[arg-type]
        account_key=new_token(),  # what other examples left in the database is another account's
        location=LocationView(cliniko_id="here", name="Here", time_zone=location_zone),
        practitioner_ids=["mia"],
        service_id="physio",
        from_day=from_day,
        account_time_zone=account_zone,
        rules=Window(earliest_at=now + timedelta(hours=2), latest_day=latest_day),
        minutes=30,
    )
    expected = {from_day + timedelta(days=step): [] for step in range(7)}
    for start in starts:
        day = start.astimezone(zone).date()
        if start >= now + timedelta(hours=2) and from_day <= day <= latest_day:
            expected[day].append(start)
    assert {day.day: [slot.starts_at for slot in day.slots] for day in week.days} == expected
    assert len(practice.calls) <= 2


@given(
    location_zone=st.sampled_from(ZONES),
    account_zone=st.sampled_from(ZONES),
    first=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    length=st.integers(0, 6),
)
@settings(max_examples=200)
def test_the_accounts_days_cover_the_locations_and_are_no_more_than_needed(
    location_zone: str, account_zone: str, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    days = account_days(first, last, location_zone=location_zone, account_zone=account_zone, today=date(2025, 12, 1))
    account = ZoneInfo(account_zone)
    instant, ends = begins(first, location_zone), begins(last + timedelta(days=1), location_zone)
    needed = set()
    while instant < ends:
        needed.add(instant.astimezone(account).date())
        instant += timedelta(minutes=15)
    assert set(days) == needed
    assert len(days) <= length + 2


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Australia/Adelaide", date(2026, 10, 4), 23),
        ("Australia/Adelaide", date(2026, 4, 5), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Pacific/Auckland", date(2026, 9, 27), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Australia/Darwin", date(2026, 10, 4), 24),
    ],
)
def test_a_day_of_a_clock_change_is_as_long_as_it_is(zone: str, day: date, hours: float) -> None:
    assert begins(day + timedelta(days=1), zone) - begins(day, zone) == timedelta(hours=hours)
