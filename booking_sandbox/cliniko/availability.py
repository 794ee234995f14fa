"""When a practitioner really is free: opening hours minus blocks minus appointments, on the practitioner's grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking_sandbox.account import Account
from booking_sandbox.instants import as_text, from_text
from booking_sandbox.table import Record

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Question:
    """Which times are asked for: one practitioner, type and business, in a stretch of time."""

    account: Account
    business: Record
    practitioner: Record
    kind: Record
    begins: datetime
    ends: datetime
    now: datetime
    overrun: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The business's own zone."""
        return ZoneInfo(self.business["time_zone_identifier"])


def times(question: Question) -> list[datetime]:
    """The start instants that may be booked online, in order."""
    is_group = (question.kind.get("max_attendees") or 1) > 1
    found = _group_seats(question) if is_group else _free_starts(question)
    return _capped(question, [start for start in found if _in_reach(question, start)])


def is_busy(account: Account, practitioner_id: str, span: Span, *, besides: str | None = None) -> bool:
    """Whether anything of a practitioner overlaps a span."""
    return any(
        begins < span[1] and ends > span[0] for begins, ends in _taken(account, practitioner_id, besides=besides)
    )


def _free_starts(question: Question) -> list[datetime]:
    taken = _taken(question.account, question.practitioner["id"])
    length = timedelta(minutes=question.kind["duration_in_minutes"])
    starts: set[datetime] = set()
    for opens, closes in _open_spans(question):
        for start in _grid(question, opens, closes):
            last = closes + (timedelta(days=1) if question.overrun else timedelta(0))
            fits = start + length <= last
            if fits and not any(begins < start + length and ends > start for begins, ends in taken):
                starts.add(start)
    return sorted(starts)


def _grid(question: Question, opens: datetime, closes: datetime) -> Iterator[datetime]:
    default = question.account.table("appointment_types").get(question.practitioner.get("default_appointment_type_id"))
    step = timedelta(minutes=(default or question.kind)["duration_in_minutes"] or 15)
    start = opens
    while start < closes:
        if question.begins <= start < question.ends:
            yield start
        start += step


def _open_spans(question: Question) -> Iterator[Span]:
    zone = question.zone
    day = question.begins.astimezone(zone).date()
    last = question.ends.astimezone(zone).date()
    mine = [
        row
        for row in question.account.table("daily_availabilities")
        if row["practitioner_id"] == question.practitioner["id"] and row["business_id"] == question.business["id"]
    ]
    while day <= last:
        for row in mine:
            if row["day_of_week"] % 7 == day.isoweekday() % 7:
                yield from (_span(day, hours, zone) for hours in row["availabilities"])
        day += timedelta(days=1)
    yield from _extra_openings(question)


def _extra_openings(question: Question) -> Iterator[Span]:
    for block in question.account.table("availability_blocks"):
        same_place = block["business_id"] == question.business["id"]
        if same_place and block["practitioner_id"] == question.practitioner["id"] and not block["archived_at"]:
            yield span_of(block)


def _span(day: date, hours: Record, zone: ZoneInfo) -> Span:
    return _wall(day, hours["starts_at"], zone), _wall(day, hours["ends_at"], zone)


def _wall(day: date, text: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC)


def _taken(account: Account, practitioner_id: str, *, besides: str | None = None) -> list[Span]:
    tables = ("individual_appointments", "group_appointments", "unavailable_blocks")
    return [
        span_of(row)
        for name in tables
        for row in account.table(name)
        if row["practitioner_id"] == practitioner_id and is_live(row) and row["id"] != besides
    ]


def is_live(row: Record) -> bool:
    """Neither archived nor cancelled."""
    return not row.get("archived_at") and not row.get("cancelled_at")


def span_of(row: Record) -> Span:
    """When a stored diary entry begins and ends."""
    begins, ends = from_text(row["starts_at"]), from_text(row["ends_at"])
    assert begins is not None
    assert ends is not None
    return begins, ends


def _group_seats(question: Question) -> list[datetime]:
    # A group type has no calendar time of its own: what can be booked is a free seat in a session that exists.
    seats: defaultdict[str, int] = defaultdict(int)
    for attendee in question.account.table("attendees"):
        if is_live(attendee):
            seats[attendee["booking_id"]] += 1
    starts = [
        span_of(row)[0]
        for row in question.account.table("group_appointments")
        if is_live(row)
        and row["practitioner_id"] == question.practitioner["id"]
        and row["business_id"] == question.business["id"]
        and row["appointment_type_id"] == question.kind["id"]
        and seats[row["id"]] < row["max_attendees"]
    ]
    return sorted(start for start in starts if question.begins <= start < question.ends)


def _in_reach(question: Question, start: datetime) -> bool:
    lead = question.kind.get("online_bookings_lead_time_hours")
    if lead is None:
        lead = question.account.online_booking("min_hours_advance_required_to_book") or 0
    if start <= question.now or start < question.now + timedelta(hours=lead):
        return False
    horizon = question.account.online_booking("allow_bookings_days_in_advance")
    today = question.now.astimezone(question.zone).date()
    return not horizon or start.astimezone(question.zone).date() <= today + timedelta(days=horizon)


def _capped(question: Question, starts: list[datetime]) -> list[datetime]:
    cap = question.account.online_booking("max_appointments_per_day_segment")
    if not cap:
        return starts
    segments: defaultdict[tuple[date, int], list[datetime]] = defaultdict(list)
    for start in starts:
        local = start.astimezone(question.zone)
        segments[local.date(), (local.hour >= 12) + (local.hour >= 17)].append(start)
    return sorted(start for segment in segments.values() for start in _spread(segment, cap))


def _spread(starts: list[datetime], cap: int) -> Iterable[datetime]:
    if len(starts) <= cap:
        return starts
    return [starts[index * len(starts) // cap] for index in range(cap)]


def texts(starts: Iterable[datetime]) -> list[str]:
    """Instants as Cliniko writes them."""
    return [as_text(start) for start in starts]
