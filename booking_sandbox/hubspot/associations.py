"""Links between objects."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import errors
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json
from booking_sandbox.hubspot.portal import TYPES, CrmObject

# HubSpot's own numbers for a link from an object to a contact.
TO_CONTACT = {"notes": 202, "meetings": 200, "deals": 3}


def read(call: HubspotCall, kind: str, links: Any) -> list[tuple[CrmObject, set[int]]]:
    """The targets in a create call. Raises a 400 for an unknown target or a type that does not fit."""
    found = []
    for item in links if isinstance(links, list) else []:
        target = call.portal.objects["contacts"].get(str(item.get("to", {}).get("id")))
        if target is None or target.archived:
            raise errors.bad_input("The object to associate with does not exist")
        type_ids = {entry.get("associationTypeId") for entry in item.get("types", [])}
        if type_ids != {TO_CONTACT.get(kind)}:
            raise errors.bad_input(f"Invalid association types for {kind}")
        found.append((target, {number for number in type_ids if isinstance(number, int)}))
    return found


def link(item: CrmObject, target: CrmObject, type_ids: set[int]) -> None:
    """Link both ways; linking twice changes nothing."""
    item.associations.setdefault(target.kind, {})[target.id] = type_ids
    target.associations.setdefault(item.kind, {})[item.id] = type_ids


def present(item: CrmObject, to: str) -> dict[str, Any]:
    """The links of one kind as a read shows them."""
    name = f"{item.kind[:-1]}_to_{to[:-1]}"
    return {"results": [{"id": other, "type": name} for other in sorted(item.associations[to])]}


def put_default(call: HubspotCall) -> Response:
    """Link two objects with the default type; no body, and harmless when repeated."""
    call.need("crm.objects.contacts.write")
    kinds = call.kind, call.args["to_type"]
    if kinds[1] not in TYPES:
        raise errors.bad_input("Unable to infer object type")
    item = call.portal.objects[kinds[0]].get(call.args["id"])
    target = call.portal.objects[kinds[1]].get(call.args["to_id"])
    if item is None or target is None:
        raise errors.not_found()
    number = TO_CONTACT.get(kinds[0]) or TO_CONTACT.get(kinds[1]) or 0
    link(item, target, {number})
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}
    result = {"from": {"id": item.id}, "to": {"id": target.id}, "associationSpec": spec}
    return as_json({"status": "COMPLETE", "results": [result]})


ROUTES = [("PUT", "/<type>/<id>/associations/default/<to_type>/<to_id>", put_default)]
