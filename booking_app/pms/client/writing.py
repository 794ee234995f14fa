"""Writing values the way Cliniko reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime


def instant_text(at: datetime) -> str:
    """An instant as ``YYYY-MM-DDTHH:MM:SSZ``, the precision Cliniko keeps; raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("a datetime without a time zone says no instant")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def body_of(members: Mapping[str, object]) -> dict[str, object]:
    """A request body of the members that were given; None means "leave it as it is" and is not sent."""
    return {name: _written(value) for name, value in members.items() if value is not None}


def _written(value: object) -> object:
    return instant_text(value) if isinstance(value, datetime) else value
