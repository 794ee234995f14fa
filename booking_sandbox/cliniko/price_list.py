"""What things cost: billable items, products, taxes, and their joins to appointment types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields
from booking_sandbox.cliniko.answers import NOT_A_NUMBER, no_content
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, Present, created, referred, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record

Read = Callable[[ClinikoCall, Mapping[str, Any], Errors], dict[str, Any]]
_ITEM = (
    TextField("name", 255, required=True),
    TextField("item_code", 100),
    TextField("item_type", choices=("Product", "Service", "Other"), required=True),
)
_PRODUCT = (
    TextField("name", 255, required=True),
    TextField("item_code", 100),
    TextField("serial_number", 255),
    TextField("product_supplier_name"),
    TextField("notes"),
)


def _times(row: Record) -> dict[str, Any]:
    return {"id": row["id"], "created_at": row["created_at"], "updated_at": row["updated_at"]}


def _item(call: ClinikoCall, row: Record) -> dict[str, Any]:
    return {
        **_times(row),
        "archived_at": row["archived_at"],
        "item_code": row.get("item_code", ""),
        "item_type": row["item_type"],
        "name": row["name"],
        "price": row["price"],
        "tax": call.link("taxes", row.get("tax_id")),
        "links": {"self": call.url("billable_items", row["id"])},
    }


def _product(call: ClinikoCall, row: Record) -> dict[str, Any]:
    return {
        **_times(row),
        "archived_at": row["archived_at"],
        "name": row["name"],
        **{name: row.get(name, "") for name in ("item_code", "serial_number", "notes", "product_supplier_name")},
        "cost_price": row.get("cost_price"),
        "price_ex_tax": row["price"],
        "price_including_tax": row["price"],
        "product_supplier": None,
        "stock_level": row.get("stock_level", 0),
        "tax": call.link("taxes", row.get("tax_id")),
        "links": {"self": call.url("products", row["id"])},
    }


def _tax(call: ClinikoCall, row: Record) -> dict[str, Any]:
    return {
        **_times(row),
        "name": row["name"],
        "amount": row["rate"],
        "rate": row["rate"],
        "links": {"self": call.url("taxes", row["id"])},
    }


def _join(name: str) -> Present:
    def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
        return {
            **_times(row),
            "appointment_type": call.link("appointment_types", row["appointment_type_id"]),
            name: call.link(f"{name}s", row[f"{name}_id"]),
            "quantity": row.get("quantity", 1),
            "discount_percentage": row.get("discount_percentage"),
            "discounted_amount": None,
            "is_monetary_discount": False,
            "links": {"self": call.url(f"appointment_type_{name}s", row["id"])},
        }

    return present


def _read_item(call: ClinikoCall, body: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields.texts(body, _ITEM, errors))
    return {**values, **fields.price(body, "price", errors), **_tax_id(body)}


def _read_product(call: ClinikoCall, body: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields.texts(body, _PRODUCT, errors))
    values.update(fields.integer(body, "stock_level", errors, least=-4_000_000_000, most=4_000_000_000))
    return {
        **values,
        **fields.price(body, "price", errors),
        **fields.price(body, "cost_price", errors),
        **_tax_id(body),
    }


def _tax_id(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"tax_id": str(body["tax_id"])} if body.get("tax_id") else {}


def _read_join(name: str) -> Read:
    def read(call: ClinikoCall, body: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
        values = dict(fields.integer(body, "quantity", errors, least=1, most=1000))
        both: dict[str, Any] = {
            f"{part}_id": referred(call, body, part, f"{part}s", errors)
            for part in ("appointment_type", name)
            if call.request.method == "POST" or f"{part}_id" in body
        }
        return {**values, **both}

    return read


def _writes(
    noun: Noun, read: Read, required: tuple[str, ...]
) -> list[tuple[str, str, Callable[[ClinikoCall], Response]]]:
    def create(call: ClinikoCall) -> Response:
        body, errors = call.body(), Errors()
        fields.require(body, required, errors)
        values = read(call, body, errors)
        if "price" in required and "price" not in values:
            errors.setdefault("price", NOT_A_NUMBER)
        refuse_if(errors)
        return created(call, noun, call.new_record(**values))

    def change(call: ClinikoCall) -> Response:
        row, errors = visible(call, noun, call.args["id"]), Errors()
        values = read(call, call.body(), errors)
        refuse_if(errors)
        return replaced(call, noun, call.changed(row, **values))

    return [("POST", f"/{noun.table}", create), ("PATCH", f"/{noun.table}/<id>", change)]


def _remove(noun: Noun) -> Callable[[ClinikoCall], Response]:
    def handler(call: ClinikoCall) -> Response:
        call.table(noun.table).remove(visible(call, noun, call.args["id"])["id"])
        return no_content()

    return handler


_ARCHIVED = {"archived_at": Kind.INSTANT}
_BY_TYPE = {"appointment_type_id": Kind.NUMBER}
ITEMS = Noun("billable_items", _item, _ARCHIVED)
PRODUCTS = Noun("products", _product, {**_ARCHIVED, "name": Kind.TEXT, "tax_id": Kind.NUMBER})
TAXES = Noun("taxes", _tax)
TYPE_ITEMS = Noun(
    "appointment_type_billable_items", _join("billable_item"), {**_BY_TYPE, "billable_item_id": Kind.NUMBER}
)
TYPE_PRODUCTS = Noun("appointment_type_products", _join("product"), {**_BY_TYPE, "product_id": Kind.NUMBER})

ROUTES = [
    *routes_of(ITEMS),
    *_writes(ITEMS, _read_item, ("name", "item_type", "price")),
    *routes_of(PRODUCTS),
    *_writes(PRODUCTS, _read_product, ("name", "price")),
    *routes_of(TAXES, archivable=False),
    *routes_of(TYPE_ITEMS, archivable=False),
    *_writes(TYPE_ITEMS, _read_join("billable_item"), ()),
    ("DELETE", "/appointment_type_billable_items/<id>", _remove(TYPE_ITEMS)),
    *routes_of(TYPE_PRODUCTS, archivable=False),
    *_writes(TYPE_PRODUCTS, _read_join("product"), ()),
    ("DELETE", "/appointment_type_products/<id>", _remove(TYPE_PRODUCTS)),
]
