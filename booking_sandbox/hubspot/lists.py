"""Static lists and who is on them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import errors
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json
from booking_sandbox.hubspot.portal import ContactList


def _list(call: HubspotCall) -> ContactList:
    found = call.portal.lists.get(call.args["list_id"])
    if found is None:
        raise errors.not_found(f"List does not exist with ID {call.args['list_id']}")
    return found


def _shown(item: ContactList) -> dict[str, Any]:
    return {
        "listId": item.id,
        "name": item.name,
        "objectTypeId": "0-1",
        "processingType": "MANUAL",
        "processingStatus": "COMPLETE",
        "size": len(item.members),
    }


def create(call: HubspotCall) -> Response:
    """Add a list."""
    call.need("crm.lists.write")
    body = call.members()
    if not body.get("name") or body.get("objectTypeId") != "0-1" or body.get("processingType") != "MANUAL":
        raise errors.bad_input("name, objectTypeId 0-1 and processingType MANUAL are needed")
    number = str(101 + len(call.portal.lists))
    call.portal.lists[number] = ContactList(number, body["name"])
    return as_json({"list": _shown(call.portal.lists[number])})


def show(call: HubspotCall) -> Response:
    """One list."""
    call.need("crm.lists.read")
    return as_json({"list": _shown(_list(call))})


def members(call: HubspotCall) -> Response:
    """Who is on a list."""
    call.need("crm.lists.read")
    return as_json({"results": [{"recordId": item} for item in sorted(_list(call).members)]})


def add(call: HubspotCall) -> Response:
    """Put records on a list; those already there stay as they are."""
    return _change(call, add_them=True)


def remove(call: HubspotCall) -> Response:
    """Take records off a list."""
    return _change(call, add_them=False)


def _change(call: HubspotCall, *, add_them: bool) -> Response:
    call.need("crm.lists.write")
    body, chosen = call.body(), _list(call)
    if not isinstance(body, list):
        raise errors.bad_input("An array of record ids is expected")
    ids = {str(item) for item in body}
    known = {item for item in ids if item in call.portal.objects["contacts"]}
    before = set(chosen.members)
    chosen.members = before | known if add_them else before - known
    return as_json(
        {
            "recordIdsAdded": sorted(chosen.members - before),
            "recordIdsRemoved": sorted(before - chosen.members),
            "recordIdsMissing": sorted(ids - known),
        }
    )


ROUTES = [
    ("POST", "", create),
    ("GET", "/<list_id>", show),
    ("GET", "/<list_id>/memberships", members),
    ("PUT", "/<list_id>/memberships/add", add),
    ("PUT", "/<list_id>/memberships/remove", remove),
]
