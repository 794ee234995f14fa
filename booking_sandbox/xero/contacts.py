"""Contacts: unique by name among the active ones, and found by our own number."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.xero.context import XeroCall, matches
from booking_sandbox.xero.documents import answer_each
from booking_sandbox.xero.errors import ElementRefused, as_json, not_found
from booking_sandbox.xero.organisation import Row, new_id

KEPT = ("Name", "ContactNumber", "AccountNumber", "EmailAddress", "FirstName", "LastName", "ContactStatus")


def listed(call: XeroCall) -> Response:
    """Active contacts that meet the query; archived ones only when asked for."""
    wanted = call.request.args.get("where", "")
    archived = call.request.args.get("includeArchived", "false").lower() == "true"
    rows = [row for row in call.organisation.contacts.values() if archived or row["ContactStatus"] == "ACTIVE"]
    return as_json(call.page([row for row in rows if matches(wanted, row)], "Contacts"))


def shown(call: XeroCall) -> Response:
    """One contact by its id or by our number."""
    key = call.args["key"]
    found = call.organisation.contacts.get(key) or _by(call, "ContactNumber", key)
    if found is None:
        raise not_found()
    return as_json({"Contacts": [found]})


def create(call: XeroCall) -> Response:
    """PUT: only new ones; a number or name that is there is refused."""
    return answer_each(call, "Contacts", lambda sent: _made(call, sent))


def upsert(call: XeroCall) -> Response:
    """POST: changes the contact that has the id, the number or, failing both, the name. That last is the trap."""
    return answer_each(call, "Contacts", lambda sent: _upserted(call, sent))


def change(call: XeroCall) -> Response:
    """POST to one contact's address."""
    key = call.args["key"]
    return answer_each(call, "Contacts", lambda sent: _upserted(call, {**sent, "ContactID": key}))


def update_nested(call: XeroCall, sent: dict[str, Any]) -> Row:
    """The contact of a document: found by id; whatever else is sent with it changes the contact."""
    found = call.organisation.contacts.get(str(sent.get("ContactID", "")))
    if found is None:
        raise ElementRefused("A Contact must be specified for this type of transaction")
    if found["ContactStatus"] != "ACTIVE":
        raise ElementRefused("The contact is archived. Restore it before adding a transaction to it.")
    for name in KEPT:
        if name in sent:
            found[name] = sent[name]
    return found


def _upserted(call: XeroCall, sent: dict[str, Any]) -> Row:
    found = call.organisation.contacts.get(str(sent.get("ContactID", "")))
    found = found or _by(call, "ContactNumber", sent.get("ContactNumber")) or _by(call, "Name", sent.get("Name"))
    if found is None:
        return _made(call, sent)
    _check(call, {**found, **sent}, own=found["ContactID"])
    found.update({name: sent[name] for name in KEPT if name in sent})
    found["UpdatedDateUTC"] = call.now()
    return found


def _made(call: XeroCall, sent: dict[str, Any]) -> Row:
    _check(call, sent, own=None)
    row = {
        "ContactID": new_id(),
        "ContactStatus": "ACTIVE",
        "EmailAddress": "",
        **{name: sent[name] for name in KEPT if name in sent},
        "UpdatedDateUTC": call.now(),
        "HasValidationErrors": False,
    }
    call.organisation.contacts[row["ContactID"]] = row
    return row


def _check(call: XeroCall, sent: dict[str, Any], own: str | None) -> None:
    name, number = str(sent.get("Name", "")).strip(), sent.get("ContactNumber")
    if not name or len(name) > 255 or "<" in name or ">" in name:
        raise ElementRefused("The Contact Name is not valid")
    if number and len(str(number)) > 50:
        raise ElementRefused("The ContactNumber field must be a maximum of 50 characters")
    others = [row for row in call.organisation.contacts.values() if row["ContactID"] != own]
    if number and any(row.get("ContactNumber") == number for row in others):
        raise ElementRefused(f"The Contact Number {number} is already assigned to another contact.")
    blocking = [row for row in others if row["ContactStatus"] == "ACTIVE" or call.organisation.archived_names_block]
    if any(row["Name"].strip().casefold() == name.casefold() for row in blocking):
        raise ElementRefused(
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )


def _by(call: XeroCall, member: str, value: object) -> Row | None:
    if not value:
        return None
    rows = call.organisation.contacts.values()
    return next((row for row in rows if str(row.get(member, "")).casefold() == str(value).casefold()), None)


ROUTES = [
    ("GET", "/Contacts", listed),
    ("PUT", "/Contacts", create),
    ("POST", "/Contacts", upsert),
    ("GET", "/Contacts/<key>", shown),
    ("POST", "/Contacts/<key>", change),
]
