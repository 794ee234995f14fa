"""Five requests a second are all that an account has, for every key and integration together.

A booking needs several, so each account's requests wait for their turn here, one below the limit. What other processes
and programs send is not seen: for them there is the answer 429, after which nothing is sent until the time it asks for.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from booking_app.crm.vendors.errors import VendorBusy, VendorOutOfTime

PER_SECOND = 4
WINDOW_SECONDS = 1.0


class Pace:
    """The turns of one account. Safe to share between threads."""

    def __init__(self, *, per_second: int, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._lock = threading.Lock()
        self._turns: deque[float] = deque(maxlen=per_second)
        self._closed_until = 0.0
        self._monotonic = monotonic
        self._sleep = sleep

    def wait(self, *, deadline: float | None) -> None:
        """Return when a request may leave. `deadline` is in monotonic seconds.

        Raises VendorBusy while the account has asked for silence, VendorOutOfTime when the turn comes too late.
        """
        pause = self._take_turn(deadline)
        if pause > 0:
            self._sleep(pause)

    def close(self, seconds: float) -> None:
        """Nothing more for so long: the account has said so."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._monotonic() + seconds)

    def _take_turn(self, deadline: float | None) -> float:
        with self._lock:
            now = self._monotonic()
            if now < self._closed_until:
                raise VendorBusy("activecampaign_429:waiting", retry_after=self._closed_until - now)
            is_full = len(self._turns) == self._turns.maxlen
            turn = max(now, self._turns[0] + WINDOW_SECONDS) if is_full else now
            if deadline is not None and turn >= deadline:
                raise VendorOutOfTime("activecampaign_out_of_time")
            self._turns.append(turn)
            return turn - now


class Paces:
    """One pace an account, for as long as the process lives: connections come and go, the limit stays."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
        per_second: int = PER_SECOND,
    ) -> None:
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._monotonic, self._sleep, self._per_second = monotonic, sleep, per_second

    def of(self, base_url: str) -> Pace:
        """The pace of the account at this address."""
        with self._lock:
            if base_url not in self._paces:
                self._paces[base_url] = Pace(per_second=self._per_second, monotonic=self._monotonic, sleep=self._sleep)
            return self._paces[base_url]
