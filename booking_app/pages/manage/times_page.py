"""Everything the page of times to move to shows, prepared."""

from dataclasses import dataclass
from datetime import date

from booking_app.availability.records import Slot
from booking_app.bookings.records import Choice
from booking_app.catalogue.who import who_words
from booking_app.pages.manage.search import ANY, Search
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.choices import LinkChoice
from booking_app.pages.shared.day_strip import Month
from booking_app.pages.shared.slots import Labels, SlotOption, option, slot_value, week_groups
from booking_app.pages.shared.week_page import Shown, WeekPage, week_values


@dataclass(frozen=True, kw_only=True)
class TimesPage(WeekPage):
    """Prepared values for `manage/times.html`."""

    service: str
    practitioners: tuple[LinkChoice, ...]
    practitioner_label: str
    month: Month | None
    lost: str | None
    nearest: tuple[SlotOption, ...]
    action: str


def times_page(search: Search, *, chosen: str = "", lost: Choice | None = None) -> TimesPage:
    """Read the times and put them into words. Raises RemoteFailure when none can be read at all."""
    zone = search.location.time_zone
    week = search.week()
    is_any = search.practitioner_id is None
    labels = Labels(zone, search.people, is_any=is_any, chosen=chosen)
    near = _nearest(search, lost) if lost else ()
    own = {slot_value(slot) for day in week.days for slot in day.slots if search.is_own(slot)}
    groups = week_groups(week, labels, without=own | {slot_value(slot) for slot in near})
    return TimesPage(
        **week_values(_shown(search), week, groups),
        service=search.service.name,
        practitioners=_practitioner_links(search),
        practitioner_label=who_words(search.service, search.people).heading,
        month=None,
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


def _shown(search: Search) -> Shown:
    def url(day: date | None) -> str:
        return _times(search, **({"from": day.isoformat()} if day else {}))

    return Shown(search.owned.booking.clinic, search.service, search.location, search.practitioner_id, url)


def _times(search: Search, **changes: str) -> str:
    return search.owned.url("times", **search.query(**changes))
