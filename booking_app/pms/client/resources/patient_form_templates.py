"""Patient form templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.pms.client.filters import Filter
from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class PatientFormTemplate:
    """A template. Its sections and questions have no ids: they are told apart by place and name."""

    id: str
    name: str
    archived_at: datetime | None
    restricted_to_practitioner: bool
    content: Mapping[str, object] | None = field(repr=False, hash=False)

    @classmethod
    def from_json(cls, found: JsonObject) -> PatientFormTemplate:
        return cls(
            id=found.id(),
            name=found.optional_text("name"),
            archived_at=found.optional_instant("archived_at"),
            restricted_to_practitioner=found.is_true("restricted_to_practitioner"),
            content=found.optional_mapping("content"),
        )


class PatientFormTemplatesResource(Resource):
    """Patient form templates."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[PatientFormTemplate, ...]:
        """All templates that are not archived."""
        route = "/patient_form_templates"
        return self._many(route, "patient_form_templates", PatientFormTemplate.from_json, where=where)

    def get(self, template_id: str) -> PatientFormTemplate:
        """One template; raises ClinikoNotFound."""
        return self._one("/patient_form_templates/{id}", PatientFormTemplate.from_json, ids={"id": template_id})
