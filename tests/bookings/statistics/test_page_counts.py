"""Steps are counted in memory and added up a day; nothing tells one visitor from another."""

import time
from datetime import date

from sqlalchemy import text

from booking_app.bookings.statistics.counts import daily_counts
from booking_app.bookings.statistics.models import DailyCount
from booking_app.bookings.statistics.page_counts import PageCounts
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database

ZONE = "Australia/Adelaide"
SATURDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 22)


def counts(database: Database) -> dict[tuple[date, str], int]:
    with database.reading() as session:
        return dict(daily_counts(session, 1, "step", SATURDAY, SUNDAY))


def test_nothing_is_written_until_the_counts_are_flushed(database: Database, clock: FixedClock) -> None:
    page_counts = PageCounts(database, clock, every=3600)
    page_counts.count(1, ZONE, "time")
    page_counts.count(1, ZONE, "time")
    assert counts(database) == {}
    page_counts.close()
    assert counts(database) == {(SATURDAY, "time"): 2}


def test_two_processes_add_to_the_same_day(database: Database, clock: FixedClock) -> None:
    for _ in range(2):
        page_counts = PageCounts(database, clock, every=3600)
        page_counts.count(1, ZONE, "service")
        page_counts.close()
    assert counts(database) == {(SATURDAY, "service"): 2}


def test_a_day_ends_at_the_clinics_midnight(database: Database, clock: FixedClock) -> None:
    page_counts = PageCounts(database, clock, every=3600)
    page_counts.count(1, ZONE, "time")
    clock.advance(hours=4, minutes=31)  # half past midnight in Adelaide, the same day in UTC
    page_counts.count(1, ZONE, "time")
    page_counts.close()
    assert counts(database) == {(SATURDAY, "time"): 1, (SUNDAY, "time"): 1}


def test_what_cannot_be_written_is_kept_for_the_next_time(database: Database, clock: FixedClock) -> None:
    page_counts = PageCounts(database, clock, every=3600)
    with database.begin() as session:
        session.execute(text("alter table daily_count rename to daily_count_away"))
    page_counts.count(1, ZONE, "time")
    page_counts.close()
    with database.begin() as session:
        session.execute(text("alter table daily_count_away rename to daily_count"))
    page_counts.count(1, ZONE, "time")
    page_counts.close()
    assert counts(database) == {(SATURDAY, "time"): 2}


def test_counts_are_written_by_themselves_after_a_while(database: Database, clock: FixedClock) -> None:
    page_counts = PageCounts(database, clock, every=0.01)
    page_counts.count(1, ZONE, "time")
    for _ in range(1000):
        if counts(database):
            break
        time.sleep(0.02)
    assert counts(database) == {(SATURDAY, "time"): 1}


def test_a_count_has_no_place_for_anything_about_a_visitor() -> None:
    assert {column.name for column in DailyCount.__table__.columns} == {"clinic_id", "day", "kind", "name", "total"}
