"""Attendees: the patient's side of an appointment; forms, arrival and telehealth link hang on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.pms.client.filters import ARCHIVED_AT, CANCELLED_AT, Filter, IdField, query_of
from booking_app.pms.client.records import JsonObject

from .base import Resource
from .individual_appointments import CancellationReason, IndividualAppointment


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
    notes: str = field(repr=False)
    created_at: datetime | None
    updated_at: datetime | None
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
            notes=found.optional_text("notes"),
            created_at=found.optional_instant("created_at"),
            updated_at=found.optional_instant("updated_at"),
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

    def create(self, *, booking_id: str, patient_id: str, notes: str | None = None) -> Attendee:
        """Give a patient a place in a group appointment, whose id is ``booking_id``.

        Whether Cliniko refuses that where the group is full is not documented, so look at its attendees afterwards.
        After an unknown outcome it is found again, if it was made, by booking and patient.
        """
        body = {"booking_id": booking_id, "patient_id": patient_id, "notes": notes}
        return self._written("POST", "/attendees", Attendee.from_json, body=body)

    def cancel(self, attendee_id: str, *, reason: CancellationReason, note: str | None = None) -> None:
        """Give up a place in a group appointment; an individual appointment is cancelled itself. No way back."""
        body = {"cancellation_reason": int(reason), "cancellation_note": note}
        self._commanded("PATCH", "/attendees/{id}/cancel", ids={"id": attendee_id}, body=body)

    def archive(self, attendee_id: str) -> None:
        """Archive it, as if the place had never been taken; there is no way back."""
        self._commanded("POST", "/attendees/{id}/archive", ids={"id": attendee_id})
