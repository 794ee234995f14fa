"""Counting the steps that are shown, a day and clinic. A request writes nothing, and nothing tells visitors apart."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking_app.bookings.statistics.counts import add_count
from booking_app.core.buffered_counts import BufferedCounts
from booking_app.core.clock import Clock
from booking_app.core.db import Database

STEPS = ("category", "service", "time", "details", "confirm")
FLUSH_SECONDS = 10.0
Key = tuple[int, date, str]


class PageCounts:
    """One per process; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock, *, every: float = FLUSH_SECONDS) -> None:
        self._clock = clock
        self._counts = BufferedCounts[Key](database, _add, name="page_counts", seconds=every)
        self.flush, self.close = self._counts.flush, self._counts.close

    def count(self, clinic_id: int, time_zone: str, step: str) -> None:
        """One more showing of a step of `STEPS`, now. Waits for nothing and never fails for want of a database."""
        day = self._clock.now().astimezone(ZoneInfo(time_zone)).date()
        self._counts.count((clinic_id, day, step))


def _add(session: Session, counts: Sequence[tuple[Key, int]]) -> None:
    for (clinic_id, day, step), total in counts:
        add_count(session, clinic_id, day, "step", step, total)
