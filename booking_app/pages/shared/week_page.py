"""A week of free times as `shared/week.html` shows it, for whoever books one and for whoever moves to one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking_app.availability.records import SlotWeek
from booking_app.catalogue.records import LocationView, ServiceView
from booking_app.clinics.models import Clinic
from booking_app.core import dates
from booking_app.core.failures import RemoteFailure
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.choices import LinkChoice
from booking_app.pages.shared.day_strip import StripDay, day_strip
from booking_app.pages.shared.slots import SlotGroup
from booking_app.pages.shared.visitors import asker

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class WeekPage:
    """Prepared values; `more_url` is where to look again while not everybody's times are read."""

    groups: tuple[SlotGroup, ...]
    strip: tuple[StripDay, ...]
    span: str
    zone: str
    shows_own_zone: bool
    stale_for: str | None
    more_url: str | None
    earlier_url: str | None
    later_url: str | None
    next_day: LinkChoice | None


@dataclass(frozen=True)
class Shown:
    """Whose times they are. `url` is the address of the page from a day on, or as it is; None for any practitioner."""

    clinic: Clinic
    service: ServiceView
    location: LocationView
    practitioner_id: str | None
    url: Callable[[date | None], str]

    @property
    def today(self) -> date:
        return use_cases().clock.now().astimezone(ZoneInfo(self.location.time_zone)).date()

    @property
    def last_day(self) -> date:
        """The last day that can be booked."""
        return self.today + timedelta(days=self.clinic.booking_rules().horizon_days)


def week_values(shown: Shown, week: SlotWeek, groups: tuple[SlotGroup, ...]) -> dict[str, Any]:
    """The values of a WeekPage; reads on where the week has no time at all."""
    now, first, last = use_cases().clock.now(), week.days[0].day, week.days[-1].day
    return {
        "groups": groups,
        "strip": day_strip(week, groups),
        "span": words.day_span(first, last),
        "zone": words.zone_name(shown.location.time_zone, instants(week, now)),
        "shows_own_zone": shown.service.telehealth,
        "stale_for": words.age(now - week.as_of) if week.is_stale else None,
        "more_url": shown.url(None) if week.has_more else None,
        "earlier_url": shown.url(max(first - WEEK, shown.today)) if first > shown.today else None,
        "later_url": shown.url(first + WEEK) if first + WEEK <= shown.last_day else None,
        "next_day": None if groups or week.has_more else _next_day(shown, last + timedelta(days=1)),
    }


def instants(week: SlotWeek, now: datetime) -> list[datetime]:
    """The starts of the week, or now where it has none."""
    return [slot.starts_at for day in week.days for slot in day.slots] or [now]


def _next_day(shown: Shown, after: date) -> LinkChoice | None:
    try:
        day = use_cases().browse.next_day(
            shown.clinic,
            service_id=shown.service.cliniko_id,
            location_id=shown.location.cliniko_id,
            practitioner_id=shown.practitioner_id,
            after=after,
            asker=asker(),
        )
    except RemoteFailure:
        return None
    return None if day is None else LinkChoice(dates.full_day(day), "", shown.url(day), False)
