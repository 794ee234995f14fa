"""Values read a moment ago: seen again for a second, forgotten at once by whoever changes what they were read of."""

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from booking_app.clinics.models import Clinic
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.recent import RecentReads
from booking_app.migrations.tables import metadata
from tests.core.test_db import NOW, task


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(f"sqlite:///{tmp_path / 'booking.sqlite3'}")
    metadata.create_all(opened.engine)
    with opened.begin() as session:
        session.add(Clinic(slug="demo", name="First", time_zone="Australia/Adelaide"))
    return opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def recent(database: Database, clock: FixedClock) -> RecentReads:
    return RecentReads(database, clock)


def name_of(session: Session) -> str | None:
    return session.scalar(select(Clinic.name).where(Clinic.slug == "demo"))


def test_another_process_is_seen_within_a_second(recent: RecentReads, database: Database, clock: FixedClock) -> None:
    assert recent.get("demo", name_of) == "First"
    with Database(database.url).begin() as session:
        session.execute(update(Clinic).values(name="Second"))
    clock.advance(seconds=0.99)
    assert recent.get("demo", name_of) == "First"
    clock.advance(seconds=0.01)
    assert recent.get("demo", name_of) == "Second"


@pytest.mark.parametrize("way", ["row", "update", "core"])
def test_a_change_of_this_process_is_seen_at_once(recent: RecentReads, database: Database, way: str) -> None:
    assert recent.get("demo", name_of) == "First"
    with database.begin() as session:
        if way == "row":
            session.scalars(select(Clinic)).one().name = "Second"
        elif way == "update":
            session.execute(update(Clinic).values(name="Second"))
        else:
            session.execute(delete(Clinic))
            session.execute(insert(Clinic).values(slug="demo", name="Second", time_zone="UTC"))
    assert recent.get("demo", name_of) == "Second"


def test_a_change_is_no_change_before_it_is_committed(recent: RecentReads, database: Database) -> None:
    with database.begin() as session:
        with session.begin_nested():
            session.execute(update(Clinic).values(name="Second"))
        assert recent.get("demo", name_of) == "First"
    assert recent.get("demo", name_of) == "Second"


def test_what_was_read_while_somebody_changed_it_is_read_again(recent: RecentReads, database: Database) -> None:
    def read(session: Session) -> str | None:
        before = name_of(session)
        with database.begin() as other:
            other.execute(update(Clinic).values(name="Second"))
        return before

    assert recent.get("demo", read) == "First"
    assert recent.get("demo", name_of) == "Second"


def test_work_on_other_tables_leaves_it_alone(recent: RecentReads, database: Database) -> None:
    recent.get("demo", name_of)
    with database.begin() as session:
        session.add(task())
    assert recent.get("demo", lambda _session: "read again") == "First"


def test_nothing_is_kept_of_what_is_not_there(recent: RecentReads) -> None:
    assert recent.get("other", lambda _session: None) is None
    assert recent.get("other", lambda _session: "here now") == "here now"


def test_it_holds_so_many_and_no_more(database: Database, clock: FixedClock) -> None:
    recent = RecentReads(database, clock, most=2)
    for key in ("one", "two", "three"):
        recent.get(key, lambda _session: "first")
    assert recent.get("three", lambda _session: "again") == "first"
    assert recent.get("one", lambda _session: "again") == "again"
