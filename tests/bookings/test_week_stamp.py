"""What tells a page of times that its times are others: any reading, any hold, in either database."""

from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from booking_app.availability.models import SlotWindow
from booking_app.bookings.models import Hold
from booking_app.bookings.week_stamp import WeekAsked, stamp_query, week_stamp
from booking_app.core.db import Database
from booking_app.core.prepared import PreparedQuery
from tests.databases import database_with_tables

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
WEEK = WeekAsked(
    account_key="au1:7", location_id="l1", time_zone="Australia/Adelaide", service_id="s1",
    practitioner_ids=("p1", "p2"), first_day=MONDAY,
)  # fmt: skip


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as opened:
        with opened.begin() as session:
            session.add_all([window("p1", seconds=5), window("p2", seconds=50)])
        yield opened


@pytest.fixture
def stamp(database: Database) -> Callable[..., Hashable]:
    query = PreparedQuery(database, stamp_query(WEEK, NOW))
    return lambda now=NOW: week_stamp(query, now)


def window(practitioner_id: str, *, seconds: int, **more: Any) -> SlotWindow:
    """A window read so many seconds ago."""
    values = {"account_key": "au1:7", "location_id": "l1", "service_id": "s1", "first_day": MONDAY, "starts": [1]}
    fetched_at = NOW - timedelta(seconds=seconds)
    return SlotWindow(**values | more, practitioner_id=practitioner_id, fetched_at=fetched_at)


def hold(family: str, *, hours: float = 2, **more: Any) -> Hold:
    """A hold so many hours from now, for ten minutes."""
    values: dict[str, Any] = {"account_key": "au1:7", "practitioner_id": "p1", "visitor": "", "clinic_id": 1}
    at = NOW + timedelta(hours=hours)
    values |= {"starts_at": at, "ends_at": at + timedelta(minutes=30), "created_at": NOW}
    return Hold(**values | {"expires_at": NOW + timedelta(minutes=10)} | more, family=family)


def test_it_is_the_same_while_nothing_happens(stamp: Callable[..., Hashable]) -> None:
    assert stamp() == stamp(NOW + timedelta(seconds=30))


@pytest.mark.parametrize("seconds", [0, 120], ids=["read anew", "made old, because a time of it was lost"])
def test_any_window_that_changes_changes_it(database: Database, stamp: Callable[..., Hashable], seconds: int) -> None:
    before = stamp()
    with database.begin() as session:
        row = session.scalars(select(SlotWindow).where(SlotWindow.practitioner_id == "p2")).one()
        row.fetched_at = NOW - timedelta(seconds=seconds)
    assert stamp() != before


def test_a_hold_changes_it_for_as_long_as_it_stands(database: Database, stamp: Callable[..., Hashable]) -> None:
    free = stamp()
    with database.begin() as session:
        session.add(hold("one"))
    held = stamp()
    assert held != free
    assert stamp(NOW + timedelta(minutes=10)) == free
    with database.begin() as session:
        session.scalars(select(Hold)).one().expires_at = None
    assert stamp(NOW + timedelta(hours=9)) == held
    with database.begin() as session:
        session.execute(delete(Hold))
    assert stamp() == free


@pytest.mark.parametrize(
    "more", [{"account_key": "au1:8"}, {"practitioner_id": "p3"}, {"hours": 24 * 20}], ids=["account", "person", "week"]
)
def test_what_is_held_elsewhere_is_none_of_it(
    database: Database, stamp: Callable[..., Hashable], more: dict[str, Any]
) -> None:
    before = stamp()
    with database.begin() as session:
        session.add(hold("other", **more))
    assert stamp() == before
