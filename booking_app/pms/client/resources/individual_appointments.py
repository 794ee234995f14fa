"""Individual appointments: one patient, one practitioner, one time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from booking_app.pms.client.errors import ClinikoUnreadable
from booking_app.pms.client.filters import ARCHIVED_AT, CANCELLED_AT, Filter, IdField, InstantField, query_of
from booking_app.pms.client.records import JsonObject

from .base import Resource

_ROUTE = "/individual_appointments"


class CancellationReason(IntEnum):
    """Why an appointment was cancelled; Cliniko demands one."""

    FEELING_BETTER = 10
    CONDITION_WORSE = 20
    SICK = 30
    COVID_19 = 31
    AWAY = 40
    OTHER = 50
    WORK = 60


class IndividualAppointmentFields:
    """What a list of individual appointments can be filtered by, besides the fields of every list."""

    appointment_type_id = IdField("appointment_type_id")
    business_id = IdField("business_id")
    patient_id = IdField("patient_id")
    practitioner_id = IdField("practitioner_id")
    starts_at = InstantField("starts_at")
    ends_at = InstantField("ends_at")


@dataclass(frozen=True, kw_only=True)
class IndividualAppointment:
    """An appointment. ``telehealth_url`` is the practitioner's link and is set even where telehealth is off."""

    id: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime | None
    updated_at: datetime | None
    appointment_type_id: str | None
    business_id: str | None
    practitioner_id: str | None
    patient_id: str | None
    cancelled_at: datetime | None
    cancellation_reason: int | None
    archived_at: datetime | None
    did_not_arrive: bool | None
    patient_arrived: bool | None
    attendees_link: str | None = field(repr=False)
    notes: str = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Whether it is neither cancelled nor archived."""
        return self.cancelled_at is None and self.archived_at is None

    @classmethod
    def from_json(cls, found: JsonObject) -> IndividualAppointment:
        return cls(
            id=found.id(),
            starts_at=found.instant("starts_at"),
            ends_at=found.instant("ends_at"),
            created_at=found.optional_instant("created_at"),
            updated_at=found.optional_instant("updated_at"),
            appointment_type_id=found.reference("appointment_type"),
            business_id=found.reference("business"),
            practitioner_id=found.reference("practitioner"),
            patient_id=found.reference("patient"),
            cancelled_at=found.optional_instant("cancelled_at"),
            cancellation_reason=found.optional_integer("cancellation_reason"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
            did_not_arrive=found.flag("did_not_arrive"),
            patient_arrived=found.flag("patient_arrived"),
            attendees_link=found.link("attendees"),
            notes=found.optional_text("notes"),
        )


class IndividualAppointmentsResource(Resource):
    """Individual appointments. Cliniko enforces neither availability nor notice on a write: overlaps are allowed."""

    def list(
        self, *, where: Iterable[Filter] = (), sort: str | None = None, limit: int | None = None
    ) -> tuple[IndividualAppointment, ...]:
        """Appointments that meet all filters; cancelled and archived ones only when a filter asks for them."""
        return self._many(
            _ROUTE, "individual_appointments", IndividualAppointment.from_json, where=where, sort=sort, limit=limit
        )

    def get(self, appointment_id: str, *, hidden: bool = False) -> IndividualAppointment:
        """One appointment; with ``hidden`` also when it is cancelled or archived. Raises ClinikoNotFound."""
        where = (ARCHIVED_AT.any(), CANCELLED_AT.any()) if hidden else ()
        return self._one(
            _ROUTE + "/{id}", IndividualAppointment.from_json, ids={"id": appointment_id}, query=query_of(where)
        )

    def create(
        self,
        *,
        patient_id: str,
        practitioner_id: str,
        appointment_type_id: str,
        business_id: str,
        starts_at: datetime,
        ends_at: datetime | None = None,
        notes: str | None = None,
    ) -> IndividualAppointment:
        """Make an appointment; without ``ends_at`` it lasts as long as its type.

        Cliniko takes it even if the time is taken, so read ``conflicts`` afterwards. After an unknown outcome it is
        found again, if it was made, by patient and start.
        """
        body = {
            "patient_id": patient_id,
            "practitioner_id": practitioner_id,
            "appointment_type_id": appointment_type_id,
            "business_id": business_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "notes": notes,
        }
        return self._written("POST", _ROUTE, IndividualAppointment.from_json, body=body)

    def update(
        self,
        appointment_id: str,
        *,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        practitioner_id: str | None = None,
        appointment_type_id: str | None = None,
        business_id: str | None = None,
        notes: str | None = None,
    ) -> IndividualAppointment:
        """Change what is given. A start moves only together with its end: whether the end would follow is undocumented,
        so one without the other raises ValueError."""
        if (starts_at is None) != (ends_at is None):
            raise ValueError("starts_at and ends_at are changed together")
        body = {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "practitioner_id": practitioner_id,
            "appointment_type_id": appointment_type_id,
            "business_id": business_id,
            "notes": notes,
        }
        return self._written(
            "PATCH", _ROUTE + "/{id}", IndividualAppointment.from_json, ids={"id": appointment_id}, body=body
        )

    def cancel(self, appointment_id: str, *, reason: CancellationReason, note: str | None = None) -> None:
        """Cancel it, which keeps its history and frees the time; there is no way back. Repeats are left alone."""
        body = {"cancellation_reason": int(reason), "cancellation_note": note}
        self._commanded("PATCH", _ROUTE + "/{id}/cancel", ids={"id": appointment_id}, body=body)

    def archive(self, appointment_id: str) -> None:
        """Archive it, as if it had never been made; there is no way back."""
        self._commanded("POST", _ROUTE + "/{id}/archive", ids={"id": appointment_id})

    def conflicts(self, appointment_id: str) -> bool:
        """Whether anything overlaps it in the practitioner's calendar."""
        return self._one(_ROUTE + "/{id}/conflicts", _conflicts_exist, ids={"id": appointment_id})


def _conflicts_exist(found: JsonObject) -> bool:
    exist = found.nested("conflicts").flag("exist")
    if exist is None:  # "nobody knows" must not pass for "no conflict"
        raise ClinikoUnreadable(f"{found.path}.conflicts.exist is missing")
    return exist
