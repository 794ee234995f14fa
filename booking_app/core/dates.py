"""Days and times of day as they are said, the same on every machine whatever its locale."""

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def plain_day(day: date) -> str:
    """`24 November 2026`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def full_day(day: date) -> str:
    """`Tuesday 24 November 2026`"""
    return f"{WEEKDAYS[day.weekday()]} {plain_day(day)}"


def short_day(day: date) -> str:
    """`Tuesday 24 November`"""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def clock_time(local: datetime) -> str:
    """`9:00 am`; `local` is in the zone to be said."""
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half_of_day(local)}"


def half_of_day(local: datetime) -> str:
    return "am" if local.hour < 12 else "pm"


def counted(count: int, noun: str) -> str:
    """`1 hour`, `2 hours`"""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
