"""The database underneath everything: aware times, real transactions, a private file."""

import stat
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from booking_app.core.db import Database
from booking_app.migrations.tables import metadata
from booking_app.tasks.models import Task

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = Database(f"sqlite:///{tmp_path / 'booking.sqlite3'}")
    metadata.create_all(opened.engine)
    return opened


def task(**changes: object) -> Task:
    plain = {"clinic_id": 1, "subject_id": 1, "name": "form", "kind": "form", "position": 0, "state": "ready"}
    return Task(**{**plain, "due_at": NOW, "created_at": NOW, **changes})


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    adelaide = timezone(timedelta(hours=10, minutes=30))
    with database.begin() as session:
        session.add(task(due_at=NOW.astimezone(adelaide)))
    with database.reading() as session:
        assert session.get_one(Task, 1).due_at == NOW
        assert session.get_one(Task, 1).due_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with database.session() as session:
        session.add(task(due_at=datetime(2026, 11, 21)))  # noqa: DTZ001 - the point of the test
        with pytest.raises(StatementError, match="naive"):
            session.flush()


def test_what_fails_leaves_nothing(database: Database) -> None:
    def add_and_fail() -> None:
        with database.begin() as session:
            session.add(task())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with database.reading() as session:
        assert session.scalar(text("select count(*) from task")) == 0


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    read = threading.Event()

    def look() -> None:
        with database.reading() as session:
            session.execute(text("select count(*) from task"))
        read.set()

    with database.begin() as session:
        session.add(task())
        session.flush()
        threading.Thread(target=look).start()
        assert read.wait(5)


def test_the_file_is_its_owners_alone(database: Database, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "booking.sqlite3").stat().st_mode) == 0o600
