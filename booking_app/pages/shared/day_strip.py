"""The days around a week of free times: a strip of the week's days, and the month to jump to another one."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking_app.availability.records import SlotWeek
from booking_app.core.dates import MONTHS, WEEKDAYS, counted, short_day
from booking_app.pages.shared.slots import SlotGroup


@dataclass(frozen=True)
class StripDay:
    """A day of the week that is shown. `count` are its free times."""

    iso: str
    weekday: str
    number: int
    name: str
    count: int

    @property
    def said(self) -> str:
        return counted(self.count, "time") if self.count else "no times"


@dataclass(frozen=True)
class MonthDay:
    """A day of the month. `state`: free, none, unknown (nobody has looked yet) or out (it cannot be booked online)."""

    number: int
    name: str
    state: str
    url: str | None


@dataclass(frozen=True)
class Month:
    """A month with the blank places before its first day, weeks beginning on Monday."""

    name: str
    blanks: int
    days: tuple[MonthDay, ...]
    earlier: tuple[str, str] | None
    later: tuple[str, str] | None


def day_strip(week: SlotWeek, groups: Sequence[SlotGroup]) -> tuple[StripDay, ...]:
    """The seven days of the week with how many times each has."""
    counts = {group.iso: len(group.options) for group in groups}
    return tuple(
        StripDay(
            day.day.isoformat(),
            WEEKDAYS[day.day.weekday()][:3],
            day.day.day,
            short_day(day.day),
            counts.get(day.day.isoformat(), 0),
        )
        for day in week.days
    )


def month_around(strip: Sequence[StripDay], *, today: date, last: date, url: Callable[[date], str]) -> Month:
    """The month of the week's first day. Only the week's own days are known; asking for others would cost calls."""
    first = date.fromisoformat(strip[0].iso)
    known = {day.iso: day.count for day in strip}
    start = first.replace(day=1)
    length = calendar.monthrange(first.year, first.month)[1]
    days = []
    for day in (start + timedelta(days=n) for n in range(length)):
        is_out = not today <= day <= last
        count = known.get(day.isoformat())
        state = "out" if is_out else "unknown" if count is None else "free" if count else "none"
        days.append(MonthDay(day.day, short_day(day), state, None if is_out or state == "none" else url(day)))
    after = start + timedelta(days=length)
    before = max(start - timedelta(days=1), today)
    return Month(
        name=f"{MONTHS[first.month - 1]} {first.year}",
        blanks=start.weekday(),
        days=tuple(days),
        earlier=(MONTHS[before.month - 1], url(max(before.replace(day=1), today))) if start > today else None,
        later=(MONTHS[after.month - 1], url(after)) if after <= last else None,
    )
