"""Notes of contacts. Each create makes another one."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.gohighlevel import errors
from booking_sandbox.gohighlevel.context import GhlCall
from booking_sandbox.gohighlevel.errors import as_json

KNOWN = ("body", "userId", "title", "color", "pinned")


def listing(call: GhlCall) -> Response:
    """All notes of a contact."""
    call.need("contacts.readonly")
    return as_json({"notes": list(call.contact.notes.values())})


def create(call: GhlCall) -> Response:
    """Add a note."""
    call.need("contacts.write")
    body, contact = _checked(call), call.contact
    note = {"id": call.account.new_id(), "contactId": contact.id, "dateAdded": call.now(), **body}
    contact.notes[note["id"]] = note
    return as_json({"note": note}, 201)


def update(call: GhlCall) -> Response:
    """Change a note."""
    call.need("contacts.write")
    body, notes = _checked(call), call.contact.notes
    if call.args["note_id"] not in notes:
        raise errors.GhlRefused(400, "Note not found", "Bad Request")
    notes[call.args["note_id"]] |= body
    return as_json({"note": notes[call.args["note_id"]]})


def _checked(call: GhlCall) -> dict[str, Any]:
    body = call.members(*KNOWN)
    if not isinstance(body.get("body"), str) or not body["body"]:
        raise errors.unprocessable(["body should not be empty", "body must be a string"])
    return body


ROUTES = [
    ("GET", "/contacts/<contact_id>/notes", listing),
    ("POST", "/contacts/<contact_id>/notes", create),
    ("PUT", "/contacts/<contact_id>/notes/<note_id>", update),
]
