"""Available times: the start instants Cliniko offers for online booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from booking_app.pms.client.errors import ClinikoNotFound, NotBookableOnline
from booking_app.pms.client.records import JsonObject

from .base import Resource

LONGEST_SPAN_DAYS = 6
_ROUTE = "/businesses/{business_id}/practitioners/{practitioner_id}/appointment_types/{appointment_type_id}"


@dataclass(frozen=True, kw_only=True)
class AvailableTime:
    """A start; the end is the start and the duration of the appointment type."""

    appointment_start: datetime

    @classmethod
    def from_json(cls, found: JsonObject) -> AvailableTime:
        return cls(appointment_start=found.instant("appointment_start"))


class AvailableTimesResource(Resource):
    """Available times of one practitioner, appointment type and business; read-only.

    Days are those of the account's time zone, not the business's, and may not lie before today there (400,
    ClinikoBadRequest). The document allows seven days between them; staff of Cliniko once said six, so six it is here.
    """

    def list(
        self, *, business_id: str, practitioner_id: str, appointment_type_id: str, from_day: date, to_day: date
    ) -> tuple[AvailableTime, ...]:
        """The starts on the days from ``from_day`` to ``to_day``, both included, in order of time.

        Raises ValueError for days more than six apart or in the wrong order, and NotBookableOnline when one of the
        three is not offered online (or does not exist: Cliniko does not say which).
        """
        ids = {
            "business_id": business_id,
            "practitioner_id": practitioner_id,
            "appointment_type_id": appointment_type_id,
        }
        try:
            return self._many(
                f"{_ROUTE}/available_times",
                "available_times",
                AvailableTime.from_json,
                ids=ids,
                query=_window(from_day, to_day),
            )
        except ClinikoNotFound as error:
            raise NotBookableOnline(str(error), status=404, message=error.message) from error

    def next(
        self, *, business_id: str, practitioner_id: str, appointment_type_id: str, from_day: date, to_day: date
    ) -> AvailableTime | None:
        """The first start on those days, or None.

        What Cliniko answers when there is none is not documented: a 404, a null and a missing member all read as None,
        so None may also mean "not bookable online". Raises ValueError like ``list``.
        """
        ids = {
            "business_id": business_id,
            "practitioner_id": practitioner_id,
            "appointment_type_id": appointment_type_id,
        }
        try:
            starts_at = self._one(
                f"{_ROUTE}/next_available_time",
                lambda found: found.optional_instant("appointment_start"),
                ids=ids,
                query=_window(from_day, to_day),
            )
        except ClinikoNotFound:
            return None
        return None if starts_at is None else AvailableTime(appointment_start=starts_at)


def _window(from_day: date, to_day: date) -> list[tuple[str, str]]:
    if isinstance(from_day, datetime) or isinstance(to_day, datetime):
        raise ValueError("a window is made of days, not of instants")
    if not 0 <= (to_day - from_day).days <= LONGEST_SPAN_DAYS:
        raise ValueError("a window of available times ends on its first day or up to six days later")
    return [("from", from_day.isoformat()), ("to", to_day.isoformat())]
