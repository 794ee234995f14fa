"""Patients: nothing stops a second record of the same person, and only the two names are required."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import fields, patient_fields, phone_numbers, referral_sources
from booking_sandbox.cliniko.answers import NotFound, as_json
from booking_sandbox.cliniko.availability import is_live
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record

_UNSET: dict[str, Any] = {
    **{field.name: "" for field in patient_fields.TEXTS},
    "accepted_email_marketing": None,
    "accepted_privacy_policy": None,
    "accepted_sms_marketing": True,
    "receives_confirmation_emails": True,
    "custom_fields": None,
    "date_of_birth": None,
    "pronouns": None,
    "reminder_type": "SMS & Email",
    "country": "",
    "time_zone": None,
}


def present(call: ClinikoCall, patient: Record) -> dict[str, Any]:
    """A patient as Cliniko shows it. ``gender`` and ``accepted_sms_marketing`` can only be read."""
    country = call.account.settings["account"]["country_code"]
    own = patient["id"]
    return {
        **{name: patient.get(name, unset) for name, unset in _UNSET.items()},
        "id": own,
        "label": f"{patient['first_name']} {patient['last_name']}",
        "gender": patient.get("sex") or None,
        "archived_at": patient["archived_at"],
        "deleted_at": None,
        "created_at": patient["created_at"],
        "updated_at": patient["updated_at"],
        "merged_at": patient.get("merged_at"),
        "merged_with_patient": call.link("patients", patient.get("merged_with_patient_id")),
        "patient_phone_numbers": phone_numbers.present(patient.get("patient_phone_numbers", []), country),
        "appointments": call.link("patients", own, "appointments"),
        "attendees": call.filter_link("attendees", f"patient_id:={own}"),
        "latest_booking": call.link("bookings", _latest_booking(call, own)),
        "invoices": call.link("patients", own, "invoices"),
        "medical_alerts": call.link("patients", own, "medical_alerts"),
        "patient_attachments": call.link("patients", own, "patient_attachments"),
        "concession_type": call.link("concession_types", patient.get("concession_type_id")),
        "referring_doctor": call.link("contacts", patient.get("referring_doctor_id")),
        "links": {"self": call.url("patients", own)},
    }


def _latest_booking(call: ClinikoCall, patient_id: str) -> str | None:
    mine = [row for row in call.table("individual_appointments") if row["patient_id"] == patient_id and is_live(row)]
    return max(mine, key=lambda row: str(row["starts_at"]))["id"] if mine else None


PATIENTS = Noun(
    "patients",
    present,
    {
        "archived_at": Kind.INSTANT,
        "date_of_birth": Kind.DATE,
        **dict.fromkeys(("email", "first_name", "last_name", "preferred_first_name", "old_reference_id"), Kind.TEXT),
    },
)


def create(call: ClinikoCall) -> Response:
    """Add a patient; the same person may be added twice."""
    body, errors = call.body(), Errors()
    fields.require(body, ("first_name", "last_name"), errors)
    values = patient_fields.read(body, call.account, errors)
    refuse_if(errors)
    patient = call.new_record(**values)
    referral_sources.remember_text(call, patient["id"], values.get("referral_source", ""))
    return created(call, PATIENTS, patient)


def change(call: ClinikoCall) -> Response:
    """Change a patient; the list of phone numbers replaces the old one unless the knob says merge."""
    patient = visible(call, PATIENTS, call.args["id"])
    errors = Errors()
    values = patient_fields.read(call.body(), call.account, errors)
    refuse_if(errors)
    if "patient_phone_numbers" in values and call.knobs.phone_numbers_on_patch == "merge":
        known = patient.get("patient_phone_numbers", [])
        values["patient_phone_numbers"] = known + [
            item for item in values["patient_phone_numbers"] if item not in known
        ]
    referral_sources.remember_text(call, patient["id"], values.get("referral_source", ""))
    return replaced(call, PATIENTS, call.changed(patient, **values))


def unarchive(call: ClinikoCall) -> Response:
    """Bring an archived patient back; answers 200 with the patient."""
    patient = call.table("patients").get(call.args["id"])
    if patient is None:
        raise NotFound
    return as_json(present(call, call.table("patients").put(call.changed(patient, archived_at=None))))


ROUTES = [
    *routes_of(PATIENTS),
    ("POST", "/patients", create),
    ("PATCH", "/patients/<id>", change),
    ("POST", "/patients/<id>/unarchive", unarchive),
]
