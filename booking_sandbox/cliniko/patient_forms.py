"""Patient forms. A form may be completed through the API, and only then are required answers required."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import attendees, fields, form_content, signatures
from booking_sandbox.cliniko.answers import BLANK, INVALID
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors, TextField
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.form_content import ContentInvalid
from booking_sandbox.cliniko.noun import Noun, created, listing, live, referred, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record

_NAME = (TextField("name", 255, required=True),)
_FLAGS = ("email_to_patient_on_completion", "restricted_to_practitioner")


def present(call: ClinikoCall, form: Record) -> dict[str, Any]:
    """A form as Cliniko shows it; ``url`` is where the patient could fill it in."""
    attendee = call.table("attendees").get(form.get("attendee_id"))
    return {
        "id": form["id"],
        "created_at": form["created_at"],
        "updated_at": form["updated_at"],
        "archived_at": form["archived_at"],
        "completed_at": form.get("completed_at"),
        "edited_at": form.get("edited_at"),
        "name": form["name"],
        "content": form.get("content"),
        "url": f"{attendees.site_of(call)}/f/?{form['id']}",
        "email_to_patient_on_completion": form.get("email_to_patient_on_completion", False),
        "restricted_to_practitioner": form.get("restricted_to_practitioner", False),
        "signatures": _signatures(call, form),
        "attendee": call.link("attendees", form.get("attendee_id")),
        "booking": call.link("bookings", attendee["booking_id"] if attendee else None),
        "patient": call.link("patients", form["patient_id"]),
        "links": {"self": call.url("patient_forms", form["id"])},
    }


def _signatures(call: ClinikoCall, form: Record) -> Any:
    links = [
        call.link("patient_forms", form["id"], "signatures", signature_id)
        for signature_id in signatures.ids_in(form.get("content"))
    ]
    if not links:
        return None
    return links if call.knobs.signatures == "array" else links[0]


PATIENT_FORMS = Noun(
    "patient_forms",
    present,
    {"attendee_id": Kind.NUMBER, "completed_at": Kind.INSTANT, "patient_id": Kind.NUMBER, "archived_at": Kind.INSTANT},
)


def create(call: ClinikoCall) -> Response:
    """Add a form, from a template or on its own, as a draft or completed."""
    body, errors = call.body(), Errors()
    start = _from_template(call, body, errors)
    patient_id = referred(call, body, "patient", "patients", errors)
    form = call.new_record(**{**start, **_read(call, body, errors), "patient_id": patient_id})
    if not form.get("name"):
        errors["name"] = BLANK
    return created(call, PATIENT_FORMS, _finished(call, form, body, errors))


def change(call: ClinikoCall) -> Response:
    """Change a form, a completed one too: its name, content, attendee."""
    before = visible(call, PATIENT_FORMS, call.args["id"])
    body, errors = call.body(), Errors()
    form = call.changed(before, **_read(call, body, errors))
    if before.get("completed_at") and "content" in body:
        form["edited_at"] = call.now()
    return replaced(call, PATIENT_FORMS, _finished(call, form, body, errors))


def _from_template(call: ClinikoCall, body: dict[str, Any], errors: Errors) -> dict[str, Any]:
    if body.get("patient_form_template_id") is None:
        return {}
    template = live(call, "patient_form_templates", body["patient_form_template_id"])
    if template is None:
        errors["patient_form_template"] = BLANK
        return {}
    return {name: template.get(name) for name in ("name", "content", *_FLAGS)}


def _read(call: ClinikoCall, body: dict[str, Any], errors: Errors) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields.texts(body, _NAME, errors))
    values.update(fields.booleans(body, (*_FLAGS, "completed"), errors))
    values.pop("completed", None)
    if "attendee_id" in body:
        values["attendee_id"] = None if body["attendee_id"] is None else str(body["attendee_id"])
    if "content" in body:
        values["content"] = _content(call, body["content"], errors)
    return values


def _content(call: ClinikoCall, content: Any, errors: Errors) -> Record | None:
    try:
        return form_content.read(content)
    except ContentInvalid as error:
        errors["content"] = _reason(call, error)
        return None


def _reason(call: ClinikoCall, error: ContentInvalid) -> str | None:
    return str(error) if call.knobs.schema_errors == "text" else None


def _finished(call: ClinikoCall, form: Record, body: dict[str, Any], errors: Errors) -> Record:
    _check_attendee(call, form, body, errors)
    completed = body.get("completed", bool(form.get("completed_at")))
    missing = form_content.unanswered(form.get("content")) if completed else []
    if missing:
        errors.setdefault("content", f"{missing[0]} must be answered")
    refuse_if(errors)
    try:
        content = signatures.stored(call, form.get("content"), form["id"])
    except ContentInvalid as error:
        refuse_if({"content": _reason(call, error)})
        raise
    completed_at = (form.get("completed_at") or call.now()) if completed else None
    return {**form, "content": content, "completed_at": completed_at}


def _check_attendee(call: ClinikoCall, form: Record, body: dict[str, Any], errors: Errors) -> None:
    if body.get("attendee_id") is None:
        return
    attendee = live(call, "attendees", body["attendee_id"])
    if attendee is None:
        errors["attendee"] = BLANK
    elif call.knobs.attendee_patient_check and attendee["patient_id"] != form["patient_id"]:
        errors["attendee"] = INVALID


def of_attendee(call: ClinikoCall) -> Response:
    """The forms of one attendee."""
    attendee = visible(call, attendees.ATTENDEES, call.args["id"])
    rows = [form for form in call.table("patient_forms") if form.get("attendee_id") == attendee["id"]]
    return listing(call, PATIENT_FORMS, rows)


ROUTES = [
    *[route for route in routes_of(PATIENT_FORMS) if route[0] != "DELETE"],
    ("POST", "/patient_forms", create),
    ("PATCH", "/patient_forms/<id>", change),
    ("GET", "/attendees/<id>/patient_forms", of_attendee),
]
