"""Counting steps in memory, and adding the counts to the table every few seconds.

A request writes nothing, so looking at a page stays free and tells nobody apart. A process that is killed loses the
counts of a few seconds, which is allowed: they are figures for a chart.
"""

import threading
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from booking_app.bookings.statistics.counts import add_count
from booking_app.core.clock import Clock
from booking_app.core.db import Database

STEPS = ("category", "service", "time", "details", "confirm")
FLUSH_SECONDS = 10.0
Key = tuple[int, date, str]

log = structlog.get_logger(__name__)


class PageCounts:
    """One per process; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock, *, every: float = FLUSH_SECONDS) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, clinic_id: int, time_zone: str, step: str) -> None:
        """One more showing of a step of `STEPS`, now. Waits for nothing and never fails for want of a database."""
        day = self._clock.now().astimezone(ZoneInfo(time_zone)).date()
        with self._lock:
            self._counts[(clinic_id, day, step)] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._every, self.flush)
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
                # In one order everywhere, so that two processes never wait for each other in a circle.
                for (clinic_id, day, step), total in sorted(counts.items()):
                    add_count(session, clinic_id, day, "step", step, total)
        except SQLAlchemyError as error:
            log.warning("page_counts_not_written", error=type(error).__name__)
            with self._lock:
                self._counts.update(counts)

    def close(self) -> None:
        """Write what is left and count on no longer by itself."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.flush()
