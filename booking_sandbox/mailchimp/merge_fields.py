"""The fields of an audience. A list shows ten of them unless it is asked for more."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.mailchimp import errors
from booking_sandbox.mailchimp.context import MailchimpCall

TYPES = ("text", "number", "address", "phone", "date", "url", "imageurl", "radio", "dropdown", "birthday", "zip")
MOST_FIELDS = 30
_TAG = re.compile(r"[A-Z][A-Z0-9_]{0,9}")


def listing(call: MailchimpCall) -> Response:
    """The fields, in pages."""
    rows = list(call.audience.fields.values())
    count, offset = int(call.request.args.get("count", 10)), int(call.request.args.get("offset", 0))
    page = rows[offset : offset + min(count, 1000)]
    return call.shown({"merge_fields": page, "list_id": call.audience.id, "total_items": len(rows), "_links": []})


def create(call: MailchimpCall) -> Response:
    """Add a field; a tag of its own is made up where none is given."""
    body, audience = call.members_of_body(), call.audience
    _check(body)
    tag = body.get("tag") or f"MMERGE{len(audience.fields) + 1}"
    if tag in audience.fields:
        raise errors.invalid(
            "The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
            [{"field": "tag", "message": f'A Merge Field with the tag "{tag}" already exists for this list.'}],
        )
    if len(audience.fields) >= MOST_FIELDS:
        raise errors.invalid("You have reached the maximum number of merge fields for this list.")
    more: dict[str, Any] = {name: body[name] for name in ("required", "public", "help_text", "options") if name in body}
    return call.shown(audience.add_field(tag, body["name"], body["type"], **more))


def _check(body: dict[str, Any]) -> None:
    faults = [{"field": name, "message": "This value should not be blank."} for name in ("name", "type")
              if not body.get(name)]  # fmt: skip
    if body.get("type", "text") not in TYPES:
        faults.append({"field": "type", "message": f"Value must be one of: {', '.join(TYPES)}"})
    if "tag" in body and not _TAG.fullmatch(str(body["tag"])):
        faults.append({"field": "tag", "message": "Tags have at most ten capital letters, digits and underscores"})
    if faults:
        raise errors.not_validated(faults)


ROUTES = [
    ("GET", "/lists/<list_id>/merge-fields", listing),
    ("POST", "/lists/<list_id>/merge-fields", create),
]
