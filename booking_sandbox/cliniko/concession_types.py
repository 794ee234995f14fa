"""Concession types: a name each."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record

_TEXTS = (TextField("name", 255, required=True),)


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """A concession type as Cliniko shows it."""
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "name": row["name"],
        "links": {"self": call.url("concession_types", row["id"])},
    }


CONCESSION_TYPES = Noun("concession_types", present)


def create(call: ClinikoCall) -> Response:
    """Add one."""
    body, errors = call.body(), Errors()
    fields.require(body, ("name",), errors)
    values = fields.texts(body, _TEXTS, errors)
    refuse_if(errors)
    return created(call, CONCESSION_TYPES, call.new_record(**values))


def change(call: ClinikoCall) -> Response:
    """Rename one."""
    row, errors = visible(call, CONCESSION_TYPES, call.args["id"]), Errors()
    values = fields.texts(call.body(), _TEXTS, errors)
    refuse_if(errors)
    return replaced(call, CONCESSION_TYPES, call.changed(row, **values))


ROUTES = [
    *routes_of(CONCESSION_TYPES, archivable=False),
    ("POST", "/concession_types", create),
    ("PATCH", "/concession_types/<id>", change),
]
