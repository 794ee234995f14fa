"""Search: what the index has learned, which is not yet what was written a moment ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import errors, objects
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json

_TESTS: Mapping[str, Callable[[str, Any], bool]] = {
    "EQ": lambda have, want: have.casefold() == str(want).casefold(),
    "NEQ": lambda have, want: have.casefold() != str(want).casefold(),
    "CONTAINS_TOKEN": lambda have, want: str(want).strip("*").casefold() in have.casefold(),
    "GT": lambda have, want: have > str(want),
    "GTE": lambda have, want: have >= str(want),
    "LT": lambda have, want: have < str(want),
    "LTE": lambda have, want: have <= str(want),
    "IN": lambda have, want: have.casefold() in {str(item).casefold() for item in want},
    "HAS_PROPERTY": lambda have, want: have != "",
    "NOT_HAS_PROPERTY": lambda have, want: have == "",
}


def find(call: HubspotCall) -> Response:
    """Objects that pass every filter of at least one group."""
    call.need("crm.objects.contacts.read")
    body = call.members()
    groups = body.get("filterGroups") or []
    table = call.portal.properties[call.kind]
    for group in groups:
        for item in group.get("filters", []):
            if item.get("operator") not in _TESTS or item.get("propertyName") not in table:
                raise errors.bad_input("There was a problem with the request: unknown operator or property")
    rows = []
    for crm_object in call.portal.objects[call.kind].values():
        seen = crm_object.as_indexed()
        if seen is not None and not crm_object.archived and _passes(seen, groups, body.get("query")):
            rows.append(crm_object)
    limit, after = min(int(body.get("limit", 10)), 200), int(body.get("after") or 0)
    results = [objects.present(call, row) for row in rows[after : after + limit]]
    for shown, row in zip(results, rows[after : after + limit], strict=True):
        seen = row.as_indexed() or {}
        shown["properties"].update({name: seen.get(name) for name in body.get("properties", [])})
    answer: dict[str, Any] = {"total": len(rows), "results": results}
    if after + limit < len(rows):
        answer["paging"] = {"next": {"after": str(after + limit)}}
    return as_json(answer)


def _passes(seen: dict[str, str], groups: list[dict[str, Any]], query: str | None) -> bool:
    if query and not any(query.casefold() in value.casefold() for value in seen.values()):
        return False
    return not groups or any(
        all(
            _TESTS[item["operator"]](seen.get(item["propertyName"], ""), item.get("values", item.get("value", "")))
            for item in group.get("filters", [])
        )
        for group in groups
    )


ROUTES = [("POST", "/<type>/search", find)]
