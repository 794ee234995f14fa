"""Bookings by day, location and practitioner, as the desk reads a morning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from booking_app.clinics.models import Clinic
from booking_app.core.dates import full_day
from booking_app.pages.console.booking_lines import ShownLine
from booking_app.pages.shared import use_cases


@dataclass(frozen=True)
class Column:
    """What one practitioner has at one location on a day."""

    practitioner: str
    lines: list[ShownLine]


@dataclass(frozen=True)
class Place:
    location: str
    columns: list[Column]


@dataclass(frozen=True)
class ShownDay:
    """One day; `places` are empty where nobody is booked."""

    day: date
    label: str
    places: list[Place]

    @property
    def count(self) -> int:
        return sum(len(column.lines) for place in self.places for column in place.columns)


def by_days(lines: Iterable[ShownLine], first: date, days: int) -> list[ShownDay]:
    """Every one of `days` days from `first`, with the lines that are on it in their location's zone."""
    on = {day: list(some) for day, some in groupby(sorted(lines, key=_place), key=lambda line: line.on)}
    wanted = [first + timedelta(days=ahead) for ahead in range(days)]
    return [ShownDay(day, full_day(day), _places(on.get(day, []))) for day in wanted]


def today_at(clinic: Clinic) -> date:
    """Today in the clinic's zone."""
    return use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()


def _place(line: ShownLine) -> tuple[date, str, str, str]:
    return (line.on, line.location, line.practitioner, line.iso)


def _places(lines: list[ShownLine]) -> list[Place]:
    return [
        Place(
            location, [Column(who, list(theirs)) for who, theirs in groupby(some, key=lambda line: line.practitioner)]
        )
        for location, some in groupby(lines, key=lambda line: line.location)
    ]
