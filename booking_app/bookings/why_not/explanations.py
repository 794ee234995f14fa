"""Why a patient cannot book: the question, the reasons and what is known of the day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from booking_app.pms.diary import DiaryEntry

Verdict = Literal["stops", "limits", "notes"]


@dataclass(frozen=True)
class Question:
    """Who wants what, where and when. `day` is a day of the location's zone."""

    service_id: str
    practitioner_id: str
    location_id: str
    day: date


@dataclass(frozen=True)
class Reason:
    """One thing that is known. `stops`: no time until it changes; `limits`: some times fewer. `fix` is what to do."""

    verdict: Verdict
    sentence: str
    fix: str = ""


@dataclass(frozen=True)
class Explanation:
    """`offered` are Cliniko's times of the day, `shown` those that patients see; `diary` is what takes time that day.

    `offered` is None when Cliniko was not asked, because a reason stops everything, or could not be.
    """

    question: Question
    zone: str
    reasons: tuple[Reason, ...]
    offered: tuple[datetime, ...] | None = None
    shown: tuple[datetime, ...] = ()
    diary: tuple[DiaryEntry, ...] = ()

    @property
    def is_bookable(self) -> bool:
        return bool(self.shown)
