"""Things that take a while: each is over after so many looks and so many seconds."""

from __future__ import annotations

import time


class Delays:
    """Running delays by name. Real time counts here, so that a frozen simulated clock does not stop them."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[int, float]] = {}

    def begin(self, name: str, *, reads: int, seconds: float) -> None:
        """Start a delay."""
        if reads > 0 or seconds > 0:
            self._running[name] = (reads, time.monotonic() + seconds)

    def is_over(self, name: str) -> bool:
        """Look: counts as one read; unknown names are over."""
        if name not in self._running:
            return True
        reads, until = self._running[name]
        if reads <= 0 and time.monotonic() >= until:
            del self._running[name]
            return True
        self._running[name] = (reads - 1, until)
        return False

    def clear(self) -> None:
        """End them all."""
        self._running.clear()
