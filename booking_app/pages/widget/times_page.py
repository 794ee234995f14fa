"""Everything the page of free times shows, prepared."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.availability import FRESH_FOR
from booking_app.availability.records import SlotWeek
from booking_app.bookings.records import Choice
from booking_app.catalogue.who import who_words
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.choices import LinkChoice
from booking_app.pages.shared.day_strip import Month, month_around
from booking_app.pages.shared.slots import Labels, SlotOption, option, week_groups
from booking_app.pages.shared.visitors import asker
from booking_app.pages.shared.week_page import Shown, WeekPage, instants, week_values
from booking_app.pages.widget.search import Search
from booking_app.pages.widget.visits import Visit
from booking_app.pages.widget.who_and_where import (
    Introduction,
    introduction,
    known_first_times,
    location_links,
    practitioner_links,
)


@dataclass(frozen=True, kw_only=True)
class TimesPage(WeekPage):
    """Prepared values for `widget/times.html`.

    `good_until` is how long they hold if nobody books or holds one; None where that is not known.
    """

    service: str
    facts: str
    locations: tuple[LinkChoice, ...]
    asks_location: bool
    practitioners: tuple[LinkChoice, ...]
    practitioner_label: str
    introduction: Introduction | None
    place: str
    address: str
    month: Month | None
    is_lost: bool
    nearest: tuple[SlotOption, ...]
    held: str | None
    held_url: str | None
    action: str
    back_url: str
    good_until: datetime | None


def still_the_same(visit: Visit, search: Search) -> Callable[[], bool]:
    """Asks whether the times of the week are still those of now; make it before they are read."""
    return use_cases().browse.week_watch(
        visit.clinic,
        service_id=search.service.cliniko_id,
        location_id=search.location.cliniko_id,
        practitioner_id=search.practitioner_id,
        from_day=search.from_day,
    )


def find_week(visit: Visit, search: Search) -> SlotWeek:
    """The week the search asks for."""
    return use_cases().browse.week(
        visit.clinic,
        service_id=search.service.cliniko_id,
        location_id=search.location.cliniko_id,
        practitioner_id=search.practitioner_id,
        from_day=search.from_day,
        asker=asker(),
    )


def times_page(visit: Visit, search: Search, *, chosen: str, lost: Choice | None) -> TimesPage:
    """Read the times and put them into words. Raises RemoteFailure when none can be read at all."""
    zone = search.location.time_zone
    week = find_week(visit, search)
    known = known_first_times(visit, search)
    labels = Labels(
        zone,
        search.practitioners,
        is_any=search.practitioner_id is None,
        chosen=chosen,
    )
    nearest = _nearest(visit, lost, labels) if lost else ()
    groups = week_groups(week, labels, without={one.value for one in nearest})
    shown = _shown(visit, search)
    of_week = week_values(shown, week, groups)
    return TimesPage(
        **of_week,
        service=search.service.name,
        facts=_facts(visit, search),
        locations=location_links(visit, search, known),
        asks_location=len(search.locations) > 1 and not search.is_location_chosen and not search.service.telehealth,
        practitioners=practitioner_links(visit, search, known),
        practitioner_label=who_words(search.service, search.practitioners).heading,
        introduction=introduction(visit, search),
        place=words.short_place(search.location.name, visit.clinic.name),
        address=search.location.address if len(search.locations) > 1 and not search.service.telehealth else "",
        month=month_around(of_week["strip"], today=shown.today, last=shown.last_day, url=shown.url),
        is_lost=lost is not None,
        nearest=nearest,
        held=_held(visit),
        held_url=visit.url("check" if visit.draft and visit.draft.details else "details") if _held(visit) else None,
        action=visit.url("choose", **search.query()),
        back_url=visit.url("services", category=search.service.category_key, stay=1),
        good_until=_good_until(visit, search, week) if groups and not lost else None,
    )


def _shown(visit: Visit, search: Search) -> Shown:
    def url(day: date | None) -> str:
        return visit.url("times", **search.query(**({"from": day.isoformat()} if day else {})))

    return Shown(visit.clinic, search.service, search.location, search.practitioner_id, url)


def _good_until(visit: Visit, search: Search, week: SlotWeek) -> datetime | None:
    """Until Cliniko is asked again, the first time is too near to be booked, or the location's day is over."""
    if week.is_stale or week.has_more:
        return None
    zone, now = ZoneInfo(search.location.time_zone), use_cases().clock.now()
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    starts = min(instants(week, now)) - timedelta(hours=visit.clinic.booking_rules().lead_hours)
    return min(week.as_of + FRESH_FOR, starts, midnight)


def _facts(visit: Visit, search: Search) -> str:
    cost = words.cost(search.service, visit.catalogue.currency_symbol)
    facts = (words.length(search.service.minutes), cost, words.group_size(search.service))
    return " · ".join(fact for fact in facts if fact)


def _nearest(visit: Visit, lost: Choice, labels: Labels) -> tuple[SlotOption, ...]:
    return tuple(option(slot, labels, shows_day=True) for slot in use_cases().browse.nearest(visit.clinic, lost))


def _held(visit: Visit) -> str | None:
    """The time the draft holds, in words; None without one."""
    draft = visit.draft
    if draft is None or draft.hold_ends_at is None or draft.booking_state == "slot_lost":
        return None
    location = visit.catalogue.location(draft.choice.location_id)
    return words.full_time(draft.choice.starts_at, location.time_zone) if location else None
