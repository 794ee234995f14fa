"""Property definitions and their groups."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import errors
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json
from booking_sandbox.hubspot.standard_properties import FIELD_TYPES, define

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOST_UNIQUE = 10


def listing(call: HubspotCall) -> Response:
    """All definitions."""
    call.need("crm.schemas.contacts.read")
    return as_json({"results": list(call.portal.properties[call.kind].values())})


def show(call: HubspotCall) -> Response:
    """One definition."""
    call.need("crm.schemas.contacts.read")
    definition = call.portal.properties[call.kind].get(call.args["name"])
    if definition is None:
        raise errors.not_found(f"Property {call.args['name']} does not exist")
    return as_json(definition)


def create(call: HubspotCall) -> Response:
    """Define a property; the group must exist, type and field type must go together."""
    call.need("crm.schemas.contacts.write")
    body = call.members()
    missing = [name for name in ("name", "label", "type", "fieldType", "groupName") if not body.get(name)]
    if missing:
        raise errors.bad_input(f"Some required fields were not set: {missing}")
    _check(call, body)
    table = call.portal.properties[call.kind]
    if body["name"] in table:
        message = f"A property named '{body['name']}' already exists."
        raise errors.HubspotRefused(409, "OBJECT_ALREADY_EXISTS", message, subCategory="Properties.PROPERTY_EXISTS")
    if body.get("hasUniqueValue") and sum(item["hasUniqueValue"] for item in table.values()) >= _MOST_UNIQUE:
        raise errors.bad_input("The limit of unique properties is reached")
    table[body["name"]] = define(body["name"], **{key: value for key, value in body.items() if key != "name"})
    return as_json(table[body["name"]], 201)


def _check(call: HubspotCall, body: dict[str, Any]) -> None:
    if not _NAME.fullmatch(body["name"]):
        raise errors.bad_input("A property name has lower-case letters, digits and underscores only")
    if body["fieldType"] not in FIELD_TYPES.get(body["type"], set()):
        raise errors.bad_input(f"fieldType {body['fieldType']} does not go with type {body['type']}")
    if body["groupName"] not in call.portal.groups[call.kind]:
        raise errors.bad_input(f"The group {body['groupName']} does not exist")


def groups(call: HubspotCall) -> Response:
    """All groups."""
    call.need("crm.schemas.contacts.read")
    rows = call.portal.groups[call.kind].items()
    return as_json({"results": [_group(name, label) for name, label in rows]})


def create_group(call: HubspotCall) -> Response:
    """Add a group."""
    call.need("crm.schemas.contacts.write")
    body = call.members()
    if not body.get("name") or not body.get("label"):
        raise errors.bad_input("Some required fields were not set: [name, label]")
    if body["name"] in call.portal.groups[call.kind]:
        raise errors.HubspotRefused(409, "OBJECT_ALREADY_EXISTS", f"A group named '{body['name']}' already exists.")
    call.portal.groups[call.kind][body["name"]] = body["label"]
    return as_json(_group(body["name"], body["label"]), 201)


def _group(name: str, label: str) -> dict[str, Any]:
    return {"name": name, "label": label, "displayOrder": -1, "archived": False}


ROUTES = [
    ("GET", "/<type>", listing),
    ("POST", "/<type>", create),
    ("GET", "/<type>/groups", groups),
    ("POST", "/<type>/groups", create_group),
    ("GET", "/<type>/<name>", show),
]
