"""Days and instants written out, the same on every machine whatever its locale."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from booking_app.core.dates import clock_time, full_day, half_of_day, plain_day


def spoken_day(day: date) -> str:
    """`24 November 2026`"""
    return plain_day(day)


def spoken_instant(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05:30 am (Australia/Sydney, UTC+11:00)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    clock = f"{local.hour % 12 or 12}:{local.minute:02d}:{local.second:02d} {half_of_day(local)}"
    return f"{full_day(local)}, {clock} ({time_zone}, {_offset(local)})"


def spoken_start(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05 am (Australia/Sydney)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{full_day(local)}, {clock_time(local)} ({time_zone})"


def utc_text(at: datetime) -> str:
    """`2026-11-23T22:05:30Z`"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _offset(local: datetime) -> str:
    text = local.strftime("%z") or "+0000"
    return f"UTC{text[:3]}:{text[3:5]}"
