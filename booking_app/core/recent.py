"""What was read from the database a moment ago, kept by this process so that not every page reads it again."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database

GOOD_FOR = 1.0  # seconds
MOST = 2048

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Kept:
    value: Any
    read_at: float
    version: int


class RecentReads:
    """Values by key, each at most a second old. One per process, shared between threads.

    A commit of this process to a table of `db.SHOWN` makes every value be read again at once; one of another process is
    seen within the second. Keys are those of records that exist, and the oldest of `most` goes first.
    """

    def __init__(self, database: Database, clock: Clock, *, most: int = MOST) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Kept] = {}

    def get(self, key: Hashable, read: Callable[[Session], Value]) -> Value:
        """The value of `key`, read anew when it is old; callers share it and change nothing of it. None is not kept."""
        now, version = self._clock.monotonic(), self._database.shown_version
        kept = self._kept.get(key)
        if kept is not None and kept.version == version and now - kept.read_at < GOOD_FOR:
            return cast(Value, kept.value)
        with self._database.reading() as session:
            value = read(session)
        if value is not None:
            # Kept under the version from before the reading: what was committed meanwhile is not in it for certain.
            self._keep(key, _Kept(value, now, version))
        return value

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = kept
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
