"""Reasons that come from the day's calendar: times Cliniko offers, what is held here, and what is in the way. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking_app.bookings.why_not.explanations import Reason, Verdict
from booking_app.core import dates
from booking_app.pms.diary import DiaryEntry, UsualHours
from booking_app.pms.records import GroupTime

Span = tuple[datetime, datetime]
KIND_WORDS = {
    "appointment": "an appointment",
    "group": "a group appointment",
    "away": "an unavailable block",
}
LOOK_AT = (
    "Look in Cliniko at: Settings, Online bookings (appointments a day or part of a day, times between appointments); "
    "the service under Settings, Appointment types; and the practitioner’s availability for that very day."
)


@dataclass(frozen=True)
class Day:
    """A day of one location: its zone, how long the service lasts, and the first instant that rules allow."""

    day: date
    zone: str
    minutes: int
    earliest_at: datetime


def offered_reasons(offered: Sequence[datetime], held: Sequence[Span], day: Day) -> Iterator[Reason]:
    """What becomes of the times that Cliniko offers."""
    shown = shown_times(offered, held, day)
    taken = [start for start in offered if start >= day.earliest_at and start not in shown]
    if taken:
        yield Reason(
            "limits" if shown else "stops",
            f"Held for a patient who is booking just now: {_times(taken, day.zone)}.",
            "Nothing to do: a time comes back by itself when its patient does not finish.",
        )
    if shown:
        yield Reason("notes", f"Patients are shown {dates.counted(len(shown), 'time')}: {_times(shown, day.zone)}.")


def shown_times(offered: Sequence[datetime], held: Sequence[Span], day: Day) -> tuple[datetime, ...]:
    """The offered starts that the rules allow and nobody else holds."""
    length = timedelta(minutes=day.minutes)
    return tuple(
        start
        for start in offered
        if start >= day.earliest_at and not any(start < end and start + length > begin for begin, end in held)
    )


def nothing_offered_reasons(
    hours: Sequence[UsualHours], diary: Sequence[DiaryEntry], day: Day, *, practitioner: str, place: str
) -> Iterator[Reason]:
    """Why Cliniko offers no time: no hours, a full day, or settings that only Cliniko knows."""
    working = _working(hours, day)
    weekday = dates.WEEKDAYS[day.day.weekday()]
    if not working:
        yield Reason(
            "stops",
            f"{practitioner} has no usual hours at {place} on a {weekday}.",
            "Add hours in Cliniko under the practitioner’s availability, or for this day alone in its calendar.",
        )
        return
    yield Reason("notes", f"{practitioner} usually works {_spans(working, day.zone)} at {place} on a {weekday}.")
    yield from (_in_the_way(entry, day.zone) for entry in diary)
    free = [span for span in _gaps(working, diary, day) if span[1] - span[0] >= timedelta(minutes=day.minutes)]
    if free:
        sentence = f"Cliniko offers no time here, although {_spans(free, day.zone)} looks free."
        yield Reason("stops", sentence, LOOK_AT)
    else:
        yield Reason(
            "stops",
            f"No gap of {day.minutes} minutes is left in the day.",
            "Move or remove something in Cliniko’s calendar, or offer another day.",
        )


def group_reasons(groups: Sequence[GroupTime], held: Mapping[str | None, int], zone: str) -> Iterator[Reason]:
    """What patients see of the group appointments of a day; `held` counts the places held of each."""
    if not groups:
        yield Reason(
            "stops",
            "There is no group appointment of this service on this day that can still be booked.",
            "Add one in Cliniko’s calendar: patients can only join groups that are there.",
        )
    full = [one.starts_at for one in groups if one.places_left == 0]
    waiting = [one.starts_at for one in groups if 0 < one.places_left <= held[one.group_id]]
    verdict: Verdict = "stops" if groups and len(full) + len(waiting) == len(groups) else "limits"
    if full:
        yield Reason(verdict, f"Full: {_times(full, zone)}.", "Give the group more places in Cliniko, or add another.")
    if waiting:
        yield Reason(
            verdict,
            f"The last places are held for patients who are booking just now: {_times(waiting, zone)}.",
            "Nothing to do: a place comes back by itself when its patient does not finish.",
        )
    for one in groups:
        left = one.places_left - held[one.group_id]
        if left > 0:
            yield Reason("notes", f"{_clock(one.starts_at, zone)}: {dates.counted(left, 'place')} left.")


def _in_the_way(entry: DiaryEntry, zone: str) -> Reason:
    span = _spans([(entry.starts_at, entry.ends_at)], zone)
    return Reason("limits", f"{span}: {KIND_WORDS[entry.kind]} in Cliniko’s calendar.")


def _working(hours: Sequence[UsualHours], day: Day) -> list[Span]:
    zone = ZoneInfo(day.zone)
    spans = [span for one in hours if one.iso_weekday == day.day.isoweekday() for span in one.spans]
    return sorted(
        (datetime.combine(day.day, start, zone), datetime.combine(day.day, end, zone))
        for start, end in spans
        if start < end
    )


def _gaps(working: Sequence[Span], diary: Sequence[DiaryEntry], day: Day) -> Iterator[Span]:
    """What is left of the hours after the calendar's entries and the notice."""
    for start, end in working:
        start = max(start, day.earliest_at)
        for entry in sorted(diary, key=lambda one: one.starts_at):
            if entry.starts_at >= end or entry.ends_at <= start:
                continue
            if entry.starts_at > start:
                yield start, entry.starts_at
            start = max(start, entry.ends_at)
        if start < end:
            yield start, end


def _times(instants: Sequence[datetime], zone: str) -> str:
    return ", ".join(_clock(at, zone) for at in instants)


def _spans(spans: Sequence[Span], zone: str) -> str:
    return " and ".join(f"{_clock(start, zone)} to {_clock(end, zone)}" for start, end in spans)


def _clock(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return "midnight" if local.time().isoformat("minutes") == "23:59" else dates.clock_time(local)
