"""The log of every call that arrived, and the per-minute counts that rate limits need."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from booking_sandbox.clock import epoch, stamp

KEPT = 20_000
_ID = re.compile(r"(?<=/)(\d{3,}|[0-9a-f-]{32,36}|(?:cs|pi|re|we)_[0-9A-Za-z]+)(?=/|$)")
_EMAIL = re.compile(r"[^/]+@[^/]+")


@dataclass(frozen=True)
class LoggedCall:
    """One arrival; ``status`` is None when the connection was closed without an answer."""

    at: float
    method: str
    path: str
    route: str
    service: str
    account: str | None
    status: int | None
    milliseconds: float
    fault: str | None


def without_addresses(path: str) -> str:
    """A path whose e-mail addresses are replaced: nobody's name belongs in a log."""
    return _EMAIL.sub("{email}", path)


def route_of(path: str) -> str:
    """A path with its ids replaced, so that calls can be counted by kind."""
    return _ID.sub("{id}", without_addresses(path))


class CallLog:
    """What arrived, newest last. Queries are not kept: they carry personal data."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)

    def add(self, call: LoggedCall) -> None:
        """Remember one call."""
        self._calls.append(call)

    def all(self, *, account: str | None = None, service: str | None = None) -> list[LoggedCall]:
        """The calls, optionally only those of one account or service."""
        return [
            call for call in list(self._calls) if account in (None, call.account) and service in (None, call.service)
        ]

    def summary(self, *, account: str | None = None) -> dict[str, Any]:
        """Counts per route and per minute with the calls themselves."""
        calls = self.all(account=account)
        return {
            "total": len(calls),
            "per_route": dict(Counter(f"{call.method} {call.route}" for call in calls)),
            "per_minute": dict(Counter(stamp(call.at, "%Y-%m-%dT%H:%MZ") for call in calls)),
            "calls": [asdict(call) for call in calls],
        }

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()


class Window:
    """A fixed window that counts calls per key and says when it ends."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._open: dict[str, tuple[float, int]] = {}

    def count(self, key: str, limit: int) -> float | None:
        """Count one call; None when it is within the limit, else the epoch second at which the window ends."""
        now = epoch()
        began, seen = self._open.get(key, (now, 0))
        if now >= began + self._seconds:
            began, seen = now, 0
        self._open[key] = (began, seen + 1)
        return began + self._seconds if seen + 1 > limit else None

    def remaining(self, key: str, limit: int) -> int:
        """Calls left in the present window."""
        return max(0, limit - self._open.get(key, (0.0, 0))[1])

    def clear(self) -> None:
        """Start afresh."""
        self._open.clear()
