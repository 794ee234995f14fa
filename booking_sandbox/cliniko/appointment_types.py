"""Appointment types: what can be booked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields
from booking_sandbox.cliniko.answers import NOT_INCLUDED
from booking_sandbox.cliniko.context import ClinikoCall, Link
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, listing, refuse_if, replaced, routes_of, visible
from booking_sandbox.cliniko.practitioners import PRACTITIONERS
from booking_sandbox.table import Record

LEAD_HOURS = (0, 1, 2, 4, 12, 18, 24, 48, 72, 168, 336, 504, 672)
_TEXTS = (
    TextField("name", 255, required=True),
    TextField("category"),
    TextField("description"),
    TextField("color", pattern=re.compile(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")),
    TextField("online_payments_mode", choices=("deposit_required", "optional", "required")),
)
_FLAGS = ("add_deposit_to_account_credit", "show_in_online_bookings", "telehealth_enabled")
_TEMPLATES = ("appointment_confirmation_template_ids", "appointment_reminder_template_ids")
_DEFAULTS: dict[str, Any] = {
    "add_deposit_to_account_credit": False,
    "category": None,
    "color": "#3f8cb5",
    "deposit_price": None,
    "description": "",
    "duration_in_minutes": 30,
    "max_attendees": 1,
    "online_bookings_lead_time_hours": None,
    "online_payments_mode": None,
    "show_in_online_bookings": True,
    "telehealth_enabled": False,
    "appointment_confirmation_template_ids": [],
    "appointment_reminder_template_ids": [],
}


def present(call: ClinikoCall, kind: Record) -> dict[str, Any]:
    """An appointment type as Cliniko shows it."""
    return {
        **{name: kind.get(name, default) for name, default in _DEFAULTS.items()},
        "id": kind["id"],
        "name": kind["name"],
        "archived_at": kind["archived_at"],
        "created_at": kind["created_at"],
        "updated_at": kind["updated_at"],
        "online_payments_enabled": kind.get("online_payments_mode") is not None,
        "billable_item": _first_item(call, kind, "billable_item"),
        "product": _first_item(call, kind, "product"),
        "appointment_type_billable_items": _items(call, kind, "appointment_type_billable_items"),
        "appointment_type_products": _items(call, kind, "appointment_type_products"),
        "practitioners": _practitioners(call, kind),
        "treatment_note_template": call.link("treatment_note_templates", kind.get("treatment_note_template_id")),
        "links": {"self": call.url("appointment_types", kind["id"])},
    }


def _items(call: ClinikoCall, kind: Record, resource: str) -> Link:
    return call.filter_link(resource, f"appointment_type_id:={kind['id']}")


def _first_item(call: ClinikoCall, kind: Record, name: str) -> Link | None:
    for join in call.table(f"appointment_type_{name}s"):
        if join["appointment_type_id"] == kind["id"]:
            return call.link(f"{name}s", join[f"{name}_id"])
    return None


def _practitioners(call: ClinikoCall, kind: Record) -> Link | None:
    if call.knobs.practitioners_link == "flat":
        return call.filter_link("practitioners", f"appointment_type_id:={kind['id']}")
    return call.link("appointment_types", kind["id"], "practitioners")


APPOINTMENT_TYPES = Noun(
    "appointment_types",
    present,
    {
        "archived_at": Kind.INSTANT,
        "category": Kind.TEXT,
        "online_payments_mode": Kind.TEXT,
        "show_in_online_bookings": Kind.BOOLEAN,
        "appointment_confirmation_template_ids": Kind.LIST,
        "appointment_reminder_template_ids": Kind.LIST,
    },
)


def of_practitioner(call: ClinikoCall) -> Response:
    """The types one practitioner offers."""
    person = visible(call, PRACTITIONERS, call.args["id"])
    rows = [kind for kind in call.table("appointment_types") if kind["id"] in person["appointment_type_ids"]]
    return listing(call, APPOINTMENT_TYPES, rows)


def create(call: ClinikoCall) -> Response:
    """Add an appointment type, and offer it where and by whom the body says."""
    body, errors = call.body(), Errors()
    fields.require(body, ("name",), errors)
    values = _read(body, errors)
    refuse_if(errors)
    kind = call.new_record(**{**_DEFAULTS, **values})
    _offer(call, kind["id"], body)
    return created(call, APPOINTMENT_TYPES, kind)


def change(call: ClinikoCall) -> Response:
    """Change an appointment type."""
    kind = visible(call, APPOINTMENT_TYPES, call.args["id"])
    body, errors = call.body(), Errors()
    values = _read(body, errors)
    refuse_if(errors)
    _offer(call, kind["id"], body)
    return replaced(call, APPOINTMENT_TYPES, call.changed(kind, **values))


def _read(body: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields.texts(body, _TEXTS, errors))
    values.update(fields.booleans(body, _FLAGS, errors))
    values.update(fields.integer(body, "duration_in_minutes", errors, least=0, most=1440))
    values.update(fields.integer(body, "max_attendees", errors, least=0, most=100))
    values.update(fields.price(body, "deposit_price", errors))
    for name in ("category", "online_payments_mode"):
        if values.get(name) == "":
            values[name] = None
    lead = body.get("online_bookings_lead_time_hours")
    if "online_bookings_lead_time_hours" in body:
        if lead is not None and lead not in LEAD_HOURS:
            errors["online_bookings_lead_time_hours"] = NOT_INCLUDED
        values["online_bookings_lead_time_hours"] = lead
    for name in _TEMPLATES:
        if name in body:
            values[name] = [str(item) for item in body[name] or []]
    return values


def _offer(call: ClinikoCall, type_id: str, body: Mapping[str, Any]) -> None:
    for member, table in (("business_ids", "businesses"), ("practitioner_ids", "practitioners")):
        if member not in body:
            continue
        chosen = {str(item) for item in body[member] or []}
        for row in call.table(table):
            offered = [other for other in row.get("appointment_type_ids", []) if other != type_id]
            wanted = [*offered, type_id] if row["id"] in chosen else offered
            if wanted != row.get("appointment_type_ids", []):
                call.table(table).put(call.changed(row, appointment_type_ids=wanted))


ROUTES = [
    *routes_of(APPOINTMENT_TYPES),
    ("POST", "/appointment_types", create),
    ("PATCH", "/appointment_types/<id>", change),
    ("GET", "/practitioners/<id>/appointment_types", of_practitioner),
]
