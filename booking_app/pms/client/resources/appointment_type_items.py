"""What an appointment type is billed with, in the newer accounts that allow several items each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class AppointmentTypeItem:
    """One billable item or product of an appointment type; the members besides the two references are not documented
    in full, so a missing quantity counts as one."""

    id: str
    appointment_type_id: str | None
    item_id: str | None
    quantity: Decimal

    @classmethod
    def of_billable_item(cls, found: JsonObject) -> AppointmentTypeItem:
        return cls._referring(found, "billable_item")

    @classmethod
    def of_product(cls, found: JsonObject) -> AppointmentTypeItem:
        return cls._referring(found, "product")

    @classmethod
    def _referring(cls, found: JsonObject, name: str) -> AppointmentTypeItem:
        quantity = found.optional_decimal("quantity")
        return cls(
            id=found.id(),
            appointment_type_id=found.reference("appointment_type"),
            item_id=found.reference(name),
            quantity=Decimal(1) if quantity is None else quantity,
        )


class AppointmentTypeBillableItemsResource(Resource):
    """Billable items of appointment types; an account without them answers 404 (ClinikoNotFound)."""

    def list(self) -> tuple[AppointmentTypeItem, ...]:
        """All of them, for every appointment type."""
        route = "/appointment_type_billable_items"
        return self._many(route, "appointment_type_billable_items", AppointmentTypeItem.of_billable_item)


class AppointmentTypeProductsResource(Resource):
    """Products of appointment types; an account without them answers 404 (ClinikoNotFound)."""

    def list(self) -> tuple[AppointmentTypeItem, ...]:
        """All of them, for every appointment type."""
        route = "/appointment_type_products"
        return self._many(route, "appointment_type_products", AppointmentTypeItem.of_product)
