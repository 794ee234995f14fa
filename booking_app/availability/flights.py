"""One reader at a time within a process: whoever asks for the same meanwhile gets its answer, or its failure."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure

# After a failure nobody asks for the same again for so long: visitors of a clinic whose practice system is down must
# not each wait for it in turn.
FAILURE_SECONDS = 5.0

Answer = TypeVar("Answer")


class Flights(Generic[Answer]):
    """Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._flying: dict[Hashable, Future[Answer]] = {}
        self._failed: dict[Hashable, tuple[float, RemoteFailure]] = {}

    def join(self, key: Hashable, read: Callable[[], Answer], *, group: Hashable) -> Answer:
        """What `read` returns or raises, called by at most one thread at a time for a key.

        A RemoteFailure is kept for a few seconds and raised anew for everything of the same group.
        """
        with self._lock:
            self._refuse_failed(group)
            flight = self._flying.get(key)
            is_reader = flight is None
            flight = flight or self._flying.setdefault(key, Future())
        return self._fly(key, group, flight, read) if is_reader else flight.result()

    def _fly(self, key: Hashable, group: Hashable, flight: "Future[Answer]", read: Callable[[], Answer]) -> Answer:
        try:
            answer = read()
        except BaseException as error:
            self._land(key)
            if isinstance(error, RemoteFailure):
                self._remember(group, error)
            flight.set_exception(error)
            raise
        self._land(key)
        flight.set_result(answer)
        return answer

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._flying[key]

    def _remember(self, group: Hashable, failure: RemoteFailure) -> None:
        with self._lock:
            self._failed[group] = (self._clock.monotonic() + FAILURE_SECONDS, failure)

    def _refuse_failed(self, group: Hashable) -> None:
        now = self._clock.monotonic()
        for old in [one for one, (until, _) in self._failed.items() if until <= now]:
            del self._failed[old]
        if group in self._failed:
            failure = self._failed[group][1]
            # A fresh exception: one object raised in many threads would grow their tracebacks into each other.
            raise RemoteFailure(failure.code, failure=failure.failure, retry_after=failure.retry_after)
