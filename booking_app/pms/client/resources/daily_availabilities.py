"""Daily availabilities: the usual working hours of a practitioner at a business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from booking_app.pms.client.filters import Filter, IdField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class DailyAvailabilityFields:
    """What a list of daily availabilities can be filtered by, besides the fields of every list."""

    business_id = IdField("business_id")
    practitioner_id = IdField("practitioner_id")


@dataclass(frozen=True, kw_only=True)
class DailyAvailability:
    """The hours of one weekday as local wall times ``HH:MM``.

    ``iso_weekday`` is 1 for Monday to 7 for Sunday: the documents disagree whether Sunday is 0 or 7, so both are read.
    """

    id: str
    iso_weekday: int | None
    hours: tuple[tuple[str, str], ...]
    business_id: str | None
    practitioner_id: str | None
    time_zone_identifier: str

    @classmethod
    def from_json(cls, found: JsonObject) -> DailyAvailability:
        weekday = found.optional_integer("day_of_week")
        spans = found.nested_list("availabilities")
        return cls(
            id=found.id(),
            iso_weekday=7 if weekday == 0 else weekday,
            hours=tuple((span.text("starts_at"), span.text("ends_at")) for span in spans),
            business_id=found.reference("business"),
            practitioner_id=found.reference("practitioner"),
            time_zone_identifier=found.optional_text("time_zone_identifier"),
        )


class DailyAvailabilitiesResource(Resource):
    """Daily availabilities; read-only."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[DailyAvailability, ...]:
        """Daily availabilities that meet all filters."""
        return self._many("/daily_availabilities", "daily_availabilities", DailyAvailability.from_json, where=where)

    def get(self, daily_availability_id: str) -> DailyAvailability:
        """One daily availability; raises ClinikoNotFound."""
        return self._one("/daily_availabilities/{id}", DailyAvailability.from_json, ids={"id": daily_availability_id})
