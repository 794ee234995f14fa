"""What a service costs: Cliniko keeps prices on the items that an appointment type is billed with."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from booking_app.pms.client import (
    AppointmentType,
    AppointmentTypeItem,
    ClinikoClient,
    ClinikoForbidden,
    ClinikoNotFound,
    ClinikoUnreadable,
)

T = TypeVar("T")
Quantities = dict[str, Decimal]  # item id -> how many


@dataclass(frozen=True)
class _Bill:
    """What one appointment type is billed with."""

    items: Quantities = field(default_factory=dict)
    products: Quantities = field(default_factory=dict)


def read_prices(client: ClinikoClient, types: Iterable[AppointmentType]) -> dict[str, Decimal]:
    """Price by appointment type id, without those whose price Cliniko does not tell in full.

    Newer accounts list several items a type; older ones, where that list is missing, refer to one of each.
    """
    bills = _bills(client, types)
    items = _amounts(lambda: client.billable_items.list(), lambda item: item.price, (b.items for b in bills.values()))
    products = _amounts(
        lambda: client.products.list(),
        lambda product: product.price_including_tax,
        (b.products for b in bills.values()),
    )
    totals = {type_id: _total(bill, items, products) for type_id, bill in bills.items()}
    return {type_id: total for type_id, total in totals.items() if total is not None}


def if_there(read: Callable[[], tuple[T, ...]]) -> tuple[T, ...] | None:
    """What is read, or None where this account or role has no such list (404, a web page, 403)."""
    try:
        return read()
    except (ClinikoNotFound, ClinikoForbidden, ClinikoUnreadable):
        return None


def _bills(client: ClinikoClient, types: Iterable[AppointmentType]) -> dict[str, _Bill]:
    listed = if_there(client.appointment_type_billable_items.list)
    # An account has both of the newer lists or neither.
    products = if_there(client.appointment_type_products.list) if listed is not None else None
    items_of, products_of = _by_type(listed or ()), _by_type(products or ())
    bills = {
        one.id: _Bill(
            items_of.get(one.id) or _single(one.billable_item_id), products_of.get(one.id) or _single(one.product_id)
        )
        for one in types
    }
    return {type_id: bill for type_id, bill in bills.items() if bill.items or bill.products}


def _by_type(listed: Iterable[AppointmentTypeItem]) -> dict[str, Quantities]:
    found: dict[str, Quantities] = defaultdict(lambda: defaultdict(Decimal))
    for one in listed:
        if one.appointment_type_id and one.item_id:
            found[one.appointment_type_id][one.item_id] += one.quantity
    return found


def _single(item_id: str | None) -> Quantities:
    return {item_id: Decimal(1)} if item_id else {}


def _amounts(
    read: Callable[[], tuple[T, ...]], amount: Callable[[T], Decimal | None], used: Iterable[Quantities]
) -> dict[str, Decimal]:
    """Amount by id, read only when anything is used."""
    if not any(used):
        return {}
    found = {one.id: amount(one) for one in if_there(read) or ()}  # type: ignore[attr-defined]
    return {item_id: price for item_id, price in found.items() if price is not None}


def _total(bill: _Bill, items: Mapping[str, Decimal], products: Mapping[str, Decimal]) -> Decimal | None:
    if not (bill.items.keys() <= items.keys() and bill.products.keys() <= products.keys()):
        return None
    parts = [items[one] * count for one, count in bill.items.items()]
    return sum([*parts, *(products[one] * count for one, count in bill.products.items())], Decimal(0))
