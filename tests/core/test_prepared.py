"""A query compiled once says what the same query says each time, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from booking_app.core.db import Database, UtcDateTime
from booking_app.core.prepared import PreparedQuery
from booking_app.migrations.tables import metadata
from booking_app.tasks.models import Task
from tests.core.test_db import NOW, task
from tests.databases import database_with_tables


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as opened:
        yield opened


def test_it_gives_what_the_database_says_now(database: Database) -> None:
    names = ("form", "100 %s%% o'clock")
    due = bindparam("now", NOW, type_=UtcDateTime())
    query = PreparedQuery(database, select(Task.name).where(Task.name.in_(names), Task.due_at <= due))
    assert query.rows(now=NOW) == []
    with database.begin() as session:
        session.add_all([task(name=names[1]), task(due_at=NOW + timedelta(hours=1)), task(name="other")])
    assert query.rows(now=NOW) == [(names[1],)]
    assert sorted(query.rows(now=NOW + timedelta(hours=1))) == [(names[1],), ("form",)]


def test_it_sees_what_another_process_has_just_committed(database: Database) -> None:
    query = PreparedQuery(database, select(Task.id))
    assert query.rows() == []
    other = Database(database.url)
    with other.begin() as session:
        session.add(task())
    other.dispose()
    assert query.rows() == [(1,)]


def test_a_database_that_fails_is_said_in_our_words(database: Database) -> None:
    query = PreparedQuery(database, select(Task.id))
    metadata.drop_all(database.engine, tables=[metadata.tables["task_item"], metadata.tables["task"]])
    with pytest.raises(SQLAlchemyError):
        query.rows()
