"""Reading when a service can be booked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

from booking_app.pms.client import ClinikoBadRequest, ClinikoClient, NotBookableOnline

T = TypeVar("T")
WEEK = timedelta(days=6)  # from the first day to the last


def read_starts(
    client: ClinikoClient, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
) -> tuple[datetime, ...]:
    """The start instants on those days of the account's zone; none where the three are not bookable online."""

    def read(first_day: date) -> tuple[datetime, ...]:
        found = client.available_times.list(
            business_id=location_id,
            practitioner_id=practitioner_id,
            appointment_type_id=service_id,
            from_day=first_day,
            to_day=to_day,
        )
        return tuple(sorted({one.appointment_start for one in found}))

    try:
        return _from_today(read, from_day, to_day)
    except NotBookableOnline:
        return ()


def read_next_start(
    client: ClinikoClient, *, location_id: str, practitioner_id: str, service_id: str, from_day: date
) -> datetime | None:
    """The first start within the seven days from `from_day`."""
    to_day = from_day + WEEK

    def read(first_day: date) -> datetime | None:
        found = client.available_times.next(
            business_id=location_id,
            practitioner_id=practitioner_id,
            appointment_type_id=service_id,
            from_day=first_day,
            to_day=to_day,
        )
        return found.appointment_start if found else None

    return _from_today(read, from_day, to_day)


def _from_today(read: Callable[[date], T], from_day: date, to_day: date) -> T:
    """Read the days, without the first if Cliniko refuses it.

    It refuses a window that begins before today in the account's zone. Around midnight, or where that zone is not
    known, the first day may already be yesterday there.
    """
    try:
        return read(from_day)
    except ClinikoBadRequest:
        if from_day >= to_day:
            raise
        return read(from_day + timedelta(days=1))
