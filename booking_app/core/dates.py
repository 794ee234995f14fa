"""Days and times of day as they are said and as they are typed, the same on every machine whatever its locale."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

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


def zone_abbreviation(local: datetime) -> str:
    """`ACDT`, or `UTC+10:30` where the zone's clocks have no name of letters; `local` is in the zone."""
    name = local.tzname() or ""
    return name if name.isalpha() else _offset(local)


def spoken_start(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05 am (Australia/Sydney, UTC+11:00)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{full_day(local)}, {clock_time(local)} ({time_zone}, {_offset(local)})"


def clock_time_once(local: datetime) -> str:
    """`9:00 am`; in the hour that the clocks go through twice, `2:30 am AEST`. `local` is in the zone to be said."""
    is_repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{clock_time(local)} {zone_abbreviation(local)}" if is_repeated else clock_time(local)


def spoken_instant(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:05:30 am (Australia/Sydney, UTC+11:00)`; `at` must be aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    clock = f"{local.hour % 12 or 12}:{local.minute:02d}:{local.second:02d} {half_of_day(local)}"
    return f"{full_day(local)}, {clock} ({time_zone}, {_offset(local)})"


def utc_text(at: datetime) -> str:
    """`2026-11-23T22:05:30Z`"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _offset(local: datetime) -> str:
    text = local.strftime("%z") or "+0000"
    return f"UTC{text[:3]}:{text[3:5]}"


def counted(count: int, noun: str) -> str:
    """`1 hour`, `2 hours`"""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_TYPED = 60
PARTS = ("day", "month", "year")

_SEPARATORS = re.compile(r"[\s/.,\-‐‑‒–—−]+")
_SUFFIXED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"\d{4}")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")
_COMPACT_ISO = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_NAMES = {
    spelling.lower(): number
    for number, month in enumerate(MONTHS, start=1)
    for spelling in (month, month[:3], *(("Sept",) if month == "September" else ()))
}


class DateUnreadable(ValueError):
    """What was typed is no date. The message is a sentence; `parts` names what to correct: day, month, year."""

    def __init__(self, sentence: str, parts: Collection[str] = PARTS) -> None:
        super().__init__(sentence)
        self.parts = tuple(part for part in PARTS if part in parts)


class DateMissing(DateUnreadable):
    """Nothing was typed at all."""

    def __init__(self) -> None:
        super().__init__("Enter a date, for example 31 3 1980")


def read_date(text: str) -> date:
    """The date a person typed in one box, day before month as in Australia, New Zealand and the United Kingdom.

    Reads `31/3/1980`, `31 3 1980`, `31.3.1980`, `31-03-1980`, `31 March 1980`, `31st Mar 1980`, `March 31, 1980`,
    `31031980`, and ISO (`1980-03-31`, `19800331`). A year needs its four digits: of `31.3.15` nobody can tell whether
    a child or somebody very old is meant. Raises DateMissing for white space only, else DateUnreadable.
    """
    if len(text) > LONGEST_TYPED:
        raise DateUnreadable("Enter a date, for example 31 3 1980")
    pieces = [piece for piece in _SEPARATORS.split(text) if piece]
    if len(pieces) == 1:
        pieces = _compact_pieces(pieces[0])
    if not pieces:
        raise DateMissing
    if len(pieces) != 3:
        raise DateUnreadable("Enter a day, a month and a year, for example 31 3 1980")
    return read_day_month_year(*_day_first(*pieces))


def read_day_month_year(day: str, month: str, year: str) -> date:
    """The date typed in three boxes; a month may be a number or an English name.

    Raises DateMissing when all three are empty, else DateUnreadable with the boxes to correct in `parts`.
    """
    typed = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    missing = [part for part in PARTS if not typed[part]]
    if len(missing) == len(PARTS):
        raise DateMissing
    if missing:
        raise DateUnreadable(f"Enter the {' and the '.join(missing)}", missing)
    return _date_of(_day_number(typed["day"]), _month_number(typed["month"]), _year_number(typed["year"]))


def _compact_pieces(piece: str) -> list[str]:
    """The parts of a date typed as eight digits; between 1900 and 2100 only one of the two orders can be meant."""
    for pattern in (_COMPACT_ISO, _COMPACT):
        match = pattern.fullmatch(piece)
        if match is not None and 1 <= int(match[2]) <= 12:
            return list(match.groups())
    return [piece]


def _day_first(first: str, second: str, third: str) -> tuple[str, str, str]:
    if _YEAR.fullmatch(first):
        return third, second, first
    if first.lower() in _MONTH_NAMES:
        return second, first, third
    return first, second, third


def _day_number(text: str) -> int:
    match = _SUFFIXED.fullmatch(text)
    number = int(match[1]) if match is not None else 0
    if not 1 <= number <= 31:
        raise DateUnreadable("Enter the day as a number from 1 to 31", ["day"])
    return number


def _month_number(text: str) -> int:
    number = int(text) if _NUMBER.fullmatch(text) else _MONTH_NAMES.get(text.lower(), 0)
    if not 1 <= number <= 12:
        raise DateUnreadable("Enter the month as a number from 1 to 12, or as its name", ["month"])
    return number


def _year_number(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise DateUnreadable("Enter the year with all four digits, for example 1980", ["year"])
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise DateUnreadable(f"Enter a year between {FIRST_YEAR} and {LAST_YEAR}", ["year"])
    return int(text)


def _date_of(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateUnreadable(f"{MONTHS[month - 1]} {year} has no day {day}", ["day"]) from error
