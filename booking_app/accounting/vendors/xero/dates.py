"""Xero's dates: `/Date(ms+0000)/` beside plain twins, and neither ever moved by a time zone."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_in(record: Mapping[str, object], name: str) -> date | None:
    """The day under a name: its plain twin where there is one, else the ticks, which stand at midnight UTC."""
    for value in (record.get(f"{name}String"), record.get(name)):
        found = _day(value)
        if found is not None:
            return found
    return None


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    ticks = _TICKS.fullmatch(value)
    try:
        if ticks:
            return (_EPOCH + timedelta(milliseconds=int(ticks[1]))).date()
        return date.fromisoformat(value[:10])
    except (ValueError, OverflowError):
        return None
