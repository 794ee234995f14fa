"""Bringing the database to the newest schema, once, whoever starts first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from booking_app.core.db import Database
from booking_app.core.files import private_folder
from booking_app.core.settings import Settings

if TYPE_CHECKING:  # a process whose database is up to date never needs it, and it is slow to import
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent
ADVISORY_LOCK = 0x626F6F6B  # "book"


class NotUpgraded(Exception):
    """The database is behind the program, and it is not ours to change it unasked."""


def upgrade(settings: Settings) -> None:
    """Upgrade to the newest schema; waits for another process that is at it. Safe to repeat."""
    from alembic import command

    database = Database(settings.database_url)
    try:
        with _alone(database, settings.data_dir):
            config = alembic_config(settings.database_url)
            config.attributes["encryption_keys"] = settings.encryption_keys  # for what a revision seals
            command.upgrade(config, "head")
    finally:
        database.dispose()


def upgrade_or_refuse(settings: Settings) -> None:
    """Upgrade a new database, and SQLite always; refuse to touch a PostgreSQL that is in use. Raises NotUpgraded."""
    database = Database(settings.database_url)
    try:
        current = current_revision(database)
    finally:
        database.dispose()
    if current == newest_revision():
        return
    if current is not None and not database.is_sqlite:
        raise NotUpgraded("The database is older than this program. Run: booking-app db upgrade")
    upgrade(settings)


def current_revision(database: Database) -> str | None:
    """The database's own revision; None for one that has no tables yet."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("select version_num from alembic_version"))
        return found


@cache
def newest_revision() -> str | None:
    """The revision this program was written for: that of the last file, whose name begins with it."""
    names = sorted(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return names[-1].partition("_")[0] if names else None


def alembic_config(database_url: str) -> "Config":
    """Alembic's configuration without an ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


@contextmanager
def _alone(database: Database, data_dir: Path) -> Iterator[None]:
    """Keep other upgrading processes out: an advisory lock on PostgreSQL, a locked file beside SQLite."""
    if database.is_sqlite:
        private_folder(data_dir)
        with (data_dir / "upgrade.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        yield
