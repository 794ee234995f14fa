"""Contacts, notes, meetings and deals: created, changed, read, upserted."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import associations, errors, standard_properties
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json
from booking_sandbox.hubspot.portal import CrmObject

_SHOWN = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
}


def present(call: HubspotCall, item: CrmObject, *, everything: bool = False) -> dict[str, Any]:
    """An object as a read shows it: the default properties and those asked for; after a write, all."""
    asked = {name for text in call.request.args.getlist("properties") for name in text.split(",") if name}
    names = {*_SHOWN.get(item.kind, ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")), *asked}
    properties: dict[str, str | None] = {name: item.properties.get(name) for name in sorted(names)}
    if everything:
        properties = {**properties, **item.properties}
    return {
        "id": item.id,
        "properties": properties,
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
        "archived": item.archived,
    }


def create(call: HubspotCall) -> Response:
    """Add an object, with its associations."""
    _need(call, "write")
    body = call.members()
    item = _create(call, call.kind, body.get("properties"), body.get("associations") or [])
    return as_json(present(call, item, everything=True), 201)


def _need(call: HubspotCall, what: str) -> None:
    # Notes and meetings hang on contacts and go by the contacts' scopes.
    call.need("crm.objects.deals." + what if call.kind == "deals" else "crm.objects.contacts." + what)


def _create(call: HubspotCall, kind: str, values: Any, links: Any) -> CrmObject:
    values = _checked(call, kind, values)
    missing = [name for name in standard_properties.REQUIRED.get(kind, ()) if not values.get(name)]
    if missing:
        raise errors.bad_input(f"Some required properties were not set: {missing}")
    if kind == "contacts" and not any(values.get(name) for name in ("email", "firstname", "lastname")):
        raise errors.bad_input("At least one of email, firstname or lastname is needed to create a contact.")
    _refuse_taken(call, kind, values, besides=None)
    item = CrmObject(call.portal.new_id(), kind, {}, call.now(), call.now())
    checked_links = associations.read(call, kind, links)
    call.portal.objects[kind][item.id] = item
    for target, type_ids in checked_links:
        associations.link(item, target, type_ids)
    _write(call, item, values)
    return item


def _checked(call: HubspotCall, kind: str, values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise errors.bad_input("properties are missing")
    found = standard_properties.problems(call.portal.properties[kind], values)
    if found:
        raise errors.invalid(found)
    return dict(values)


def _refuse_taken(call: HubspotCall, kind: str, values: dict[str, str], *, besides: CrmObject | None) -> None:
    for name, value in values.items():
        if value and call.portal.properties[kind][name]["hasUniqueValue"]:
            other = call.portal.find(kind, name, value)
            if other is not None and other is not besides:
                raise errors.conflict(kind, other.id)


def _write(call: HubspotCall, item: CrmObject, values: dict[str, str]) -> None:
    for name, value in values.items():
        definition = call.portal.properties[item.kind][name]
        if value.startswith(";") and definition["fieldType"] == "checkbox" and item.properties.get(name):
            choices = f"{item.properties[name]}{value}".split(";")  # a set: one that is chosen is not chosen twice
            value = ";".join(dict.fromkeys(choice for choice in choices if choice))
        item.properties[name] = value.strip().lower() if name == "email" else value
    item.properties = {name: value for name, value in item.properties.items() if value != ""}
    item.updated_at = call.now()
    item.properties.update(_computed(item))
    item.remember_for_search(call.world.knobs.hubspot_search_lag_seconds)


def _computed(item: CrmObject) -> dict[str, str]:
    prefix = "" if item.kind in ("contacts", "deals") else "hs_"
    modified = "lastmodifieddate" if item.kind == "contacts" else "hs_lastmodifieddate"
    computed = {"hs_object_id": item.id, f"{prefix}createdate": item.created_at, modified: item.updated_at}
    phone = item.properties.get("phone") or item.properties.get("mobilephone")
    if item.kind == "contacts" and phone:
        computed["hs_searchable_calculated_phone_number"] = _national(phone)
    return computed


def _national(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[2:] if phone.startswith("+") else digits.lstrip("0")


def located(call: HubspotCall) -> CrmObject:
    """The object in the path, by id or by ``idProperty``. Raises a 404, or a 400 for a property that is not unique."""
    kind, value = call.kind, call.args["id"]
    name = call.request.args.get("idProperty")
    if name:
        definition = call.portal.properties[kind].get(name)
        if definition is None or not definition["hasUniqueValue"]:
            raise errors.bad_input(f"{name} is not a unique property")
        item = call.portal.find(kind, name, value)
    else:
        item = call.portal.objects[kind].get(value)
    archived = call.request.args.get("archived") == "true"
    if item is None or item.archived is not archived:
        raise errors.not_found()
    return item


def change(call: HubspotCall) -> Response:
    """Change the properties sent, and no others."""
    _need(call, "write")
    item = located(call)
    values = _checked(call, item.kind, call.members().get("properties"))
    _refuse_taken(call, item.kind, values, besides=item)
    _write(call, item, values)
    return as_json(present(call, item, everything=True))


def show(call: HubspotCall) -> Response:
    """Read one, with the associations asked for."""
    _need(call, "read")
    item = located(call)
    body = present(call, item)
    wanted = {name for text in call.request.args.getlist("associations") for name in text.split(",") if name}
    if wanted & item.associations.keys():
        body["associations"] = {to: associations.present(item, to) for to in sorted(wanted & item.associations.keys())}
    return as_json(body)


def listing(call: HubspotCall) -> Response:
    """A page of objects."""
    _need(call, "read")
    limit = min(int(call.request.args.get("limit", "10") or 10), 100)
    after = int(call.request.args.get("after", "0") or 0)
    rows = [item for item in call.portal.objects[call.kind].values() if not item.archived]
    body: dict[str, Any] = {"results": [present(call, item) for item in rows[after : after + limit]]}
    if after + limit < len(rows):
        body["paging"] = {"next": {"after": str(after + limit)}}
    return as_json(body)


def archive(call: HubspotCall) -> Response:
    """Archive one; 204 even when it is not there."""
    _need(call, "write")
    item = call.portal.objects[call.kind].get(call.args["id"])
    if item is not None:
        item.archived = True
    return Response(b"", 204)


def erase(call: HubspotCall) -> Response:
    """Delete a contact for good, by its id or its address; 204 even when it is not there."""
    _need(call, "write")
    sent = call.members()
    if call.kind != "contacts" or not sent.get("objectId"):
        raise errors.bad_input("objectId must name a contact")
    by = str(sent.get("idProperty") or "")
    wanted = str(sent["objectId"])
    item = call.portal.find(call.kind, by, wanted) if by else call.portal.objects[call.kind].get(wanted)
    if item is not None:
        del call.portal.objects[call.kind][item.id]
    return Response(b"", 204)


def batch_upsert(call: HubspotCall) -> Response:
    """Create or change up to 100 objects by a unique property; one that fails fails all."""
    _need(call, "write")
    inputs = call.members().get("inputs")
    if not isinstance(inputs, list) or not 1 <= len(inputs) <= 100:
        raise errors.bad_input("inputs must hold 1 to 100 items")
    keys = [(item.get("idProperty"), item.get("id")) for item in inputs]
    if len(set(keys)) != len(keys):
        raise errors.HubspotRefused(409, "CONFLICT", "Duplicate IDs found in batch input")
    results = [_upsert(call, item) for item in inputs]
    return as_json({"status": "COMPLETE", "results": results, "startedAt": call.now(), "completedAt": call.now()})


def _upsert(call: HubspotCall, entry: dict[str, Any]) -> dict[str, Any]:
    kind, name, value = call.kind, entry.get("idProperty"), entry.get("id")
    definition = call.portal.properties[kind].get(name or "")
    if definition is None or not definition["hasUniqueValue"] or not isinstance(value, str):
        raise errors.bad_input("idProperty must name a unique property and id be its value")
    values = _checked(call, kind, {**(entry.get("properties") or {}), str(name): value})
    item = call.portal.find(kind, str(name), value)
    is_new = item is None
    if item is None:
        item = _create(call, kind, values, entry.get("associations") or [])
    else:
        _refuse_taken(call, kind, values, besides=item)
        _write(call, item, values)
    return {**present(call, item, everything=True), "new": is_new}


ROUTES = [
    ("GET", "/<type>", listing),
    ("POST", "/<type>", create),
    ("POST", "/<type>/batch/upsert", batch_upsert),
    ("POST", "/<type>/gdpr-delete", erase),
    ("GET", "/<type>/<id>", show),
    ("PATCH", "/<type>/<id>", change),
    ("DELETE", "/<type>/<id>", archive),
]
