"""Contacts, known by their address. Being one is not being subscribed to anything."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.activecampaign import errors
from booking_sandbox.activecampaign.account import Row
from booking_sandbox.activecampaign.context import CampaignCall
from booking_sandbox.activecampaign.errors import as_json

CORE = ("email", "firstName", "lastName", "phone")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NOT_A_TIME = re.compile(r"\d{1,2}[-/]\d{1,2}[-/]\d{4}.*")


def sync(call: CampaignCall) -> Response:
    """Create the contact with this address, or change it: what is left out stays, an empty text overwrites."""
    body = call.record("contact")
    _check_email(body.get("email"))
    _check_values(call, body)
    found = call.account.with_email(body["email"])
    contact = found or call.account.add("contacts", **_new(call, body["email"]))
    _write(call, contact, {**body, "email": contact["email"]})
    return as_json(_shown(call, contact), 200 if found else 201)


def create(call: CampaignCall) -> Response:
    """Create a contact; an address that is there is a 422."""
    body = call.record("contact")
    _check_email(body.get("email"))
    _check_values(call, body)
    if call.account.with_email(body["email"]):
        raise errors.unprocessable("Email address already exists in the system", "duplicate", "email")
    contact = call.account.add("contacts", **_new(call, body["email"]))
    _write(call, contact, body)
    return as_json(_shown(call, contact), 201)


def listing(call: CampaignCall) -> Response:
    """Contacts; ``email`` is exact, ``phone`` a prefix, ``search`` looks into names, phone and address."""
    sent, rows = call.request.args, call.account.rows("contacts")
    if "email" in sent:
        rows = [row for row in rows if row["email"].lower() == sent["email"].strip().lower()]
    if "phone" in sent:
        rows = [row for row in rows if row["phone"].startswith(sent["phone"])]
    if "search" in sent:
        rows = [row for row in rows if any(sent["search"].lower() in str(row[name]).lower() for name in CORE)]
    return call.page("contacts", rows)


def show(call: CampaignCall) -> Response:
    """One contact with what hangs on it."""
    lists = [row for row in call.account.rows("contactLists") if row["contact"] == call.contact["id"]]
    return as_json({**_shown(call, call.contact), "contactLists": lists})


def update(call: CampaignCall) -> Response:
    """Change a contact; the address of another is a 422."""
    contact, body = call.contact, call.record("contact")
    if "email" in body:
        _check_email(body["email"])
        holder = call.account.with_email(body["email"])
        if holder is not None and holder is not contact:
            raise errors.unprocessable("Email address already exists in the system", "duplicate", "email")
    _check_values(call, body)
    _write(call, contact, body)
    return as_json(_shown(call, contact))


def erase(call: CampaignCall) -> Response:
    """Delete a contact and what hangs on it."""
    contact_id = call.contact["id"]
    del call.account.tables["contacts"][contact_id]
    for table in ("fieldValues", "contactTags", "contactLists", "notes"):
        rows = call.account.tables.get(table, {})
        for row_id in [key for key, row in rows.items() if contact_id in (row.get("contact"), row.get("relid"))]:
            del rows[row_id]
    return as_json({})


def values(call: CampaignCall) -> Response:
    """The custom values of a contact."""
    return call.page("fieldValues", _values(call, call.contact))


def _new(call: CampaignCall, email: str) -> Row:
    return {
        "email": email.strip(),
        "firstName": "",
        "lastName": "",
        "phone": "",
        "cdate": call.now(),
        "bounced_hard": "0",
        "bounced_soft": "0",
        "deleted": "0",
        "anonymized": "0",
    }


def _check_email(email: Any) -> None:
    if not isinstance(email, str) or not email.strip():
        raise errors.unprocessable("Email address is required", "field_missing", "email")
    if not _EMAIL.fullmatch(email.strip()):
        raise errors.unprocessable("Email address is not valid", "email_invalid", "email")


def _check_values(call: CampaignCall, body: dict[str, Any]) -> None:
    for item in body.get("fieldValues", []):
        field = call.account.get("fields", item.get("field"))
        if field and field["type"] in ("date", "datetime") and _NOT_A_TIME.fullmatch(str(item.get("value", ""))):
            raise errors.bad_request()


def _write(call: CampaignCall, contact: Row, body: dict[str, Any]) -> None:
    contact |= {name: str(body[name]) for name in CORE if name in body}
    contact["udate"] = call.now()
    for item in body.get("fieldValues", []):
        _set_value(call, contact["id"], str(item.get("field")), str(item.get("value", "")))


def _set_value(call: CampaignCall, contact_id: str, field_id: str, value: str) -> None:
    """A value for an unknown field, or one that is related to no list, is lost without a word."""
    if call.account.find("fieldRels", field=field_id) is None:
        return
    there = call.account.find("fieldValues", contact=contact_id, field=field_id)
    if there is None:
        there = call.account.add("fieldValues", contact=contact_id, field=field_id, cdate=call.now())
    there |= {"value": value, "udate": call.now()}


def _values(call: CampaignCall, contact: Row) -> list[Row]:
    return [row for row in call.account.rows("fieldValues") if row["contact"] == contact["id"]]


def _shown(call: CampaignCall, contact: Row) -> dict[str, Any]:
    return {"fieldValues": _values(call, contact), "contact": contact}


ROUTES = [
    ("POST", "/contact/sync", sync),
    ("GET", "/contacts", listing),
    ("POST", "/contacts", create),
    ("GET", "/contacts/<contact_id>", show),
    ("PUT", "/contacts/<contact_id>", update),
    ("DELETE", "/contacts/<contact_id>", erase),
    ("GET", "/contacts/<contact_id>/fieldValues", values),
]
