"""Sorting and pages: the envelope every list comes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from booking_sandbox.cliniko.answers import BadRequest
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.table import Record


def in_order(call: ClinikoCall, records: list[Record], columns: set[str]) -> list[Record]:
    """Records as ``sort`` (and the deprecated ``order``) ask; by creation otherwise. Raises BadRequest."""
    wanted = call.request.args.get("sort", "")
    default = call.request.args.get("order", "asc")
    parts = [part.partition(":") for part in wanted.split(",") if part] or [("created_at", "", default)]
    ordered = sorted(records, key=lambda record: int(record["id"]))
    for name, _, direction in reversed(parts):
        direction = direction or default
        if name not in columns or direction not in ("asc", "desc"):
            raise BadRequest(f"{name} is not sortable")
        ordered.sort(key=_sort_key(name), reverse=direction == "desc")
    return ordered


def _sort_key(name: str) -> Callable[[Record], tuple[bool, Any]]:
    def key(record: Record) -> tuple[bool, Any]:
        value = record.get(name)
        if name.endswith("id") and value is not None:
            return (True, int(value))
        return (value is not None, value if value is not None else "")

    return key


def page_of(
    call: ClinikoCall,
    envelope: str,
    rows: Sequence[Any],
    present: Callable[[Any], Any],
    *,
    relative: bool = False,
) -> dict[str, Any]:
    """One page of rows in its envelope; ``previous`` and ``next`` are absent at the ends."""
    page, per_page = _number(call, "page", 1), _per_page(call)
    first = (page - 1) * per_page
    links = {"self": _page_url(call, page, relative)}
    if page > 1:
        links["previous"] = _page_url(call, page - 1, relative)
    if first + per_page < len(rows):
        links["next"] = _page_url(call, page + 1, relative)
    return {
        envelope: [present(row) for row in rows[first : first + per_page]],
        "total_entries": len(rows),
        "links": links,
    }


def _number(call: ClinikoCall, name: str, default: int) -> int:
    text = call.request.args.get(name, "")
    return max(1, int(text)) if text.isdecimal() else default


def _per_page(call: ClinikoCall) -> int:
    asked = _number(call, "per_page", 50)
    if asked > 100 and call.knobs.per_page_over_100 == "400":
        raise BadRequest("per_page must be between 1 and 100")
    return min(asked, 100)


def _page_url(call: ClinikoCall, page: int, relative: bool) -> str:
    query = [(key, value) for key, value in call.request.args.items(multi=True) if key != "page"]
    path = call.request.path if relative else call.request.host_url.rstrip("/") + call.request.path
    return f"{path}?{urlencode([*query, ('page', str(page))])}"
