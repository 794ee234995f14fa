"""Custom fields and their relations to lists, without which a field shows nowhere."""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from booking_sandbox.activecampaign import errors
from booking_sandbox.activecampaign.context import CampaignCall
from booking_sandbox.activecampaign.errors import as_json

TYPES = ("dropdown", "hidden", "checkbox", "date", "datetime", "text", "textarea", "listbox", "radio", "NULL")


def listing(call: CampaignCall) -> Response:
    """The fields, with their options and relations beside them."""
    return call.page("fields", call.account.rows("fields"), fieldOptions=[], fieldRels=call.account.rows("fieldRels"))


def create(call: CampaignCall) -> Response:
    """Add a field, related to nothing yet. A title that is there is a 422."""
    body = call.record("field")
    title = str(body.get("title", "")).strip()
    if not title or body.get("type") not in TYPES:
        raise errors.unprocessable("The field is not valid", "field_invalid", "type" if title else "title")
    if any(row["title"].lower() == title.lower() for row in call.account.rows("fields")):
        raise errors.unprocessable("A field with this title exists", "duplicate", "title")
    made_of_title = re.sub(r"[^A-Za-z0-9]+", "_", title)
    perstag = str(body.get("perstag") or made_of_title).upper()
    field = call.account.add("fields", title=title, type=body["type"], perstag=perstag, visible="1", cdate=call.now())
    return as_json({"field": field}, 201)


def relations(call: CampaignCall) -> Response:
    """All relations."""
    return call.page("fieldRels", call.account.rows("fieldRels"))


def relate(call: CampaignCall) -> Response:
    """Show a field on a list, or on all of them (0)."""
    body = call.record("fieldRel")
    if call.account.get("fields", body.get("field")) is None or "relid" not in body:
        raise errors.unprocessable("The related field does not exist", "related_missing", "field")
    row = {"field": str(body["field"]), "relid": str(body["relid"])}
    there = call.account.find("fieldRels", **row)
    return as_json({"fieldRel": there or call.account.add("fieldRels", **row, dorder="0", cdate=call.now())}, 201)


ROUTES = [
    ("GET", "/fields", listing),
    ("POST", "/fields", create),
    ("GET", "/fieldRels", relations),
    ("POST", "/fieldRels", relate),
]
