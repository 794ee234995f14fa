"""Unavailable blocks: breaks, leave, closures."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import diary_entries
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record


def present(call: ClinikoCall, row: Record, resource: str = "unavailable_blocks") -> dict[str, Any]:
    """A block as Cliniko shows it."""
    shown = diary_entries.present(call, row, "unavailable_blocks")
    return {**shown, "links": {"self": call.url(resource, row["id"])}}


UNAVAILABLE_BLOCKS = Noun(
    "unavailable_blocks",
    present,
    {
        **dict.fromkeys(("archived_at", "deleted_at", "starts_at", "ends_at"), Kind.INSTANT),
        **{f"{name}_id": Kind.NUMBER for name in ("business", "practitioner", "repeated_from")},
    },
)


def create(call: ClinikoCall) -> Response:
    """Block time, once or repeatedly."""
    errors = Errors()
    values = diary_entries.read(call, call.body(), errors, before=None, typed=False)
    refuse_if(errors)
    row = call.new_record(**values)
    for copy in diary_entries.copies(call, row):
        call.table("unavailable_blocks").put(copy)
    return created(call, UNAVAILABLE_BLOCKS, row)


def change(call: ClinikoCall) -> Response:
    """Change a block."""
    row, errors = visible(call, UNAVAILABLE_BLOCKS, call.args["id"]), Errors()
    values = diary_entries.read(call, call.body(), errors, before=row, typed=False)
    refuse_if(errors)
    return replaced(call, UNAVAILABLE_BLOCKS, call.changed(row, **values))


_PATH = "/unavailable_blocks/<id>"
ROUTES = [
    *routes_of(UNAVAILABLE_BLOCKS),
    ("POST", "/unavailable_blocks", create),
    ("PATCH", _PATH, change),
    ("GET", f"{_PATH}/conflicts", lambda call: diary_entries.conflicts(call, "unavailable_blocks")),
]
