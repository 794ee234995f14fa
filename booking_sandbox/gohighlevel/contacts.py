"""Contacts: looked up, upserted by the sub-account's order of keys, changed by id."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.gohighlevel import contact_input, errors
from booking_sandbox.gohighlevel.context import GhlCall
from booking_sandbox.gohighlevel.errors import as_json
from booking_sandbox.gohighlevel.sub_account import GhlContact

ALLOWED = "allowed"


def search_duplicate(call: GhlCall) -> Response:
    """The contact with an address, else the one with a number; null where there is none."""
    call.need("contacts.readonly")
    sent = call.request.args
    call.check_location(sent.get("locationId"))
    if not sent.get("email") and not sent.get("number"):
        raise errors.unprocessable(["email or number should not be empty"])
    found = call.account.with_email(sent.get("email")) or call.account.with_phone(sent.get("number"))
    return as_json({"contact": shown(call, found) if found else None})


def show(call: GhlCall) -> Response:
    """One contact."""
    call.need("contacts.readonly")
    return as_json({"contact": shown(call, call.contact)})


def upsert(call: GhlCall) -> Response:
    """Change the contact that the sub-account's first key finds, else that of the second, else make one."""
    call.need("contacts.write")
    body = call.members(*contact_input.ON_UPSERT)
    call.check_location(body.get("locationId"))
    contact_input.check(call, body)
    may_double = call.world.knobs.gohighlevel_duplicates == ALLOWED
    found = None if may_double and body.get("createNewIfDuplicateAllowed") else _match(call, body)
    contact = found or _made(call, body)
    if found:
        _drop_what_is_anothers(call, found, body)
        _promote(found, body)
        contact_input.apply(call, found, body)
    return as_json({"new": found is None, "contact": shown(call, contact)})


def create(call: GhlCall) -> Response:
    """Make a contact; a duplicate is a 400 with the id of the one that is there."""
    call.need("contacts.write")
    body = call.members(*contact_input.ON_UPSERT[:-1])
    call.check_location(body.get("locationId"))
    contact_input.check(call, body)
    _check_duplicates(call, body, besides=None)
    return as_json({"contact": shown(call, _made(call, body))}, 201)


def update(call: GhlCall) -> Response:
    """Change one contact; an address or number of another is a 400."""
    call.need("contacts.write")
    body = call.members(*contact_input.ON_UPDATE)
    contact = call.contact
    contact_input.check(call, body)
    _check_duplicates(call, body, besides=contact)
    contact_input.apply(call, contact, body)
    return as_json({"succeded": True, "contact": shown(call, contact)})


def add_tags(call: GhlCall) -> Response:
    """Add tags to those that are there, in lower case."""
    return _tags(call, lambda before, sent: [*before, *(tag for tag in sent if tag not in before)], 201)


def remove_tags(call: GhlCall) -> Response:
    """Take tags away."""
    return _tags(call, lambda before, sent: [tag for tag in before if tag not in sent], 200)


def _tags(call: GhlCall, change: Any, status: int) -> Response:
    call.need("contacts.write")
    sent = call.members("tags").get("tags")
    if not isinstance(sent, list) or not all(isinstance(tag, str) for tag in sent):
        raise errors.unprocessable(["tags must be an array"])
    contact = call.contact
    contact.tags = change(contact.tags, list(dict.fromkeys(tag.lower() for tag in sent)))
    return as_json({"tags": contact.tags}, status)


def shown(call: GhlCall, contact: GhlContact) -> dict[str, Any]:
    """A contact as a read shows it."""
    names = dict(zip(contact_input.CHANNELS, contact_input.V3_CHANNELS, strict=True)) if call.version == "v3" else {}
    members = {name: value for name, value in contact.members.items() if value is not None}
    return {
        "id": contact.id,
        "locationId": call.account.location_id,
        **members,
        "additionalEmails": contact.additional_emails,
        "dnd": contact.dnd,
        "dndSettings": {names.get(name, name): setting for name, setting in contact.dnd_settings.items()},
        "tags": contact.tags,
        "customFields": [{"id": name, "value": value} for name, value in contact.custom.items()],
        "dateAdded": contact.date_added,
    }


def _order(call: GhlCall) -> list[str]:
    knob = call.world.knobs.gohighlevel_duplicates
    return ["email", "phone"] if knob == ALLOWED else knob.split(",")


def _with(call: GhlCall, name: str, body: dict[str, Any]) -> GhlContact | None:
    return call.account.with_email(body.get(name)) if name == "email" else call.account.with_phone(body.get(name))


def _match(call: GhlCall, body: dict[str, Any]) -> GhlContact | None:
    return next((found for name in _order(call) if (found := _with(call, name, body))), None)


def erase(call: GhlCall) -> Response:
    """Delete a contact."""
    call.need("contacts.write")
    del call.account.contacts[call.contact.id]
    return as_json({"succeded": True})


def _made(call: GhlCall, body: dict[str, Any]) -> GhlContact:
    contact = GhlContact(call.account.new_id(), call.now())
    contact_input.apply(call, contact, body)
    call.account.contacts[contact.id] = contact
    return contact


def _drop_what_is_anothers(call: GhlCall, contact: GhlContact, body: dict[str, Any]) -> None:
    """The second key is silently ignored where it belongs to somebody else."""
    for name in ("email", "phone"):
        holder = _with(call, name, body)
        if holder is not None and holder is not contact:
            del body[name]


def _promote(contact: GhlContact, body: dict[str, Any]) -> None:
    """An upsert by an additional address makes it the first one and forgets the old one."""
    email = str(body.get("email", "")).lower()
    if email in map(str.lower, contact.additional_emails):
        contact.additional_emails = [each for each in contact.additional_emails if each.lower() != email]


def _check_duplicates(call: GhlCall, body: dict[str, Any], *, besides: GhlContact | None) -> None:
    if call.world.knobs.gohighlevel_duplicates == ALLOWED:
        return
    for name in _order(call):
        holder = _with(call, name, body)
        if holder is not None and holder is not besides:
            label = str(holder.members.get("firstName", ""))
            raise errors.duplicated(holder.id, label, name, tells=call.world.knobs.gohighlevel_tells_duplicate)


ROUTES = [
    ("GET", "/contacts/search/duplicate", search_duplicate),
    ("POST", "/contacts/upsert", upsert),
    ("POST", "/contacts/", create),
    ("GET", "/contacts/<contact_id>", show),
    ("PUT", "/contacts/<contact_id>", update),
    ("DELETE", "/contacts/<contact_id>", erase),
    ("POST", "/contacts/<contact_id>/tags", add_tags),
    ("DELETE", "/contacts/<contact_id>/tags", remove_tags),
]
