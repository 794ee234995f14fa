"""The write log of writes: rows are added, never changed, and forgotten after a year."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.tasks.write_log.models import RemoteWrite
from booking_app.tasks.write_log.write_log import WriteLog
from tests.bookings.conftest import NOW
from tests.databases import database_with_tables


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_with_tables(f"sqlite:///{tmp_path / 'write_log.sqlite3'}") as fresh:
        yield fresh


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        found = session.scalars(select(RemoteWrite).order_by(RemoteWrite.id))
        return [(row.at, row.connection_id, row.task_id, row.method, row.route, row.status) for row in found]


def test_writes_are_kept_and_reads_are_not(database: Database) -> None:
    write_log = WriteLog(database, FixedClock(NOW))
    write_log.record(connection_id=2, task_id=None, method="GET", route="/patients", status=200)
    write_log.record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    write_log.record(connection_id=2, task_id=9, method="PATCH", route="/patients/{id}", status=None)
    assert rows(database) == [
        (NOW, 2, 9, "POST", "/patients", 201),
        (NOW, 2, 9, "PATCH", "/patients/{id}", None),
    ]


def test_a_database_that_is_gone_fails_no_call(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    WriteLog(database, FixedClock(NOW)).record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    database.dispose()


def test_is_forgotten_after_a_year(database: Database) -> None:
    clock = FixedClock(NOW)
    write_log = WriteLog(database, clock)
    write_log.record(connection_id=2, task_id=9, method="POST", route="/patients", status=201)
    clock.advance(days=364)
    write_log.forget()
    assert len(rows(database)) == 1
    clock.advance(days=2)
    write_log.forget()
    assert rows(database) == []
