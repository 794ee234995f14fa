"""Products that may come with an appointment type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from booking_app.pms.client.filters import Filter
from booking_app.pms.client.records import JsonObject

from .base import Resource


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product with both of its prices."""

    id: str
    name: str
    item_code: str
    price_ex_tax: Decimal | None
    price_including_tax: Decimal | None
    tax_id: str | None

    @classmethod
    def from_json(cls, found: JsonObject) -> Product:
        return cls(
            id=found.id(),
            name=found.optional_text("name"),
            item_code=found.optional_text("item_code"),
            price_ex_tax=found.optional_decimal("price_ex_tax"),
            price_including_tax=found.optional_decimal("price_including_tax"),
            tax_id=found.reference("tax"),
        )


class ProductsResource(Resource):
    """Products."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[Product, ...]:
        """All products that are not archived."""
        return self._many("/products", "products", Product.from_json, where=where)

    def get(self, product_id: str) -> Product:
        """One product; raises ClinikoNotFound."""
        return self._one("/products/{id}", Product.from_json, ids={"id": product_id})
