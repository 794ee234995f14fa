"""The lines of invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from booking_app.pms.client.filters import Filter, IdField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class InvoiceItemFields:
    """What a list of invoice items can be filtered by, besides the fields of every list."""

    invoice_id = IdField("invoice_id")


@dataclass(frozen=True, kw_only=True)
class InvoiceItem:
    """A line. ``total_including_tax``, a number or a text, is the only figure that surely sums to the invoice."""

    id: str
    name: str = field(repr=False)
    invoice_id: str | None
    billable_item_id: str | None
    product_id: str | None
    quantity: Decimal | None
    total_including_tax: Decimal | None
    tax_name: str
    tax_rate: Decimal | None
    updated_at: datetime | None
    archived_at: datetime | None

    @classmethod
    def from_json(cls, found: JsonObject) -> InvoiceItem:
        return cls(
            id=found.id(),
            name=found.optional_text("name"),
            invoice_id=found.reference("invoice"),
            billable_item_id=found.reference("billable_item"),
            product_id=found.reference("product"),
            quantity=found.optional_decimal("quantity"),
            total_including_tax=found.optional_decimal("total_including_tax"),
            tax_name=found.optional_text("tax_name"),
            tax_rate=found.optional_decimal("tax_rate"),
            updated_at=found.optional_instant("updated_at"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
        )


class InvoiceItemsResource(Resource):
    """Lines of invoices; read-only."""

    def list(self, *, where: Iterable[Filter] = (), sort: str | None = None) -> tuple[InvoiceItem, ...]:
        """Lines that meet all filters; archived and deleted ones only when a filter asks for them."""
        return self._many("/invoice_items", "invoice_items", InvoiceItem.from_json, where=where, sort=sort)
