"""Services: which practitioners offer which appointment type at which business. They have no ids and no filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import paging
from booking_sandbox.cliniko.answers import as_json
from booking_sandbox.cliniko.businesses import BUSINESSES
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.noun import live, visible
from booking_sandbox.table import Record

Service = tuple[str, str, list[str]]


def offered_by(call: ClinikoCall, business: Record, type_id: str) -> list[str]:
    """The active practitioners who offer a type at a business."""
    return [
        person["id"]
        for person in call.table("practitioners")
        if person["active"] and business["id"] in person["business_ids"] and type_id in person["appointment_type_ids"]
    ]


def _services(call: ClinikoCall, businesses: list[Record]) -> Iterator[Service]:
    for business in businesses:
        for type_id in business["appointment_type_ids"]:
            people = offered_by(call, business, type_id)
            if people and live(call, "appointment_types", type_id):
                yield type_id, business["id"], people


def _present(call: ClinikoCall, service: Service) -> dict[str, Any]:
    type_id, business_id, people = service
    return {
        "appointment_type": call.link("appointment_types", type_id),
        "business": call.link("businesses", business_id),
        "practitioners": [call.link("practitioners", person_id) for person_id in people],
    }


def everywhere(call: ClinikoCall) -> Response:
    """The services of all businesses."""
    businesses = [business for business in call.table("businesses") if not business["archived_at"]]
    return _page(call, businesses)


def of_business(call: ClinikoCall) -> Response:
    """The services of one business."""
    return _page(call, [visible(call, BUSINESSES, call.args["id"])])


def _page(call: ClinikoCall, businesses: list[Record]) -> Response:
    rows = list(_services(call, businesses))
    return as_json(paging.page_of(call, "services", rows, lambda row: _present(call, row)))


ROUTES = [("GET", "/services", everywhere), ("GET", "/businesses/<id>/services", of_business)]
