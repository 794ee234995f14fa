"""The database: engine, sessions, the declarative base and the column types every table shares."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, SessionTransaction, sessionmaker
from sqlalchemy.types import TypeDecorator

from booking_app.core.files import keep_private

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_BUSY_MS = 20_000
# The `info` of a table whose rows are what visitors see of a clinic; see `Database.shown_version`.
SHOWN = {"shown": True}


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One engine and its sessions. Safe to share between threads, never across a fork."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readings = sessionmaker(self.engine.execution_options(read_only=True), expire_on_commit=False)
        self._version_lock = threading.Lock()
        self._shown_version = 0
        event.listen(self._sessions, "after_flush", _note_rows)
        event.listen(self._sessions, "do_orm_execute", _note_statement)
        event.listen(self._sessions, "after_transaction_end", self._note_end)

    @property
    def shown_version(self) -> int:
        """Another number after every commit of this process to a table marked as SHOWN."""
        return self._shown_version

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session whose work is undone unless it was committed."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading alone: on SQLite it does not wait for a writer. Nothing done in it is kept."""
        with self._readings() as session:
            yield session

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with self._sessions.begin() as session:
            yield session

    def dispose(self) -> None:
        self.engine.dispose()

    def _note_end(self, session: Session, transaction: SessionTransaction) -> None:
        # A savepoint ends too, and nothing of it is seen by anybody yet.
        if transaction.parent is None and session.info.pop("changes_shown", False):
            with self._version_lock:
                self._shown_version += 1


def insert_of(session: Session) -> type[postgresql.Insert] | type[sqlite.Insert]:
    """The dialect's own INSERT, which knows what to do about a row that is there already."""
    return postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert


def _note_rows(session: Session, _context: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if row.__table__.info.get("shown"):
            session.info["changes_shown"] = True


def _note_statement(state: ORMExecuteState) -> None:
    table = getattr(state.statement, "table", None)
    if table is not None and not state.is_select and table.info.get("shown"):
        state.session.info["changes_shown"] = True


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
    keep_private(make_url(url).database)
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off, so that BEGIN IMMEDIATE below is the only BEGIN.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A read that later becomes a write would fail with "database is locked" at once; taking the write lock first waits.
    mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")
