"""Times as text: records keep them the way Cliniko sends them, so that they compare and sort as strings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def as_text(at: datetime) -> str:
    """An instant as ``2026-11-21T09:30:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: object) -> datetime | None:
    """The instant a caller sent (``Z`` or an offset; without either it is read as UTC), or None when it is none."""
    if not isinstance(text, str) or len(text) < 16:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def date_from_text(text: object) -> date | None:
    """The day a caller sent as ``YYYY-MM-DD``, or None for anything else (a date-time is refused too)."""
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
