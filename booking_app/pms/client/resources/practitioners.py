"""Practitioners. Their ids differ from user ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from booking_app.pms.client.filters import Filter, FlagField, IdField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class PractitionerFields:
    """What a list of practitioners can be filtered by, besides the fields of every list."""

    show_in_online_bookings = FlagField("show_in_online_bookings")
    user_id = IdField("user_id")


@dataclass(frozen=True, kw_only=True)
class Practitioner:
    """A practitioner; photos and specialities are not in the API beyond ``description``."""

    id: str
    is_active: bool
    title: str
    first_name: str
    last_name: str
    display_name: str
    label: str
    designation: str
    description: str
    show_in_online_bookings: bool
    user_id: str | None
    default_appointment_type_id: str | None

    @property
    def name(self) -> str:
        """The name to show: the display name where there is one."""
        return self.display_name or self.label or f"{self.first_name} {self.last_name}".strip()

    @classmethod
    def from_json(cls, found: JsonObject) -> Practitioner:
        return cls(
            id=found.id(),
            is_active=found.flag("active") is not False,
            title=found.optional_text("title"),
            first_name=found.optional_text("first_name"),
            last_name=found.optional_text("last_name"),
            display_name=found.optional_text("display_name"),
            label=found.optional_text("label"),
            designation=found.optional_text("designation"),
            description=found.optional_text("description"),
            show_in_online_bookings=found.is_true("show_in_online_bookings"),
            user_id=found.reference("user"),
            default_appointment_type_id=found.reference("default_appointment_type"),
        )


class PractitionersResource(Resource):
    """Practitioners; read-only."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[Practitioner, ...]:
        """All active practitioners."""
        return self._many("/practitioners", "practitioners", Practitioner.from_json, where=where)

    def get(self, practitioner_id: str) -> Practitioner:
        """One practitioner; raises ClinikoNotFound."""
        return self._one("/practitioners/{id}", Practitioner.from_json, ids={"id": practitioner_id})
