"""Whether a week of times is still what it was: told by when it was read from Cliniko and by what is held in it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, bindparam, select, union_all

from booking_app.availability.models import SlotWindow
from booking_app.bookings.held import standing
from booking_app.core.db import UtcDateTime
from booking_app.core.prepared import PreparedQuery

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WeekAsked:
    """Seven days of a location from `first_day` on, of these practitioners for this service."""

    account_key: str
    location_id: str
    time_zone: str
    service_id: str
    practitioner_ids: Sequence[str]
    first_day: date


def stamp_query(asked: WeekAsked, now: datetime) -> CompoundSelect[str, datetime, datetime, int]:
    """The rows of `week_stamp`, made once for all the times they are asked for."""
    # When each window was read, because one from which a lost time was taken out is made older than it is. A reading
    # covers seven days, and the account may count its days in another zone than the location.
    read = select(SlotWindow.practitioner_id, SlotWindow.fetched_at, SlotWindow.fetched_at, SlotWindow.id).where(
        SlotWindow.account_key == asked.account_key,
        SlotWindow.location_id == asked.location_id,
        SlotWindow.service_id == asked.service_id,
        SlotWindow.practitioner_id.in_(asked.practitioner_ids),
        SlotWindow.first_day > asked.first_day - WEEK - ONE_DAY,
        SlotWindow.first_day <= asked.first_day + WEEK,
    )
    start = datetime.combine(asked.first_day, time(), ZoneInfo(asked.time_zone))
    held = standing(
        account_key=asked.account_key,
        practitioner_ids=asked.practitioner_ids,
        start=start,
        end=start + WEEK + ONE_DAY,
        now=bindparam("now", now, type_=UtcDateTime()),
    )
    return union_all(read, held)


def week_stamp(query: PreparedQuery, now: datetime) -> Hashable:
    """Another value once any of it was read anew, and once a time of it was held or let go, by whichever process."""
    return frozenset(query.rows(now=now))
