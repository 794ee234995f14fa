"""Templates of patient forms: a name and questions without answers."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields, form_content
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.form_content import ContentInvalid
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record

_NAME = (TextField("name", 255, required=True),)
_FLAGS = ("email_to_patient_on_completion", "restricted_to_practitioner")


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """A template as Cliniko shows it."""
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "archived_at": row["archived_at"],
        "name": row["name"],
        "content": row.get("content"),
        "email_to_patient_on_completion": row.get("email_to_patient_on_completion", False),
        "restricted_to_practitioner": row.get("restricted_to_practitioner", False),
        "links": {"self": call.url("patient_form_templates", row["id"])},
    }


PATIENT_FORM_TEMPLATES = Noun("patient_form_templates", present, {"archived_at": Kind.INSTANT})


def create(call: ClinikoCall) -> Response:
    """Add a template."""
    body, errors = call.body(), Errors()
    fields.require(body, ("name",), errors)
    values = _read(call, body, errors)
    return created(call, PATIENT_FORM_TEMPLATES, call.new_record(**values))


def change(call: ClinikoCall) -> Response:
    """Change a template."""
    row = visible(call, PATIENT_FORM_TEMPLATES, call.args["id"])
    return replaced(call, PATIENT_FORM_TEMPLATES, call.changed(row, **_read(call, call.body(), Errors())))


def _read(call: ClinikoCall, body: dict[str, Any], errors: Errors) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields.texts(body, _NAME, errors))
    values.update(fields.booleans(body, _FLAGS, errors))
    if "content" in body:
        try:
            values["content"] = form_content.read(body["content"])
        except ContentInvalid as error:
            errors["content"] = str(error)
    refuse_if(errors)
    return values


ROUTES = [
    *[route for route in routes_of(PATIENT_FORM_TEMPLATES) if route[0] != "DELETE"],
    ("POST", "/patient_form_templates", create),
    ("PATCH", "/patient_form_templates/<id>", change),
]
