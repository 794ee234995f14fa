"""One reader at a time within a process: whoever asks for the same meanwhile gets its answer, or its failure."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from booking_app.availability.lanes import Lanes
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure

# After a failure nobody asks for the same again for so long: visitors of a clinic whose practice system is down must
# not each wait for it in turn.
FAILURE_SECONDS = 5.0

Answer = TypeVar("Answer")


class Flights(Generic[Answer]):
    """Safe to share between threads."""

    def __init__(self, clock: Clock, lanes: Lanes) -> None:
        self._clock = clock
        self._lanes = lanes
        self._lock = threading.Lock()
        self._flying: dict[Hashable, Future[Answer]] = {}
        self._failed: dict[Hashable, tuple[float, RemoteFailure]] = {}

    def join(self, key: Hashable, read: Callable[[], Answer], *, group: Hashable, account: str) -> Future[Answer]:
        """The answer to come of `read`, called by at most one thread at a time for a key, in the account's lane.

        A RemoteFailure is kept for a few seconds and given anew for everything of the same group.
        """
        with self._lock:
            failure = self._failure_of(group)
            if failure is None and (flying := self._flying.get(key)) is not None:
                return flying
            flight: Future[Answer] = Future()
            if failure is not None:
                flight.set_exception(failure)
                return flight
            self._flying[key] = flight
        self._lanes.run(account, lambda: self._fly(key, group, flight, read))
        return flight

    def _fly(self, key: Hashable, group: Hashable, flight: "Future[Answer]", read: Callable[[], Answer]) -> bool:
        try:
            answer = read()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
            self._land(key, group, error if isinstance(error, RemoteFailure) else None)
            flight.set_exception(error)
            return False
        self._land(key, group, None)
        flight.set_result(answer)
        return True

    def _land(self, key: Hashable, group: Hashable, failure: RemoteFailure | None) -> None:
        with self._lock:
            del self._flying[key]
            if failure is not None:
                self._failed[group] = (self._clock.monotonic() + FAILURE_SECONDS, failure)

    def _failure_of(self, group: Hashable) -> RemoteFailure | None:
        now = self._clock.monotonic()
        for old in [one for one, (until, _) in self._failed.items() if until <= now]:
            del self._failed[old]
        if group not in self._failed:
            return None
        failure = self._failed[group][1]
        # A fresh exception: one object raised in many threads would grow their tracebacks into each other.
        return RemoteFailure(failure.code, failure=failure.failure, retry_after=failure.retry_after)
