"""Attendees: the patient's side of an appointment; forms, arrival and telehealth link hang on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.pms.client.filters import ARCHIVED_AT, CANCELLED_AT, Filter, IdField, query_of
from booking_app.pms.client.records import JsonObject

from .base import Resource
from .individual_appointments import IndividualAppointment


class AttendeeFields:
    """What a list of attendees can be filtered by, besides the fields of every list."""

    booking_id = IdField("booking_id")
    patient_id = IdField("patient_id")


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """An attendee. Its links let whoever holds them join or cancel without a login: treat them as secrets."""

    id: str
    booking_id: str | None
    patient_id: str | None
    arrived: bool | None
    cancelled_at: datetime | None
    archived_at: datetime | None
    telehealth_url: str = field(repr=False)
    cancellation_url: str = field(repr=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> Attendee:
        return cls(
            id=found.id(),
            booking_id=found.reference("booking"),
            patient_id=found.reference("patient"),
            arrived=found.flag("arrived"),
            cancelled_at=found.optional_instant("cancelled_at"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
            telehealth_url=found.optional_text("telehealth_url"),
            cancellation_url=found.optional_text("cancellation_url"),
        )


class AttendeesResource(Resource):
    """Attendees. Every individual appointment has one, which may appear a moment after the appointment."""

    def list(self, *, where: Iterable[Filter] = (), limit: int | None = None) -> tuple[Attendee, ...]:
        """Attendees that meet all filters; cancelled and archived ones only when a filter asks for them."""
        return self._many("/attendees", "attendees", Attendee.from_json, where=where, limit=limit)

    def of_appointment(self, appointment: IndividualAppointment) -> tuple[Attendee, ...]:
        """The attendees of an appointment, along the link Cliniko gave with it; empty while there are none yet."""
        if appointment.attendees_link is None:
            return self.list(where=[AttendeeFields.booking_id.equals(appointment.id)])
        route = "/individual_appointments/{id}/attendees"
        return self._linked(route, "attendees", Attendee.from_json, link=appointment.attendees_link)

    def get(self, attendee_id: str, *, hidden: bool = False) -> Attendee:
        """One attendee; with ``hidden`` also when it is cancelled or archived. Raises ClinikoNotFound."""
        where = (ARCHIVED_AT.any(), CANCELLED_AT.any()) if hidden else ()
        return self._one("/attendees/{id}", Attendee.from_json, ids={"id": attendee_id}, query=query_of(where))
