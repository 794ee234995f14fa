"""Threads that ask the practice system: a few at a time for one account, so that a slow one holds up nobody else's."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from booking_app.core.clock import Clock

MOST_THREADS = 36
AT_A_TIME = 6  # calls of one account in one process
AT_A_TIME_WHEN_SLOW = 2
# An account whose answers take longer is slow: from then on only two visitors in a process wait for it at a time, and
# the others are told what is known, so that its stall never occupies every web thread.
QUICK_SECONDS = 2.0
SEATS_WHEN_SLOW = 2

Work = Callable[[], bool]  # says whether there was an answer; must not raise
Answer = TypeVar("Answer")


@dataclass
class _Lane:
    running: int = 0
    waiting: deque[Work] = field(default_factory=deque)
    is_slow: bool = False
    seats_taken: int = 0

    @property
    def is_idle(self) -> bool:
        return not (self.running or self.waiting or self.seats_taken or self.is_slow)


class Lanes:
    """One lane an account. Safe to share between threads; its threads start when they are first needed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}
        self._threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="availability")

    def run(self, account: str, work: Work) -> None:
        """Do the work as soon as the account's lane has a place."""
        with self._lock:
            lane = self._lanes.setdefault(account, _Lane())
            if lane.running >= (AT_A_TIME_WHEN_SLOW if lane.is_slow else AT_A_TIME):
                lane.waiting.append(work)
                return
            lane.running += 1
        self._threads.submit(self._work_off, account, work)

    def wait(self, account: str, start: Callable[[], list[Future[Answer]]], deadline: float) -> list[Future[Answer]]:
        """Start calls and wait until all are done or the deadline (monotonic) has come; gives what was started.

        Everybody may wait for an account; for a slow one only two at a time, and who finds no seat starts nothing.
        """
        futures: list[Future[Answer]] = []
        if not self._is_slow(account):
            futures = start()
            left = max(deadline - self._clock.monotonic(), 0)
            if not wait_for(futures, timeout=min(left, QUICK_SECONDS)).not_done:
                return futures
            self._mark(account, is_slow=True)
        with self._seat(account) as has_seat:
            if has_seat:
                futures = futures or start()
                wait_for(futures, timeout=max(deadline - self._clock.monotonic(), 0))
        return futures

    def close(self) -> None:
        """Wait for the calls under way; nothing may be run afterwards."""
        self._threads.shutdown()

    @contextmanager
    def _seat(self, account: str) -> Iterator[bool]:
        with self._lock:
            lane = self._lanes.setdefault(account, _Lane())
            has_seat = lane.seats_taken < SEATS_WHEN_SLOW
            lane.seats_taken += has_seat
        try:
            yield has_seat
        finally:
            with self._lock:
                lane.seats_taken -= has_seat
                self._forget_idle(account, lane)

    def _work_off(self, account: str, work: Work) -> None:
        next_one: Work | None = work
        while next_one is not None:
            began = self._clock.monotonic()
            has_answer = next_one()
            took = self._clock.monotonic() - began
            if has_answer or took > QUICK_SECONDS:
                self._mark(account, is_slow=took > QUICK_SECONDS)
            next_one = self._next(account)

    def _next(self, account: str) -> Work | None:
        """The work that waits longest, or None, and then this thread leaves the lane."""
        with self._lock:
            lane = self._lanes[account]
            is_crowded = lane.is_slow and lane.running > AT_A_TIME_WHEN_SLOW
            if lane.waiting and not is_crowded:
                return lane.waiting.popleft()
            lane.running -= 1
            self._forget_idle(account, lane)
            return None

    def _is_slow(self, account: str) -> bool:
        with self._lock:
            lane = self._lanes.get(account)
            return lane is not None and lane.is_slow

    def _mark(self, account: str, *, is_slow: bool) -> None:
        with self._lock:
            self._lanes.setdefault(account, _Lane()).is_slow = is_slow

    def _forget_idle(self, account: str, lane: _Lane) -> None:
        if lane.is_idle and self._lanes.get(account) is lane:
            del self._lanes[account]
