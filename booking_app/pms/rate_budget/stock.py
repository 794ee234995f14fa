"""Calls that were taken together and are to be made by this process, soon."""

import threading

from booking_app.pms.rate_budget.records import Priority

Whose = tuple[str, Priority]


class Stock:
    """Safe to share between threads. Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lots: dict[Whose, tuple[int, float]] = {}

    def draw(self, whose: Whose, now: float) -> bool:
        """Whether there was a call left, which is now used. One that was not made in time is lost."""
        with self._lock:
            calls, until = self._lots.pop(whose, (0, now))
            if now >= until:
                return False
            if calls > 1:
                self._lots[whose] = (calls - 1, until)
            return True

    def add(self, whose: Whose, calls: int, until: float) -> None:
        """Keep some calls; what another thread kept meanwhile is made by its own time."""
        with self._lock:
            others, sooner = self._lots.get(whose, (0, until))
            self._lots[whose] = (others + calls, min(until, sooner))

    def drop(self, key: str) -> None:
        """Forget the calls of a key: nobody may make them now."""
        with self._lock:
            self._lots = {whose: lot for whose, lot in self._lots.items() if whose[0] != key}
