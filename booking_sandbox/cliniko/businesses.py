"""Businesses: the places where people are seen."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields
from booking_sandbox.cliniko.answers import as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.cliniko.zones import IDENTIFIERS, label_of
from booking_sandbox.table import Record

TEXTS = (
    TextField("additional_information", 5000),
    TextField("additional_invoice_information", 5000),
    *(
        TextField(name)
        for name in (
            "address_1",
            "address_2",
            "business_name",
            "business_registration_name",
            "business_registration_value",
            "city",
            "contact_information",
            "country_code",
            "display_name",
            "email_reply_to",
            "post_code",
            "state",
            "website_address",
        )
    ),
)
_COUNTRIES = {"AU": "Australia", "NZ": "New Zealand", "GB": "United Kingdom"}


def present(call: ClinikoCall, business: Record) -> dict[str, Any]:
    """A business as Cliniko shows it."""
    shown = {field.name: business.get(field.name, "") for field in TEXTS}
    return {
        **shown,
        "id": business["id"],
        "appointment_reminders_enabled": business.get("appointment_reminders_enabled", True),
        "appointment_type_ids": business.get("appointment_type_ids", []),
        "archived_at": business["archived_at"],
        "deleted_at": None,
        "created_at": business["created_at"],
        "updated_at": business["updated_at"],
        "country": _COUNTRIES.get(shown["country_code"], ""),
        "label": shown["display_name"] or shown["business_name"],
        "show_in_online_bookings": business.get("show_in_online_bookings", True),
        "time_zone": label_of(business["time_zone_identifier"]),
        "time_zone_identifier": business["time_zone_identifier"],
        "appointments": call.link("businesses", business["id"], "appointments"),
        "practitioners": call.link("businesses", business["id"], "practitioners"),
        "links": {"self": call.url("businesses", business["id"])},
    }


BUSINESSES = Noun(
    "businesses",
    present,
    {
        "archived_at": Kind.INSTANT,
        "deleted_at": Kind.INSTANT,
        "appointment_type_ids": Kind.LIST,
        "show_in_online_bookings": Kind.BOOLEAN,
    },
)


def create(call: ClinikoCall) -> Response:
    """Add a business."""
    values = _read(call)
    return created(call, BUSINESSES, call.new_record(**{"time_zone_identifier": str(call.account.zone), **values}))


def change(call: ClinikoCall) -> Response:
    """Change a business."""
    business = visible(call, BUSINESSES, call.args["id"])
    return replaced(call, BUSINESSES, call.changed(business, **_read(call)))


def unarchive(call: ClinikoCall) -> Response:
    """Bring an archived business back."""
    business = call.table("businesses").get(call.args["id"])
    if business is None:
        business = visible(call, BUSINESSES, call.args["id"])
    return as_json(present(call, call.table("businesses").put(call.changed(business, archived_at=None))))


def _read(call: ClinikoCall) -> dict[str, Any]:
    body, errors = call.body(), Errors()
    values: dict[str, Any] = dict(fields.texts(body, TEXTS, errors))
    flags = ("appointment_reminders_enabled", "show_in_online_bookings")
    values.update(fields.booleans(body, flags, errors))
    if "appointment_type_ids" in body:
        values["appointment_type_ids"] = [str(item) for item in body["appointment_type_ids"] or []]
    zone = IDENTIFIERS.get(body.get("time_zone", ""), body.get("time_zone_identifier"))
    if zone:
        values["time_zone_identifier"] = zone
    refuse_if(errors)
    return values


ROUTES = [
    *routes_of(BUSINESSES),
    ("POST", "/businesses", create),
    ("PATCH", "/businesses/<id>", change),
    ("POST", "/businesses/<id>/unarchive", unarchive),
]
