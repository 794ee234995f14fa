"""Services: which practitioners offer which appointment type at which business."""

from __future__ import annotations

from dataclasses import dataclass

from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class Service:
    """One row of the join. It has no id, and a missing reference makes it a row that joins nothing."""

    business_id: str | None
    appointment_type_id: str | None
    practitioner_ids: tuple[str, ...]

    @classmethod
    def from_json(cls, found: JsonObject) -> Service:
        return cls(
            business_id=found.reference("business"),
            appointment_type_id=found.reference("appointment_type"),
            practitioner_ids=found.references("practitioners"),
        )


class ServicesResource(Resource):
    """Services; read-only, without filters. Whether hidden items are left out is not documented: check the flags."""

    def list(self) -> tuple[Service, ...]:
        """The whole join."""
        return self._many("/services", "services", Service.from_json)
