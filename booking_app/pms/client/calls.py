"""What is known about one call: the line that may be logged, and the limits and hooks it runs under."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .answers import Answer, Sent
from .errors import ClinikoDeadline, ClinikoError

_REQUEST_ID = re.compile(r"[\w.-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One request as it may be logged: the route template, never the path, a query, a header or a body.

    ``status`` is None when no answer came; ``error`` is the name of the error class raised, or None.
    """

    method: str
    route: str
    status: int | None
    milliseconds: int
    request_id: str | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What the caller wants to happen around each request.

    ``budget`` runs before every request to the API and may block or raise; ``before_write`` runs right before a request
    other than GET leaves and may raise to abandon it; ``on_call`` gets one CallRecord a request. What the first two
    raise passes through untouched. ``on_call`` is only told: what it raises is dropped, because a broken log line must
    not turn a booking that succeeded into an error.
    """

    budget: Callable[[], None] | None = None
    before_write: Callable[[], None] | None = None
    on_call: Callable[[CallRecord], None] | None = None

    def ask_budget(self) -> None:
        """Take one request from the budget, if there is one."""
        if self.budget is not None:
            self.budget()

    def announce_write(self) -> None:
        """Tell the caller that a write is about to leave."""
        if self.before_write is not None:
            self.before_write()

    def record(self, call: CallRecord) -> None:
        """Pass on the record of a finished call."""
        if self.on_call is not None:
            with contextlib.suppress(Exception):
                self.on_call(call)


@dataclass(frozen=True, kw_only=True)
class Times:
    """The clocks a client goes by: epoch seconds, monotonic seconds, and how to pause. A test hands in its own."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, kw_only=True)
class TimeAllowed:
    """How long one call may take: ``timeout`` seconds, and never past ``deadline`` (on the monotonic clock)."""

    timeout: float
    deadline: float | None = None
    monotonic: Callable[[], float] = time.monotonic

    def ends_at(self) -> float:
        """When a call that starts now must be over; raises ClinikoDeadline when no time is left."""
        now = self.monotonic()
        if self.deadline is None:
            return now + self.timeout
        if self.deadline <= now:
            raise ClinikoDeadline("no time was left for this call to Cliniko")
        return min(now + self.timeout, self.deadline)

    def leaves_room_for(self, seconds: float) -> bool:
        """Whether a pause of so many seconds ends before the deadline."""
        return self.deadline is None or self.monotonic() + seconds < self.deadline


class TimeLeft:
    """httpx's timeouts for one request, each phase getting what is left of the whole.

    httpx limits every phase (connecting, writing, reading) for itself, so that a slow host could take the time several
    times over. Its transport asks this object at the start of each phase.
    """

    def __init__(self, ends_at: float, monotonic: Callable[[], float]) -> None:
        self._ends_at = ends_at
        self._monotonic = monotonic

    def get(self, _phase: str, _default: object = None) -> float:
        return max(self._ends_at - self._monotonic(), 0.001)


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file as the file store takes it."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


def call_record(sent: Sent, answer: Answer | None, failure: ClinikoError | None, *, seconds: float) -> CallRecord:
    """The record of one request, which ended in an answer, a failure or both."""
    request_id = (answer.headers.get("x-request-id") or "") if answer else ""
    return CallRecord(
        method=sent.method,
        route=sent.route,
        status=answer.status if answer else None,
        milliseconds=round(seconds * 1000),
        request_id=request_id if _REQUEST_ID.fullmatch(request_id) else None,
        error=type(failure).__name__ if failure else None,
    )
