"""The migrations make exactly the tables that the models describe, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from booking_app.core.db import Database
from booking_app.migrations import tables
from booking_app.migrations.upgrade import alembic_config


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new SQLite file at the newest schema."""
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    command.upgrade(alembic_config(fresh.url), "head")
    yield fresh
    fresh.dispose()


def test_there_is_one_newest_revision() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_upgraded_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, tables.metadata) == []


def test_every_migration_can_be_taken_back(database: Database) -> None:
    command.downgrade(alembic_config(database.url), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    command.upgrade(alembic_config(database.url), "head")
