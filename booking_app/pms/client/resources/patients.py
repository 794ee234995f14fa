"""Patients: reading them, finding the record that stands for one today, and writing documented fields only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Unpack

from booking_app.pms.client.errors import ClinikoNotFound, ClinikoUnreadable
from booking_app.pms.client.filters import ARCHIVED_AT, ID, DayField, Filter, TextField, query_of
from booking_app.pms.client.records import JsonObject

from .base import Resource
from .patient_writing import PatientMembers, PhoneNumber, patient_body

MOST_MERGES = 5
ADDRESS_MEMBERS = ("address_1", "address_2", "address_3", "city", "state", "post_code", "country")


class PatientFields:
    """What a list of patients can be filtered by, besides the fields of every list; there is no filter on phones."""

    date_of_birth = DayField("date_of_birth")
    email = TextField("email")
    first_name = TextField("first_name")
    last_name = TextField("last_name")
    old_reference_id = TextField("old_reference_id")
    preferred_first_name = TextField("preferred_first_name")


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A patient. Only the id appears in repr."""

    id: str
    archived_at: datetime | None
    merged_at: datetime | None
    merged_into_id: str | None
    created_at: datetime | None
    updated_at: datetime | None
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    preferred_first_name: str = field(repr=False)
    email: str = field(repr=False)
    date_of_birth: date | None = field(repr=False)
    phone_numbers: tuple[PhoneNumber, ...] = field(repr=False)
    old_reference_id: str = field(repr=False)
    reminder_type: str = field(repr=False)
    time_zone: str = field(repr=False)
    notes: str = field(repr=False)
    accepted_privacy_policy: bool | None = field(repr=False)
    accepted_email_marketing: bool | None = field(repr=False)
    accepted_sms_marketing: bool | None = field(repr=False)
    custom_fields: Mapping[str, object] | None = field(repr=False, hash=False)
    address: Mapping[str, str] = field(repr=False, hash=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> Patient:
        return cls(
            id=found.id(),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
            merged_at=found.optional_instant("merged_at"),
            merged_into_id=found.reference("merged_with_patient"),
            created_at=found.optional_instant("created_at"),
            updated_at=found.optional_instant("updated_at"),
            first_name=found.optional_text("first_name"),
            last_name=found.optional_text("last_name"),
            preferred_first_name=found.optional_text("preferred_first_name"),
            email=found.optional_text("email"),
            date_of_birth=found.optional_day("date_of_birth"),
            phone_numbers=tuple(PhoneNumber.from_json(one) for one in found.nested_list("patient_phone_numbers")),
            old_reference_id=found.optional_text("old_reference_id"),
            reminder_type=found.optional_text("reminder_type"),
            time_zone=found.optional_text("time_zone"),
            notes=found.optional_text("notes"),
            accepted_privacy_policy=found.flag("accepted_privacy_policy"),
            accepted_email_marketing=found.flag("accepted_email_marketing"),
            accepted_sms_marketing=found.flag("accepted_sms_marketing"),
            custom_fields=found.optional_mapping("custom_fields"),
            address={name: found.optional_text(name) for name in ADDRESS_MEMBERS},
        )


class PatientsResource(Resource):
    """Patients. Nothing in Cliniko stops duplicates: two creations make two patients."""

    def list(
        self, *, where: Iterable[Filter] = (), sort: str | None = None, limit: int | None = None
    ) -> tuple[Patient, ...]:
        """Patients that meet all filters; archived ones only when a filter asks for them."""
        return self._many("/patients", "patients", Patient.from_json, where=where, sort=sort, limit=limit)

    def get(self, patient_id: str, *, hidden: bool = False) -> Patient:
        """One patient; with ``hidden`` also when archived. Raises ClinikoNotFound."""
        where = (ARCHIVED_AT.any(),) if hidden else ()
        return self._one("/patients/{id}", Patient.from_json, ids={"id": patient_id}, query=query_of(where))

    def get_current(self, patient_id: str) -> Patient:
        """The record that stands for a stored id today, merges followed. It may still be archived: see ``archived_at``.

        The loser of a merge is archived and refers to the winner, and winners may lose later. Raises ClinikoNotFound
        when there is no such record, and ClinikoUnreadable when merges lead in a circle or on without end.
        """
        seen: set[str] = set()
        next_id = patient_id
        while next_id not in seen and len(seen) <= MOST_MERGES:
            seen.add(next_id)
            patient = self._get_hidden(next_id)
            if patient.merged_into_id is None:
                return patient
            next_id = patient.merged_into_id
        raise ClinikoUnreadable("GET /patients/{id}: merged patients lead in a circle")

    def create(self, **members: Unpack[PatientMembers]) -> Patient:
        """Make a patient; ``first_name`` and ``last_name`` are required. Members that are not documented as writable
        raise ValueError; see PatientMembers for what may be given."""
        body = patient_body(members)
        if not (body.get("first_name") and body.get("last_name")):
            raise ValueError("a patient needs first_name and last_name")
        return self._written("POST", "/patients", Patient.from_json, body=body)

    def update(self, patient_id: str, **members: Unpack[PatientMembers]) -> Patient:
        """Change what is given. A list of phone numbers is taken to replace the old one, so send all of them."""
        body = patient_body(members)
        return self._written("PATCH", "/patients/{id}", Patient.from_json, ids={"id": patient_id}, body=body)

    def archive(self, patient_id: str) -> None:
        """Archive a patient."""
        self._commanded("POST", "/patients/{id}/archive", ids={"id": patient_id})

    def _get_hidden(self, patient_id: str) -> Patient:
        try:
            return self.get(patient_id, hidden=True)
        except ClinikoNotFound:
            # Whether a filter reveals an archived record under its own address is not certain; in the list it does.
            found = self.list(where=[ID.equals(patient_id), ARCHIVED_AT.any()], limit=1)
            if not found:
                raise
            return found[0]
