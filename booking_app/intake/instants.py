"""Days and instants written out, the same on every machine whatever its locale."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def spoken_day(day: date) -> str:
    """`24 November 2026`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spoken_instant(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05:30 am (Australia/Sydney, UTC+11:00)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{_day_and_time(local)}:{local.second:02d} {_half(local)} ({time_zone}, {_offset(local)})"


def spoken_start(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05 am (Australia/Sydney)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{_day_and_time(local)} {_half(local)} ({time_zone})"


def utc_text(at: datetime) -> str:
    """`2026-11-23T22:05:30Z`"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day_and_time(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {spoken_day(local)}, {local.hour % 12 or 12}:{local.minute:02d}"


def _half(local: datetime) -> str:
    return "am" if local.hour < 12 else "pm"


def _offset(local: datetime) -> str:
    text = local.strftime("%z") or "+0000"
    return f"UTC{text[:3]}:{text[3:5]}"
