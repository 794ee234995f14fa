"""The sub-account itself and its custom fields."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.gohighlevel import errors
from booking_sandbox.gohighlevel.context import GhlCall
from booking_sandbox.gohighlevel.errors import as_json

DATA_TYPES = (
    "TEXT", "LARGE_TEXT", "NUMERICAL", "PHONE", "MONETORY", "CHECKBOX", "SINGLE_OPTIONS", "MULTIPLE_OPTIONS", "DATE",
    "RADIO",
)  # fmt: skip
KNOWN = ("name", "dataType", "placeholder", "position", "model", "textBoxListOptions")


def show(call: GhlCall) -> Response:
    """Name, address and time zone."""
    call.need("locations.readonly")
    call.check_location(call.args["location_id"])
    return as_json({"location": _shown(call)})


def _shown(call: GhlCall) -> dict[str, Any]:
    account = call.account
    return {"id": account.location_id, "name": f"Sandbox {account.name}", "timezone": account.time_zone}


def fields(call: GhlCall) -> Response:
    """The custom fields of one model, of contacts unless another is asked for."""
    call.need("locations/customFields.readonly")
    call.check_location(call.args["location_id"])
    model = call.request.args.get("model", "contact")
    rows = [row for row in call.account.fields.values() if model in ("all", row["model"])]
    return as_json({"customFields": rows})


def create_field(call: GhlCall) -> Response:
    """Add a custom field; its key is made of its name."""
    call.need("locations/customFields.write")
    call.check_location(call.args["location_id"])
    body = call.members(*KNOWN)
    problems = [f"{name} must be a string" for name in ("name", "dataType") if not isinstance(body.get(name), str)]
    if problems or body["dataType"] not in DATA_TYPES:
        raise errors.unprocessable(problems or ["dataType must be a valid enum value"])
    model = body.get("model", "contact")
    key = f"{model}.{re.sub(r'[^a-z0-9]+', '_', body['name'].lower()).strip('_')}"
    if any(row["fieldKey"] == key for row in call.account.fields.values()):
        raise errors.GhlRefused(400, f"{key} already exists", "Bad Request")
    row = {**body, "id": call.account.new_id(), "fieldKey": key, "model": model, "locationId": call.account.location_id}
    call.account.fields[row["id"]] = {"position": 0, "placeholder": "", **row}
    return as_json({"customField": call.account.fields[row["id"]]}, 201)


def delete_field(call: GhlCall) -> Response:
    """Take a custom field away, with its values."""
    call.need("locations/customFields.write")
    call.check_location(call.args["location_id"])
    if call.account.fields.pop(call.args["field_id"], None) is None:
        raise errors.GhlRefused(400, "Custom field not found", "Bad Request")
    for contact in call.account.contacts.values():
        contact.custom.pop(call.args["field_id"], None)
    return as_json({"succeded": True})


ROUTES = [
    ("GET", "/locations/<location_id>", show),
    ("GET", "/locations/<location_id>/customFields", fields),
    ("POST", "/locations/<location_id>/customFields", create_field),
    ("DELETE", "/locations/<location_id>/customFields/<field_id>", delete_field),
]
