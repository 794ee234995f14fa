"""What hangs on a contact: tags, subscriptions to lists, notes."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.activecampaign import errors
from booking_sandbox.activecampaign.context import CampaignCall
from booking_sandbox.activecampaign.errors import as_json

STATUSES = ("0", "1", "2", "3")


def tags(call: CampaignCall) -> Response:
    """Tags; ``search`` finds every one that contains the text."""
    wanted = call.request.args.get("search", "").lower()
    return call.page("tags", [row for row in call.account.rows("tags") if wanted in row["tag"].lower()])


def create_tag(call: CampaignCall) -> Response:
    """Add a tag; a name that is there is a 422."""
    body = call.record("tag")
    name = str(body.get("tag", "")).strip()
    if not name or body.get("tagType") not in ("contact", "template"):
        raise errors.unprocessable("The tag is not valid", "field_invalid", "tagType" if name else "tag")
    if any(row["tag"].lower() == name.lower() for row in call.account.rows("tags")):
        raise errors.unprocessable("A tag with this name exists", "duplicate", "tag")
    values = {"tagType": body["tagType"], "description": str(body.get("description", "")), "cdate": call.now()}
    return as_json({"tag": call.account.add("tags", tag=name, **values)}, 201)


def tag_contact(call: CampaignCall) -> Response:
    """Hang a tag on a contact; a second time makes no second link."""
    body = call.record("contactTag")
    _check_there(call, body, contact="contacts", tag="tags")
    link = {"contact": str(body["contact"]), "tag": str(body["tag"])}
    there = call.account.find("contactTags", **link)
    return as_json({"contactTag": there or call.account.add("contactTags", **link, cdate=call.now())}, 201)


def lists(call: CampaignCall) -> Response:
    """All lists."""
    return call.page("lists", call.account.rows("lists"))


def show_list(call: CampaignCall) -> Response:
    """One list."""
    found = call.account.get("lists", call.args["list_id"])
    if found is None:
        raise errors.not_found("List", call.args["list_id"])
    return as_json({"list": found})


def subscriptions(call: CampaignCall) -> Response:
    """The lists a contact is or was on."""
    contact_id = call.contact["id"]
    return call.page("contactLists", [r for r in call.account.rows("contactLists") if r["contact"] == contact_id])


def subscribe(call: CampaignCall) -> Response:
    """Set the status on a list. Status 1 does bring back whoever has left: the caller has to look first."""
    body = call.record("contactList")
    _check_there(call, body, contact="contacts", list="lists")
    if str(body.get("status")) not in STATUSES:
        raise errors.unprocessable("The status is not valid", "field_invalid", "status")
    link = {"contact": str(body["contact"]), "list": str(body["list"])}
    row = call.account.find("contactLists", **link) or call.account.add("contactLists", **link, resubscribed=False)
    row["resubscribed"] = row["resubscribed"] or (row.get("status") == "2" and str(body["status"]) == "1")
    row |= {"status": str(body["status"]), "sourceid": str(body.get("sourceid", "0")), "sdate": call.now()}
    return as_json({"contacts": [call.account.get("contacts", body["contact"])], "contactList": row}, 201)


def notes(call: CampaignCall) -> Response:
    """The notes of a contact."""
    contact_id = call.contact["id"]
    return call.page("notes", [row for row in call.account.rows("notes") if row["relid"] == contact_id])


def create_note(call: CampaignCall) -> Response:
    """Add a note; each create makes another one."""
    body = call.record("note")
    if body.get("reltype") != "Subscriber" or not body.get("note"):
        raise errors.unprocessable("The note is not valid", "field_invalid", "note")
    _check_there(call, body, relid="contacts")
    values = {"note": str(body["note"]), "relid": str(body["relid"]), "reltype": "Subscriber", "cdate": call.now()}
    return as_json({"note": call.account.add("notes", **values)}, 201)


def update_note(call: CampaignCall) -> Response:
    """Change a note."""
    note = call.account.get("notes", call.args["note_id"])
    if note is None:
        raise errors.not_found("Note", call.args["note_id"])
    note["note"] = str(call.record("note").get("note", note["note"]))
    return as_json({"note": note})


def _check_there(call: CampaignCall, body: dict[str, Any], **tables: str) -> None:
    for member, table in tables.items():
        if call.account.get(table, body.get(member)) is None:
            raise errors.unprocessable(f"The related {member} does not exist.", "related_missing", member)


ROUTES = [
    ("GET", "/tags", tags),
    ("POST", "/tags", create_tag),
    ("POST", "/contactTags", tag_contact),
    ("GET", "/lists", lists),
    ("GET", "/lists/<list_id>", show_list),
    ("GET", "/contacts/<contact_id>/contactLists", subscriptions),
    ("POST", "/contactLists", subscribe),
    ("GET", "/contacts/<contact_id>/notes", notes),
    ("POST", "/notes", create_note),
    ("PUT", "/notes/<note_id>", update_note),
]
