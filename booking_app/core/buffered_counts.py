"""Counts kept in memory and added to a table every few seconds, so that counting costs a request no write."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking_app.core.db import Database

Key = TypeVar("Key", bound=tuple[Any, ...])

log = structlog.get_logger(__name__)


class BufferedCounts(Generic[Key]):
    """One per process; safe to share between threads. A process that is killed loses the counts of some seconds.

    `write` adds totals to a table; it is given a session that is committed for it, and the keys in sorted order, so
    that two processes never wait for each other in a circle.
    """

    def __init__(
        self,
        database: Database,
        write: Callable[[Session, Sequence[tuple[Key, int]]], None],
        *,
        name: str,
        seconds: float,
    ) -> None:
        self._database = database
        self._write = write
        self._name = name
        self._seconds = seconds
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, key: Key) -> None:
        """One more. Waits for nothing and never fails for want of a database."""
        with self._lock:
            self._counts[key] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Add what was counted to the table; commits. What cannot be written now is kept for the next time."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with self._database.begin() as session:
                self._write(session, sorted(counts.items()))
        except SQLAlchemyError as error:
            log.warning(f"{self._name}_not_written", error=type(error).__name__)
            with self._lock:
                self._counts.update(counts)

    def close(self) -> None:
        """Write what is left and count on no longer by itself."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.flush()
