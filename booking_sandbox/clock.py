"""The simulated clock: real time until somebody moves it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


def epoch() -> float:
    """The real time in seconds: limits, permissions and the log go by it, whatever the simulated clock says."""
    return time.time()


def stamp(at: float, layout: str) -> str:
    """An epoch second as UTC text."""
    return datetime.fromtimestamp(at, UTC).strftime(layout)


class SimulatedClock:
    """Tells the sandbox's time. It runs on from wherever it was set, unless it was frozen there."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._frozen_at: datetime | None = None

    def now(self) -> datetime:
        """The simulated instant, aware UTC."""
        return self._frozen_at if self._frozen_at else datetime.now(UTC) + self._offset

    def set(self, at: datetime, *, frozen: bool = False) -> None:
        """Move to an instant; a frozen clock stays there."""
        self._offset = at - datetime.now(UTC)
        self._frozen_at = at.astimezone(UTC) if frozen else None

    def advance(self, by: timedelta) -> None:
        """Move forward (or back), frozen or not."""
        self._offset += by
        if self._frozen_at:
            self._frozen_at += by

    def reset(self) -> None:
        """Go back to real time."""
        self._offset, self._frozen_at = timedelta(0), None
