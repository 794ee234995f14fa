"""Databases with every table, copied from one that each test process upgrades once.

Upgrading takes a second and making the tables a tenth of one; a copy takes milliseconds, and most tests want one.
"""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_mock_engine
from sqlalchemy.dialects import postgresql

from booking_app.core.db import Database
from booking_app.core.settings import Settings, load_settings
from booking_app.migrations import tables
from booking_app.migrations.upgrade import upgrade


@contextmanager
def database_with_tables(url: str) -> Iterator[Database]:
    """The empty database at this address, given every table; closed in the end."""
    database = Database(url)
    if database.is_sqlite:
        _copy_template(url)
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(_postgresql_script())
    try:
        yield database
    finally:
        database.dispose()


def upgraded_copy(settings: Settings) -> None:
    """What `upgrade` does to a new SQLite database, as a copy. Nothing is done where there is one already."""
    if not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _copy_template(settings.database_url)


def _copy_template(url: str) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    shutil.copyfile(_sqlite_template(), file)
    file.chmod(0o600)


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="booking-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = load_settings({"BOOKING_DATA_DIR": str(folder)})
    upgrade(settings)
    return Path(settings.database_url.removeprefix("sqlite:///"))


@cache
def _postgresql_script() -> str:
    statements: list[str] = []
    engine = create_mock_engine(
        "postgresql+psycopg://",
        lambda sql, *_args, **_more: statements.append(str(sql.compile(dialect=postgresql.dialect()))),
    )
    tables.metadata.create_all(engine, checkfirst=False)
    return ";\n".join(statements)
