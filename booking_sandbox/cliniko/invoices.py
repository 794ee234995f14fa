"""Invoices and their lines: what Cliniko shows and lets nobody write through the API. No payment is shown anywhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import Forbidden
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, listing, one
from booking_sandbox.table import Record

STATUSES = {10: "Open", 20: "Paid", 30: "Closed", 40: "Open credit"}
MAY_NOT_READ = ("practitioner",)  # which roles may is not documented; one of them has to be refused


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """An invoice as Cliniko shows it: gross, net and tax as text, no balance, no payment, no due day."""
    own = row["id"]
    return {
        **{name: row[name] for name in ("id", "created_at", "updated_at", "archived_at", "number", "issue_date")},
        "deleted_at": row.get("deleted_at"),
        "status": row["status"],
        "status_description": STATUSES[row["status"]],
        "total_amount": row["total_amount"],
        "net_amount": row["net_amount"],
        "tax_amount": row["tax_amount"],
        "discounted_amount": row.get("discounted_amount", "0.0"),
        "closed_at": row.get("closed_at"),
        "invoice_to": row.get("invoice_to", ""),
        "patient_extra_information": row.get("patient_extra_information", ""),
        "notes": row.get("notes", ""),
        "online_payment_url": None,
        "patient": call.link("patients", row["patient_id"]),
        "business": call.link("businesses", row["business_id"]),
        **_if_there(call, "practitioner", "practitioners", row.get("practitioner_id")),
        **_if_there(call, "appointment", "individual_appointments", row.get("appointment_id")),
        "invoice_items": call.link("invoices", own, "invoice_items"),
        "links": {"self": call.url("invoices", own)},
    }


def present_item(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """A line; nothing links it to a tax, only name and rate as they were."""
    return {
        **{name: row[name] for name in ("id", "created_at", "updated_at", "archived_at", "name", "unit_price")},
        "deleted_at": row.get("deleted_at"),
        "code": row.get("code", ""),
        "quantity": row["quantity"],
        "net_price": row["net_price"],
        "discount_percentage": row.get("discount_percentage"),
        "discounted_amount": row.get("discounted_amount", "0.0"),
        "is_monetary_discount": row.get("is_monetary_discount", False),
        "concession_type_name": row.get("concession_type_name"),
        "tax_name": row.get("tax_name"),
        "tax_rate": row.get("tax_rate"),
        "tax_amount": row.get("tax_rate"),
        "total_including_tax": _total(call, row),
        "invoice": call.link("invoices", row["invoice_id"]),
        **_if_there(call, "billable_item", "billable_items", row.get("billable_item_id")),
        **_if_there(call, "product", "products", row.get("product_id")),
        "links": {"self": call.url("invoice_items", row["id"])},
    }


def _total(call: ClinikoCall, row: Record) -> float | str:
    amount = Decimal(row["total_including_tax"])
    return str(amount) if call.knobs.invoice_totals == "text" else float(amount)


def _if_there(call: ClinikoCall, name: str, table: str, record_id: str | None) -> dict[str, Any]:
    return {name: call.link(table, record_id)} if record_id else {}


_HIDDEN = {"archived_at": Kind.INSTANT, "deleted_at": Kind.INSTANT}
INVOICES = Noun(
    "invoices",
    present,
    {
        **_HIDDEN,
        **dict.fromkeys(("number", "status", "patient_id", "practitioner_id", "business_id"), Kind.NUMBER),
        "appointment_id": Kind.NUMBER,
        "issue_date": Kind.DATE,
    },
)
ITEMS = Noun("invoice_items", present_item, {**_HIDDEN, "invoice_id": Kind.NUMBER})


def _reading(call: ClinikoCall) -> None:
    user = call.table("users").get(call.user_id)
    if user is None or user["role"] in MAY_NOT_READ:
        raise Forbidden


def list_invoices(call: ClinikoCall) -> Response:
    """The account's invoices."""
    _reading(call)
    return listing(call, INVOICES)


def show_invoice(call: ClinikoCall) -> Response:
    """One invoice."""
    _reading(call)
    return one(call, INVOICES)


def list_items(call: ClinikoCall) -> Response:
    """The lines of every invoice, or of those that a filter names."""
    _reading(call)
    return listing(call, ITEMS)


def list_items_of(call: ClinikoCall) -> Response:
    """The lines of the invoice in the path."""
    _reading(call)
    own = call.args["id"]
    return listing(call, ITEMS, [row for row in call.table("invoice_items") if row["invoice_id"] == own])


def show_item(call: ClinikoCall) -> Response:
    """One line."""
    _reading(call)
    return one(call, ITEMS)


ROUTES = [
    ("GET", "/invoices", list_invoices),
    ("GET", "/invoices/<id>", show_invoice),
    ("GET", "/invoices/<id>/invoice_items", list_items_of),
    ("GET", "/invoice_items", list_items),
    ("GET", "/invoice_items/<id>", show_item),
]
