"""What is hung on a member: tags, which are a set, notes, and events, which only ever grow."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.mailchimp import errors
from booking_sandbox.mailchimp.context import MailchimpCall

_EVENT_NAME = range(2, 31)
_LONGEST_NOTE = 1000


def tags(call: MailchimpCall) -> Response:
    """The tags of a member."""
    rows = [{"id": number, "name": name, "date_added": call.now()} for name, number in call.member.tags.items()]
    return call.shown({"tags": rows, "total_items": len(rows), "_links": []})


def set_tags(call: MailchimpCall) -> Response:
    """Switch tags on and off; names that nobody has used are made."""
    member, listed = call.member, call.members_of_body().get("tags")
    if not isinstance(listed, list) or not all(_is_tag(item) for item in listed):
        raise errors.not_validated([{"field": "tags", "message": "Each tag needs a name and a status"}])
    for item in listed:
        if item["status"] == "active":
            member.tags.setdefault(item["name"], call.audience.new_number())
        else:
            member.tags.pop(item["name"], None)
    return errors.nothing()


def _is_tag(item: Any) -> bool:
    return isinstance(item, dict) and bool(item.get("name")) and item.get("status") in ("active", "inactive")


def events(call: MailchimpCall) -> Response:
    """The events of a member, oldest first."""
    rows = call.member.events
    return call.shown({"events": rows, "total_items": len(rows), "_links": []})


def add_event(call: MailchimpCall) -> Response:
    """Add an event; sending it twice makes two."""
    member, body = call.member, call.members_of_body()
    if not isinstance(body.get("name"), str) or len(body["name"]) not in _EVENT_NAME:
        raise errors.not_validated([{"field": "name", "message": "This value should have 2 to 30 characters"}])
    if not all(isinstance(value, str) for value in body.get("properties", {}).values()):
        raise errors.not_validated([{"field": "properties", "message": "Each value should be a string"}])
    member.events.append(
        {
            "name": body["name"],
            "properties": body.get("properties", {}),
            "occurred_at": body.get("occurred_at", call.now()),
        }
    )
    return errors.nothing()


def notes(call: MailchimpCall) -> Response:
    """The notes of a member, newest first; ten of them unless more are asked for."""
    rows, count = call.member.notes[::-1], int(call.request.args.get("count", 10))
    page = rows[: min(count, 1000)]
    return call.shown({"notes": page, "email_id": call.member.id, "total_items": len(rows), "_links": []})


def add_note(call: MailchimpCall) -> Response:
    """Add a note; sending it twice makes two."""
    member, text = call.member, _note_text(call)
    note = {
        "id": 9_000 + call.audience.new_number(), "created_at": call.now(), "created_by": "Sandbox",
        "updated_at": call.now(), "note": text, "list_id": call.audience.id, "email_id": member.id, "_links": [],
    }  # fmt: skip
    member.notes.append(note)
    return call.shown(note)


def change_note(call: MailchimpCall) -> Response:
    """Change a note."""
    note = next((note for note in call.member.notes if str(note["id"]) == call.args["note_id"]), None)
    if note is None:
        raise errors.not_found()
    note |= {"note": _note_text(call), "updated_at": call.now()}
    return call.shown(note)


def _note_text(call: MailchimpCall) -> str:
    text = call.members_of_body().get("note")
    if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST_NOTE:
        raise errors.not_validated([{"field": "note", "message": "This value should have 1 to 1000 characters"}])
    return text


ROUTES = [
    ("GET", "/lists/<list_id>/members/<key>/notes", notes),
    ("POST", "/lists/<list_id>/members/<key>/notes", add_note),
    ("PATCH", "/lists/<list_id>/members/<key>/notes/<note_id>", change_note),
    ("GET", "/lists/<list_id>/members/<key>/tags", tags),
    ("POST", "/lists/<list_id>/members/<key>/tags", set_tags),
    ("GET", "/lists/<list_id>/members/<key>/events", events),
    ("POST", "/lists/<list_id>/members/<key>/events", add_event),
]
