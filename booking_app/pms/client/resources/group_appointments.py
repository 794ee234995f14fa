"""Group appointments: a class or session with places, each taken by an attendee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from booking_app.pms.client.filters import ARCHIVED_AT, Filter, IdField, IdsField, InstantField, query_of
from booking_app.pms.client.records import JsonObject

from .base import Resource


class GroupAppointmentFields:
    """What a list of group appointments can be filtered by, besides the fields of every list."""

    appointment_type_id = IdField("appointment_type_id")
    business_id = IdField("business_id")
    practitioner_id = IdField("practitioner_id")
    patient_ids = IdsField("patient_ids")
    starts_at = InstantField("starts_at")
    ends_at = InstantField("ends_at")


@dataclass(frozen=True, kw_only=True)
class GroupAppointment:
    """A group appointment. Who is in it is told by its attendees: whether ``patient_ids`` names those who have
    cancelled is not documented."""

    id: str
    starts_at: datetime
    ends_at: datetime
    updated_at: datetime | None
    max_attendees: int
    patient_ids: tuple[str, ...]
    appointment_type_id: str | None
    business_id: str | None
    practitioner_id: str | None
    archived_at: datetime | None

    @classmethod
    def from_json(cls, found: JsonObject) -> GroupAppointment:
        return cls(
            id=found.id(),
            starts_at=found.instant("starts_at"),
            ends_at=found.instant("ends_at"),
            updated_at=found.optional_instant("updated_at"),
            max_attendees=found.optional_integer("max_attendees") or 0,
            patient_ids=found.ids("patient_ids"),
            appointment_type_id=found.reference("appointment_type"),
            business_id=found.reference("business"),
            practitioner_id=found.reference("practitioner"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
        )


class GroupAppointmentsResource(Resource):
    """Group appointments; read only here. Cliniko never cancels one: it is archived, or its attendees cancel."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[GroupAppointment, ...]:
        """Group appointments that meet all filters; archived ones only when a filter asks for them."""
        return self._many("/group_appointments", "group_appointments", GroupAppointment.from_json, where=where)

    def get(self, group_id: str, *, hidden: bool = False) -> GroupAppointment:
        """One group appointment; with ``hidden`` also when it is archived. Raises ClinikoNotFound."""
        where = (ARCHIVED_AT.any(),) if hidden else ()
        return self._one(
            "/group_appointments/{id}", GroupAppointment.from_json, ids={"id": group_id}, query=query_of(where)
        )
