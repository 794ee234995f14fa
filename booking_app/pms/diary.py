"""What fills a practitioner's day, and when they usually work; never who comes."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

DiaryKind = Literal["appointment", "group", "away"]


@dataclass(frozen=True)
class DiaryEntry:
    """Something that takes time in a calendar. `away` is a break, leave or a closure."""

    kind: DiaryKind
    starts_at: datetime
    ends_at: datetime
    location_id: str | None


@dataclass(frozen=True)
class UsualHours:
    """The hours of one weekday (1 is Monday) in the wall time of the location, earliest first."""

    iso_weekday: int
    spans: tuple[tuple[time, time], ...]
