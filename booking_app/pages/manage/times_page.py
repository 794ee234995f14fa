"""Everything the page of times to move to shows, prepared."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.records import Slot, SlotWeek
from booking_app.bookings.records import Choice
from booking_app.catalogue.who import who_words
from booking_app.core import dates
from booking_app.core.failures import RemoteFailure
from booking_app.pages.manage.search import ANY, Search
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.choices import LinkChoice
from booking_app.pages.shared.day_strip import Month, StripDay, day_strip
from booking_app.pages.shared.slots import Labels, SlotGroup, SlotOption, option, slot_value, week_groups
from booking_app.pages.shared.visitors import asker

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class TimesPage:
    """Prepared values for `manage/times.html`."""

    service: str
    practitioners: tuple[LinkChoice, ...]
    practitioner_label: str
    groups: tuple[SlotGroup, ...]
    strip: tuple[StripDay, ...]
    month: Month | None
    span: str
    zone: str
    shows_own_zone: bool
    stale_for: str | None
    more_url: str | None
    earlier_url: str | None
    later_url: str | None
    next_day: LinkChoice | None
    lost: str | None
    nearest: tuple[SlotOption, ...]
    action: str


def times_page(search: Search, *, chosen: str = "", lost: Choice | None = None) -> TimesPage:
    """Read the times and put them into words. Raises RemoteFailure when none can be read at all."""
    zone, now = search.location.time_zone, use_cases().clock.now()
    week = search.week()
    is_any = search.practitioner_id is None
    labels = Labels(zone, search.people, is_any=is_any, chosen=chosen)
    near = _nearest(search, lost) if lost else ()
    own = {slot_value(slot) for day in week.days for slot in day.slots if search.is_own(slot)}
    groups = week_groups(week, labels, without=own | {slot_value(slot) for slot in near})
    first = week.days[0].day
    instants = [slot.starts_at for day in week.days for slot in day.slots] or [now]
    return TimesPage(
        service=search.service.name,
        practitioners=_practitioner_links(search),
        practitioner_label=who_words(search.service, search.people).heading,
        groups=groups,
        strip=day_strip(week, groups),
        month=None,
        span=words.day_span(first, week.days[-1].day),
        zone=words.zone_name(zone, instants),
        shows_own_zone=search.service.telehealth,
        stale_for=words.age(now - week.as_of) if week.is_stale else None,
        more_url=_times(search) if week.has_more else None,
        earlier_url=_earlier(search, first),
        later_url=_later(search, first),
        next_day=None if groups or week.has_more else _next_day(search, week),
        lost=words.full_time(lost.starts_at, zone) if lost else None,
        nearest=tuple(option(slot, labels, shows_day=True) for slot in near),
        action=search.owned.url("choose", **search.query()),
    )


def _nearest(search: Search, lost: Choice) -> tuple[Slot, ...]:
    found = use_cases().browse.nearest(search.owned.booking.clinic, lost)
    return tuple(slot for slot in found if not search.is_own(slot))


def _practitioner_links(search: Search) -> tuple[LinkChoice, ...]:
    if len(search.people) < 2:
        return ()
    name = who_words(search.service, search.people).anyone
    anyone = LinkChoice(name, "", _times(search, practitioner=ANY), search.practitioner_id is None)
    people = tuple(
        LinkChoice(one.name, "", _times(search, practitioner=one.cliniko_id), one.cliniko_id == search.practitioner_id)
        for one in search.people
    )
    return (anyone, *people) if search.allows_any else people


def _today(search: Search) -> date:
    return use_cases().clock.now().astimezone(ZoneInfo(search.location.time_zone)).date()


def _earlier(search: Search, first: date) -> str | None:
    today = _today(search)
    return None if first <= today else _times(search, **{"from": max(first - WEEK, today).isoformat()})


def _later(search: Search, first: date) -> str | None:
    horizon = _today(search) + timedelta(days=search.owned.booking.clinic.booking_rules().horizon_days)
    return None if first + WEEK > horizon else _times(search, **{"from": (first + WEEK).isoformat()})


def _next_day(search: Search, week: SlotWeek) -> LinkChoice | None:
    try:
        day = use_cases().browse.next_day(
            search.owned.booking.clinic,
            service_id=search.service.cliniko_id,
            location_id=search.location.cliniko_id,
            practitioner_id=search.practitioner_id,
            after=week.days[-1].day + timedelta(days=1),
            asker=asker(),
        )
    except RemoteFailure:
        return None
    if day is None:
        return None
    return LinkChoice(dates.full_day(day), "", _times(search, **{"from": day.isoformat()}), False)


def _times(search: Search, **changes: str) -> str:
    return search.owned.url("times", **search.query(**changes))
