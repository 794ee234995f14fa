"""Free times as the page shows them: grouped by day, each with the full name a screen reader speaks."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from booking_app.availability.records import Slot, SlotWeek
from booking_app.bookings.records import Choice
from booking_app.catalogue.records import PractitionerView
from booking_app.catalogue.who import with_whom
from booking_app.core import dates

PARTS = (("Morning", 12), ("Afternoon", 17), ("Evening", 24))
FEW = 6
# Until the year 2286, and with an id as Cliniko's are: what a page of ours would never hold is nobody's time.
SLOT_VALUE = re.compile(r"([0-9]{1,10})-([A-Za-z0-9_-]{1,64})", re.ASCII)


@dataclass(frozen=True)
class SlotOption:
    """A radio button, named `before` + `time` + `after`. Only `time` is seen, and `after` with `shows_after`.

    `places` says how many are left in a group, and describes the button.
    """

    value: str
    before: str
    time: str
    after: str
    shows_after: bool
    iso: str
    is_chosen: bool = False
    places: str = ""


@dataclass(frozen=True)
class SlotGroup:
    """The times of one day."""

    heading: str
    full_day: str
    iso: str
    options: tuple[SlotOption, ...]

    @property
    def parts(self) -> list[tuple[str, list[SlotOption]]]:
        """The times by part of the day, with its name where there are so many that it helps to find one."""
        if len(self.options) <= FEW:
            return [("", list(self.options))]
        found: dict[str, list[SlotOption]] = {}
        for option in self.options:
            hour = int(option.iso[11:13])
            found.setdefault(next(name for name, ends in PARTS if hour < ends), []).append(option)
        return list(found.items())


def slot_value(slot: Slot) -> str:
    """How a form names a slot: the start in epoch seconds and the practitioner's opaque id."""
    return f"{int(slot.starts_at.timestamp())}-{slot.practitioner_id}"


def candidates(slots: Iterable[Slot], named: Choice) -> list[Slot]:
    """The slot that was named and after it the others at the same time; empty when there is none any more."""
    same_time = [slot for slot in slots if slot.starts_at == named.starts_at]
    exact = [slot for slot in same_time if slot.practitioner_id == named.practitioner_id]
    return exact + [slot for slot in same_time if slot not in exact]


def read_value(value: str) -> tuple[datetime, str]:
    """The start and the practitioner in a posted value; the epoch, with nobody, when it is not one of ours."""
    found = SLOT_VALUE.fullmatch(value)
    if found is None:
        return datetime.fromtimestamp(0, UTC), ""
    return datetime.fromtimestamp(int(found[1]), UTC), found[2]


@dataclass(frozen=True)
class Labels:
    """How slots are worded. `is_any`: whoever is free takes it, so no name is promised. `chosen` is a slot's value."""

    zone: str
    people: Sequence[PractitionerView]
    is_any: bool = False
    chosen: str = ""

    def is_chosen(self, slot: Slot) -> bool:
        """Whether the form named this slot; for any practitioner its start is enough."""
        same_start = self.chosen.partition("-")[0] == slot_value(slot).partition("-")[0]
        return same_start and (self.is_any or self.chosen == slot_value(slot))


def week_groups(week: SlotWeek, labels: Labels, *, without: Collection[str] = ()) -> tuple[SlotGroup, ...]:
    """The days of a week that have times; one option a start, with the practitioner who has most time free that day."""
    groups = []
    for day in week.days:
        kept = [slot for slot in one_a_start(day.slots) if slot_value(slot) not in without]
        if kept:
            groups.append(_group(day.day, tuple(option(slot, labels) for slot in kept)))
    return tuple(groups)


def one_a_start(slots: Sequence[Slot]) -> list[Slot]:
    """One slot for each start, earliest first, of whoever has most times left: so the work spreads evenly."""
    left = Counter(slot.practitioner_id for slot in slots)
    kept = []
    for start in sorted({slot.starts_at for slot in slots}):
        best = max((slot for slot in slots if slot.starts_at == start), key=lambda slot: left[slot.practitioner_id])
        left[best.practitioner_id] -= 1
        kept.append(best)
    return kept


def option(slot: Slot, labels: Labels, *, shows_day: bool = False) -> SlotOption:
    """The radio button of a slot. With `shows_day` the whole spoken time is seen, and with whom, if one was chosen."""
    local = slot.starts_at.astimezone(ZoneInfo(labels.zone))
    person = next((one for one in labels.people if one.cliniko_id == slot.practitioner_id), None)
    day, time = f"{dates.full_day(local.date())}, ", dates.clock_time_once(local)
    return SlotOption(
        value=slot_value(slot),
        before="" if shows_day else day,
        time=day + time if shows_day else time,
        after="" if labels.is_any else _with(person),
        shows_after=shows_day,
        iso=local.isoformat(timespec="seconds"),
        is_chosen=labels.is_chosen(slot),
        places=f"{dates.counted(slot.places_left, 'place')} left" if slot.group_id else "",
    )


def choice_of(slot: Slot, *, is_any: bool) -> Choice:
    return Choice(
        service_id=slot.service_id,
        location_id=slot.location_id,
        practitioner_id=slot.practitioner_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        any_practitioner=is_any,
        group_id=slot.group_id,
        places=slot.places,
    )


def _group(day: date, options: tuple[SlotOption, ...]) -> SlotGroup:
    return SlotGroup(dates.short_day(day), dates.full_day(day), day.isoformat(), options)


def _with(person: PractitionerView | None) -> str:
    return with_whom(person.name, is_equipment=person.is_equipment) if person else ""
