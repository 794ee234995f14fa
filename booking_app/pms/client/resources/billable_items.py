"""Billable items: where the price of an appointment type stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from booking_app.pms.client.filters import Filter
from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class BillableItem:
    """A billable item; whether tax comes on top of ``price`` is told by the tax it refers to."""

    id: str
    name: str
    item_code: str
    item_type: str
    price: Decimal | None
    tax_id: str | None

    @classmethod
    def from_json(cls, found: JsonObject) -> BillableItem:
        return cls(
            id=found.id(),
            name=found.optional_text("name"),
            item_code=found.optional_text("item_code"),
            item_type=found.optional_text("item_type"),
            price=found.optional_decimal("price"),
            tax_id=found.reference("tax"),
        )


class BillableItemsResource(Resource):
    """Billable items."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[BillableItem, ...]:
        """All billable items that are not archived."""
        return self._many("/billable_items", "billable_items", BillableItem.from_json, where=where)

    def get(self, billable_item_id: str) -> BillableItem:
        """One billable item; raises ClinikoNotFound."""
        return self._one("/billable_items/{id}", BillableItem.from_json, ids={"id": billable_item_id})
