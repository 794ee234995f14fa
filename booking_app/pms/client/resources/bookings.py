"""Bookings: everything that fills a calendar, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from booking_app.pms.client.filters import Filter, IdField, IdsField, InstantField
from booking_app.pms.client.records import JsonObject

from .base import Resource

Kind = Literal["individual", "group", "block"]


class BookingFields:
    """What a list of bookings can be filtered by, besides the fields of every list."""

    appointment_type_id = IdField("appointment_type_id")
    business_id = IdField("business_id")
    practitioner_id = IdField("practitioner_id")
    patient_ids = IdsField("patient_ids")
    starts_at = InstantField("starts_at")
    ends_at = InstantField("ends_at")


@dataclass(frozen=True, kw_only=True)
class Booking:
    """An individual appointment, a group appointment or an unavailable block, under the id it has there."""

    id: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    created_at: datetime | None
    appointment_type_id: str | None
    business_id: str | None
    practitioner_id: str | None
    patient_id: str | None
    cancelled_at: datetime | None
    archived_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether it is neither cancelled nor archived."""
        return self.cancelled_at is None and self.archived_at is None

    @classmethod
    def from_json(cls, found: JsonObject) -> Booking:
        return cls(
            id=found.id(),
            kind=_kind(found),
            starts_at=found.instant("starts_at"),
            ends_at=found.instant("ends_at"),
            created_at=found.optional_instant("created_at"),
            appointment_type_id=found.reference("appointment_type"),
            business_id=found.reference("business"),
            practitioner_id=found.reference("practitioner"),
            patient_id=found.reference("patient"),
            cancelled_at=found.optional_instant("cancelled_at"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
        )


class BookingsResource(Resource):
    """Bookings; read-only."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[Booking, ...]:
        """Bookings that meet all filters; cancelled and archived ones only when a filter asks for them."""
        return self._many("/bookings", "bookings", Booking.from_json, where=where)

    def get(self, booking_id: str) -> Booking:
        """One booking; raises ClinikoNotFound."""
        return self._one("/bookings/{id}", Booking.from_json, ids={"id": booking_id})


def _kind(found: JsonObject) -> Kind:
    # The three come without a type; their members tell them apart.
    if found.holds("patient") or found.holds("patient_name"):
        return "individual"
    return "group" if found.holds("max_attendees") or found.holds("patient_ids") else "block"
