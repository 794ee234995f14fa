"""How long patients waited for their confirmation: running totals, so that a scrape reads little."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.statistics.confirm_seconds import seconds_to_confirm

SETTLED_AFTER = timedelta(hours=1)  # by then every transaction that confirmed before is seen


@dataclass(frozen=True)
class Durations:
    """How many took at most so many seconds (each bound includes the smaller ones), how many there were, their sum."""

    within: tuple[tuple[float, int], ...]
    count: int
    total_seconds: float

    def plus(self, other: "Durations") -> "Durations":
        within = zip(self.within, other.within, strict=True)
        return Durations(
            tuple((bound, one + another) for (bound, one), (_, another) in within),
            self.count + other.count,
            self.total_seconds + other.total_seconds,
        )


class ConfirmTimes:
    """Counts bookings confirmed more than an hour ago once a process, and only the newer ones each time."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._lock = threading.Lock()
        self._settled = Durations(tuple((bound, 0) for bound in self._bounds), 0, 0.0)
        self._until: datetime | None = None

    def read(self, session: Session, now: datetime) -> Durations:
        """Those of every booking confirmed so far."""
        settled = now - SETTLED_AFTER
        with self._lock:
            if self._until is None or self._until < settled:
                self._settled = self._settled.plus(self._between(session, self._until, settled))
                self._until = settled
            return self._settled.plus(self._between(session, self._until, None))

    def _between(self, session: Session, after: datetime | None, until: datetime | None) -> Durations:
        seconds = seconds_to_confirm(session)
        within = [func.sum(case((seconds <= bound, 1), else_=0)) for bound in self._bounds]
        query = select(func.count(), func.sum(seconds), *within).where(Booking.confirmed_at.is_not(None))
        if after is not None:
            query = query.where(Booking.confirmed_at > after)
        if until is not None:
            query = query.where(Booking.confirmed_at <= until)
        count, total, *found = (number or 0 for number in session.execute(query).one())
        return Durations(tuple(zip(self._bounds, map(int, found), strict=True)), int(count), float(total))
