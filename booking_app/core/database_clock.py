"""The database's clock: leases, holds and budgets of several machines have to be compared by one clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from booking_app.core.clock import Clock, SystemClock
from booking_app.core.db import Database, UtcDateTime

TRUSTED_SECONDS = 60.0  # a machine's clock drifts by less than a millisecond in that time

log = structlog.get_logger(__name__)


class DatabaseClock:
    """A Clock that tells the time of the database's machine, asking now and then and counting on from there."""

    def __init__(self, ask: Callable[[], datetime], own: Clock | None = None) -> None:
        self._ask = ask
        self._own = own or SystemClock()
        self._anchor: tuple[datetime, float] | None = None  # the time there, and our monotonic one at that moment
        self._ask_again_at = float("-inf")

    def now(self) -> datetime:
        if self._own.monotonic() >= self._ask_again_at:
            self._set()
        if self._anchor is None:
            return self._own.now()
        there, at = self._anchor
        return there + timedelta(seconds=self._own.monotonic() - at)

    def monotonic(self) -> float:
        return self._own.monotonic()

    def _set(self) -> None:
        """Ask; while the database cannot be reached, what was known last goes on."""
        before = self._own.monotonic()
        self._ask_again_at = before + TRUSTED_SECONDS  # set first, so that others do not ask as well meanwhile
        try:
            there = self._ask()
        except SQLAlchemyError as error:
            log.warning("database_clock_unreadable", error=type(error).__name__)
            return
        self._anchor = (there, (before + self._own.monotonic()) / 2)


def clock_of(database: Database) -> Clock:
    """The clock that every process over this database shares: a SQLite file is on one machine with all of them."""
    if database.is_sqlite:
        return SystemClock()

    def ask() -> datetime:
        with database.reading() as session:
            return session.scalars(select(func.clock_timestamp(type_=UtcDateTime()))).one()

    return DatabaseClock(ask)
