"""Where patients heard of the clinic: a text on the patient, or a structured source."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import BLANK, NOT_INCLUDED, NotFound, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.noun import Noun, refuse_if, routes_of
from booking_sandbox.table import Record


def _type(call: ClinikoCall, row: Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "name": row["name"],
        "referrer_type": row.get("referrer_type"),
        "referrers": None,
        "subcategories": row.get("subcategories"),
        "links": {"self": call.url("referral_source_types", row["id"])},
    }


def _source(call: ClinikoCall, row: Record) -> dict[str, Any]:
    kind = call.table("referral_source_types").get(row["referral_source_type_id"])
    referrer_type = kind.get("referrer_type") if kind else None
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "notes": row.get("notes", ""),
        "patient": call.link("patients", row["patient_id"]),
        "referral_source_type": call.link("referral_source_types", row["referral_source_type_id"]),
        "referrer": call.link("contacts" if referrer_type == "Contact" else "patients", row.get("referrer_id")),
        "referrer_type": referrer_type,
        "subcategory": row.get("subcategory"),
        "links": {"self": call.url("patients", row["patient_id"], "referral_source")},
    }


SOURCES = Noun("referral_sources", _source)
TYPES = Noun("referral_source_types", _type)


def _of_patient(call: ClinikoCall, patient_id: str) -> Record | None:
    return next((row for row in call.table("referral_sources") if row["patient_id"] == patient_id), None)


def remember_text(call: ClinikoCall, patient_id: str, text: str) -> None:
    """Keep the free text as notes; the source's type becomes "Other" when there is none yet."""
    if not text:
        return
    source = _of_patient(call, patient_id)
    if source is None:
        other = next(row for row in call.table("referral_source_types") if row["name"] == "Other")
        source = call.new_record(patient_id=patient_id, referral_source_type_id=other["id"])
    call.table("referral_sources").put(call.changed(source, notes=text))


def show(call: ClinikoCall) -> Response:
    """The patient's source; 404 when there is none."""
    source = _of_patient(call, call.args["id"])
    if source is None:
        raise NotFound
    return as_json(_source(call, source))


def change(call: ClinikoCall) -> Response:
    """Set the patient's structured source."""
    if call.table("patients").get(call.args["id"]) is None:
        raise NotFound
    body, errors = call.body(), Errors()
    source = _of_patient(call, call.args["id"]) or call.new_record(patient_id=call.args["id"])
    kind = call.table("referral_source_types").get(
        body.get("referral_source_type_id", source.get("referral_source_type_id"))
    )
    if kind is None:
        errors["referral_source_type"] = BLANK
    elif body.get("subcategory") and body["subcategory"] not in (kind.get("subcategories") or []):
        errors["subcategory"] = NOT_INCLUDED
    refuse_if(errors)
    assert kind is not None
    values = {name: body[name] for name in ("notes", "referrer_id", "subcategory") if name in body}
    changed = call.changed(source, referral_source_type_id=kind["id"], **values)
    return as_json(_source(call, call.table("referral_sources").put(changed)))


ROUTES = [
    *routes_of(SOURCES, archivable=False)[:1],
    *routes_of(TYPES, archivable=False),
    ("GET", "/patients/<id>/referral_source", show),
    ("PATCH", "/patients/<id>/referral_source", change),
]
