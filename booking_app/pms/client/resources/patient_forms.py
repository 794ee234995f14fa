"""Patient forms: intake answers and signatures, completed through the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.pms.client.filters import Filter, IdField, InstantField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class PatientFormFields:
    """What a list of patient forms can be filtered by, besides the fields of every list."""

    attendee_id = IdField("attendee_id")
    completed_at = InstantField("completed_at")
    patient_id = IdField("patient_id")


@dataclass(frozen=True, kw_only=True)
class PatientForm:
    """A form of a patient. ``url`` lets whoever holds it fill the form in: treat it as a secret."""

    id: str
    name: str
    completed_at: datetime | None
    created_at: datetime | None
    archived_at: datetime | None
    attendee_id: str | None
    booking_id: str | None
    patient_id: str | None
    signature_ids: tuple[str, ...]
    url: str = field(repr=False)
    content: Mapping[str, object] | None = field(repr=False, hash=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> PatientForm:
        return cls(
            id=found.id(),
            name=found.optional_text("name"),
            completed_at=found.optional_instant("completed_at"),
            created_at=found.optional_instant("created_at"),
            archived_at=found.optional_instant("archived_at"),
            attendee_id=found.reference("attendee"),
            booking_id=found.reference("booking"),
            patient_id=found.reference("patient"),
            signature_ids=found.references("signatures"),  # documented both as a list and as one reference
            url=found.optional_text("url"),
            content=found.optional_mapping("content"),
        )


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A stored signature; ``image`` is what was drawn, as Cliniko keeps it."""

    id: str
    created_at: datetime | None
    image: str = field(repr=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> Signature:
        return cls(id=found.id(), created_at=found.optional_instant("created_at"), image=found.text("image"))


class PatientFormsResource(Resource):
    """Patient forms. ``content`` is an object, never its JSON text, which Cliniko refuses with 422."""

    def list(
        self, *, where: Iterable[Filter] = (), sort: str | None = None, limit: int | None = None
    ) -> tuple[PatientForm, ...]:
        """Forms that meet all filters."""
        return self._many("/patient_forms", "patient_forms", PatientForm.from_json, where=where, sort=sort, limit=limit)

    def get(self, form_id: str) -> PatientForm:
        """One form; raises ClinikoNotFound."""
        return self._one("/patient_forms/{id}", PatientForm.from_json, ids={"id": form_id})

    def create(
        self,
        *,
        patient_id: str,
        name: str | None = None,
        content: Mapping[str, object] | None = None,
        template_id: str | None = None,
        attendee_id: str | None = None,
        completed: bool | None = None,
        email_to_patient_on_completion: bool | None = None,
        restricted_to_practitioner: bool | None = None,
    ) -> PatientForm:
        """Make a form, from a template or from a name and content of one's own; raises ValueError with neither.

        With ``completed`` required answers are enforced (422) and the form is finished at once. It is tied to a booking
        by the attendee's id, not by the appointment's.
        """
        if template_id is None and not name:
            raise ValueError("a form without a template needs a name")
        body = {
            "patient_id": patient_id,
            "patient_form_template_id": template_id,
            "name": name,
            "content": _checked(content),
            "attendee_id": attendee_id,
            "completed": completed,
            "email_to_patient_on_completion": email_to_patient_on_completion,
            "restricted_to_practitioner": restricted_to_practitioner,
        }
        return self._written("POST", "/patient_forms", PatientForm.from_json, body=body)

    def update(
        self,
        form_id: str,
        *,
        name: str | None = None,
        content: Mapping[str, object] | None = None,
        attendee_id: str | None = None,
        completed: bool | None = None,
    ) -> PatientForm:
        """Change what is given. Content replaces the whole tree; a stored signature is kept by its ``signature_id``."""
        body = {"name": name, "content": _checked(content), "attendee_id": attendee_id, "completed": completed}
        return self._written("PATCH", "/patient_forms/{id}", PatientForm.from_json, ids={"id": form_id}, body=body)

    def archive(self, form_id: str) -> None:
        """Archive a form."""
        self._commanded("POST", "/patient_forms/{id}/archive", ids={"id": form_id})

    def get_signature(self, signature_id: str, *, form_id: str) -> Signature:
        """A signature of a form; it can only be read below its form. Raises ClinikoNotFound."""
        route = "/patient_forms/{form_id}/signatures/{id}"
        return self._one(route, Signature.from_json, ids={"form_id": form_id, "id": signature_id})


def _checked(content: Mapping[str, object] | None) -> Mapping[str, object] | None:
    if content is not None and not isinstance(content, Mapping):
        raise ValueError("content is an object with sections, not text")
    return content
