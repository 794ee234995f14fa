"""The trail of writes: rows are added, never changed, and forgotten after a year."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.tasks.write_log.models import RemoteWrite
from booking_app.tasks.write_log.write_log import Trail
from tests.bookings.conftest import NOW, created


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with created(f"sqlite:///{tmp_path / 'trail.sqlite3'}") as fresh:
        yield fresh


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        found = session.scalars(select(RemoteWrite).order_by(RemoteWrite.id))
        return [(row.at, row.connection_id, row.task_id, row.method, row.route, row.status) for row in found]


def test_writes_are_kept_and_reads_are_not(database: Database) -> None:
    trail = Trail(database, FixedClock(NOW))
    trail.record(connection_id=2, task_id=None, method="GET", route="/patients", status=200)
    trail.record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    trail.record(connection_id=2, task_id=9, method="PATCH", route="/patients/{id}", status=None)
    assert rows(database) == [
        (NOW, 2, 9, "POST", "/patients", 201),
        (NOW, 2, 9, "PATCH", "/patients/{id}", None),
    ]


def test_a_database_that_is_gone_fails_no_call(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    Trail(database, FixedClock(NOW)).record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    database.dispose()


def test_is_forgotten_after_a_year(database: Database) -> None:
    clock = FixedClock(NOW)
    trail = Trail(database, clock)
    trail.record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    clock.advance(days=364)
    trail.forget()
    assert len(rows(database)) == 1
    clock.advance(days=2)
    trail.forget()
    assert rows(database) == []
