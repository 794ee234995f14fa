"""Times and zones in words, the way they are spoken in Australia. Written by hand: the locale of a server varies."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking_app.core.dates import clock_time, full_day, zone_abbreviation


def clock_words(at: datetime, zone: str) -> str:
    """`9:00 am` on the clocks of `zone`."""
    return clock_time(at.astimezone(ZoneInfo(zone)))


def day_words(at: datetime, zone: str) -> str:
    """`Tuesday 24 November 2026` in `zone`."""
    return full_day(at.astimezone(ZoneInfo(zone)))


def moment_words(at: datetime, zone: str) -> str:
    """`9:00 am on Tuesday 24 November 2026` in `zone`."""
    return f"{clock_words(at, zone)} on {day_words(at, zone)}"


def zone_words(at: datetime, zone: str) -> str:
    """`Adelaide time (ACDT)`: the city's name and what its clocks are called at that instant."""
    short = zone_abbreviation(at.astimezone(ZoneInfo(zone)))
    city = zone.rpartition("/")[2].replace("_", " ")
    return short if "/" not in zone else f"{city} time ({short})"
