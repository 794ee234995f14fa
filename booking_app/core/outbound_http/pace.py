"""Keeping a vendor's limit within one process, however long each request takes on its way.

A limit is counted where requests arrive, and nobody here knows when that is: some moment between the leaving of a
request and its answer. So a request takes up one of the limit's places from the moment it leaves until the limit's
seconds have passed since its *answer*. Then no span of that length can see more arrivals than there are places,
whatever the network does in between. A limit of no seconds is one of requests under way at once.

What other processes and programs send is not seen here: the shared budget spreads the requests of our own processes,
and after an answer that the limit is reached nobody calls until the time it asks for.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WaitOn = Callable[[threading.Condition, float | None], object]


@dataclass(frozen=True, kw_only=True)
class RequestLimit:
    """At most `calls` within any `seconds`; `spacing` seconds lie between two that leave.

    `is_of_account`: everybody who asks the account shares it. Otherwise it is the token's own.
    """

    calls: int
    seconds: float
    spacing: float = 0.0
    is_of_account: bool = False


@dataclass
class Turns:
    """Pure arithmetic: times in, times out. A place is None while its request is under way, else when it is free."""

    limit: RequestLimit
    places: dict[int, float | None] = field(default_factory=dict)
    next_at: float = float("-inf")
    number: int = 0

    def wait(self, now: float) -> float | None:
        """Seconds until the next request may leave; 0 for at once, None when an answer has to come first."""
        self.places = {each: free for each, free in self.places.items() if free is None or free > now}
        spaced = max(self.next_at - now, 0.0)
        if len(self.places) < self.limit.calls:
            return spaced
        freed = [free for free in self.places.values() if free is not None]
        return max(min(freed) - now, spaced) if freed else None

    def leave(self, now: float) -> int:
        """A request leaves; its number is for `answered`."""
        self.number += 1
        self.places[self.number] = None
        self.next_at = now + self.limit.spacing
        return self.number

    def answered(self, number: int, now: float) -> None:
        """Its answer has come, or will come no more."""
        self.places[number] = now + self.limit.seconds


class Pace:
    """The turns of one account or token. Safe to share between threads."""

    def __init__(
        self, limit: RequestLimit, *, monotonic: Callable[[], float], wait_on: WaitOn = threading.Condition.wait
    ) -> None:
        self._turns = Turns(limit)
        self._changed = threading.Condition()
        self._monotonic, self._wait_on = monotonic, wait_on

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Wait for a turn, which ends with the block. Raises TimeoutError when it takes more than so many seconds."""
        number = self._taken(self._monotonic() + patience)
        try:
            yield
        finally:
            with self._changed:
                self._turns.answered(number, self._monotonic())
                self._changed.notify_all()

    def _taken(self, until: float) -> int:
        with self._changed:
            while (wait := self._turns.wait(self._monotonic())) != 0:
                left = until - self._monotonic()
                if left <= 0 or (wait is not None and wait >= left):
                    raise TimeoutError
                self._wait_on(self._changed, left if wait is None else wait)
            return self._turns.leave(self._monotonic())


class Paces:
    """One pace a name, for as long as the process lives: connections come and go, the limit stays."""

    def __init__(self, *, monotonic: Callable[[], float], wait_on: WaitOn = threading.Condition.wait) -> None:
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._monotonic, self._wait_on = monotonic, wait_on

    def of(self, name: str, limit: RequestLimit) -> Pace:
        """The pace of this name; the limit is that of whoever asks first."""
        with self._lock:
            if name not in self._paces:
                self._paces[name] = Pace(limit, monotonic=self._monotonic, wait_on=self._wait_on)
            return self._paces[name]
