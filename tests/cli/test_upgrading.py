"""`db upgrade`: whoever starts first brings the database up, once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from booking_app.core.db import Database
from booking_app.core.settings import Settings, load_settings
from booking_app.migrations import tables
from booking_app.migrations.upgrade import NotUpgraded, current_revision, newest_revision, upgrade, upgrade_or_refuse
from tests.cli.conftest import Run
from tests.postgres import PostgresServer

START = """
import os
from booking_app.migrations.upgrade import upgrade_or_refuse
from booking_app.core.settings import load_settings
upgrade_or_refuse(load_settings(os.environ))
"""


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Each kind of database in turn."""
    return load_settings({**os.environ, "BOOKING_DATABASE_URL": database_url})


def revision(settings: Settings) -> str | None:
    database = Database(settings.database_url)
    try:
        return current_revision(database)
    finally:
        database.dispose()


def go_back_in_time(settings: Settings) -> None:
    """A database that some older program made: nothing but its mark is left."""
    database = Database(settings.database_url)
    with database.begin() as session:
        session.execute(text("update alembic_version set version_num = 'older'"))
    database.dispose()


def test_makes_every_table_and_may_be_repeated(settings: Settings) -> None:
    for _ in range(2):
        upgrade(settings)
    database = Database(settings.database_url)
    assert set(inspect(database.engine).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
    database.dispose()


def test_a_new_database_is_upgraded_by_whoever_starts(settings: Settings) -> None:
    upgrade_or_refuse(settings)
    assert revision(settings) == newest_revision()


def test_two_processes_that_start_at_once_both_come_up(settings: Settings) -> None:
    call = [sys.executable, "-c", START]
    found = {"PYTHONPATH": str(Path(__file__).parents[2]), "BOOKING_DATABASE_URL": settings.database_url}
    with_it = {"env": {**os.environ, **found}, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(call, **with_it) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert revision(settings) == newest_revision()


def test_the_command_says_so(run: Run, settings: Settings) -> None:
    result = run("db", "upgrade", BOOKING_DATABASE_URL=settings.database_url)
    assert (result.exit_code, result.stdout) == (0, "The database is up to date.\n")


class TestAPostgresInUse:
    @pytest.fixture
    def settings(self, postgres_server: PostgresServer) -> Settings:
        made = load_settings({**os.environ, "BOOKING_DATABASE_URL": postgres_server.new_schema()})
        upgrade(made)
        return made

    def test_is_not_changed_unasked(self, settings: Settings) -> None:
        go_back_in_time(settings)
        with pytest.raises(NotUpgraded, match="booking-app db upgrade"):
            upgrade_or_refuse(settings)
        assert revision(settings) == "older"

    def test_that_is_up_to_date_is_left_alone(self, settings: Settings) -> None:
        upgrade_or_refuse(settings)
        assert revision(settings) == newest_revision()

    def test_behind_the_program_is_one_sentence_for_every_command(self, run: Run, settings: Settings) -> None:
        go_back_in_time(settings)
        result = run("tasks", "list", BOOKING_DATABASE_URL=settings.database_url)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: The database is older than this program. Run: booking-app db upgrade\n"
