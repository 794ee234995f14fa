"""Days in two zones: patients see the location's, the practice system counts in the account's. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.records import Slot, SlotDay

WEEK = 7
ONE_DAY = timedelta(days=1)


def day_of(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def begins(day: date, zone: str) -> datetime:
    """The first instant of a day; where the clock jumps over midnight, the instant of the jump."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def days_from(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=offset) for offset in range(count))


def account_days(first: date, last: date, *, location_zone: str, account_zone: str, today: date) -> tuple[date, ...]:
    """The account's days that cover the location's days from `first` to `last`; none before the account's `today`.

    The practice system refuses days that are past. In one zone these are the same days; in two there is one more, for
    the location's week then begins and ends in the middle of a day of the account.
    """
    start = day_of(begins(first, location_zone), account_zone)
    end = day_of(begins(last + ONE_DAY, location_zone) - timedelta(microseconds=1), account_zone)
    start = max(start, today)
    return days_from(start, max((end - start).days + 1, 0))


def by_day(slots: Iterable[Slot], days: Sequence[date], zone: str) -> tuple[SlotDay, ...]:
    """The slots on the location's days they fall on; those of other days are left out."""
    grouped: dict[date, list[Slot]] = {day: [] for day in days}
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        group = grouped.get(day_of(slot.starts_at, zone))
        if group is not None:
            group.append(slot)
    return tuple(SlotDay(day=day, slots=tuple(grouped[day])) for day in days)
