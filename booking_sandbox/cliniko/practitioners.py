"""Practitioners, active and inactive, of everything, of a business and of an appointment type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.businesses import BUSINESSES
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, listing, one, visible
from booking_sandbox.table import Record


def present(call: ClinikoCall, person: Record) -> dict[str, Any]:
    """A practitioner as Cliniko shows it."""
    name = f"{person['first_name']} {person['last_name']}".strip()
    return {
        "id": person["id"],
        "active": person["active"],
        "created_at": person["created_at"],
        "updated_at": person["updated_at"],
        "description": person.get("description", ""),
        "designation": person.get("designation", ""),
        "display_name": person.get("display_name", name),
        "first_name": person["first_name"],
        "last_name": person["last_name"],
        "label": f"{person.get('title', '')} {name}".strip(),
        "title": person.get("title", ""),
        "show_in_online_bookings": person["show_in_online_bookings"],
        "appointment_types": call.link("practitioners", person["id"], "appointment_types"),
        "default_appointment_type": call.link("appointment_types", person.get("default_appointment_type_id")),
        "user": call.link("users", person.get("user_id")),
        "practitioner_reference_numbers": call.link("practitioners", person["id"], "practitioner_reference_numbers"),
        "appointments": call.link("practitioners", person["id"], "appointments"),
        "invoices": call.link("practitioners", person["id"], "invoices"),
        "links": {"self": call.url("practitioners", person["id"])},
    }


# ``appointment_type_id`` is not in the document's list of filters, but appointment types link to practitioners by it.
PRACTITIONERS = Noun(
    "practitioners",
    present,
    {
        "user_id": Kind.NUMBER,
        "show_in_online_bookings": Kind.BOOLEAN,
        "appointment_type_id": Kind.NUMBER,
    },
    hides=(),
)


def _rows(call: ClinikoCall, *, active: bool) -> list[Record]:
    return [
        {**person, "appointment_type_id": person["appointment_type_ids"]}
        for person in call.table("practitioners")
        if person["active"] is active
    ]


def _list(active: bool) -> Callable[[ClinikoCall], Response]:
    return lambda call: listing(call, PRACTITIONERS, _rows(call, active=active))


def _of_business(active: bool) -> Callable[[ClinikoCall], Response]:
    def handler(call: ClinikoCall) -> Response:
        business = visible(call, BUSINESSES, call.args["id"])
        rows = [person for person in _rows(call, active=active) if business["id"] in person["business_ids"]]
        return listing(call, PRACTITIONERS, rows)

    return handler


def _of_type(active: bool) -> Callable[[ClinikoCall], Response]:
    def handler(call: ClinikoCall) -> Response:
        type_id = call.args["id"]
        rows = [person for person in _rows(call, active=active) if type_id in person["appointment_type_ids"]]
        return listing(call, PRACTITIONERS, rows)

    return handler


ROUTES = [
    ("GET", "/practitioners", _list(True)),
    ("GET", "/practitioners/inactive", _list(False)),
    ("GET", "/practitioners/<id>", lambda call: one(call, PRACTITIONERS)),
    ("GET", "/businesses/<id>/practitioners", _of_business(True)),
    ("GET", "/businesses/<id>/practitioners/inactive", _of_business(False)),
    ("GET", "/appointment_types/<id>/practitioners", _of_type(True)),
    ("GET", "/appointment_types/<id>/practitioners/inactive", _of_type(False)),
]
