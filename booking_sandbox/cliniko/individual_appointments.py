"""Individual appointments: one patient each. Nothing prevents two at the same time; ``conflicts`` only tells."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import attendees, cancelling, diary_entries
from booking_sandbox.cliniko.answers import BLANK, Invalid, NotFound, no_content
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, referred, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record


def present(call: ClinikoCall, row: Record, resource: str = "individual_appointments") -> dict[str, Any]:
    """An individual appointment as Cliniko shows it."""
    patient = call.table("patients").get(row["patient_id"])
    name = f"{patient['first_name']} {patient['last_name']}" if patient else ""
    return {
        **diary_entries.present(call, row, "individual_appointments"),
        **cancelling.present(row),
        "patient_name": name,
        "patient_arrived": row.get("patient_arrived", False),
        "did_not_arrive": row.get("did_not_arrive", False),
        "email_reminder_sent": False,
        "sms_reminder_sent": False,
        "booking_ip_address": None,
        "online_booking_policy_accepted": None,
        "has_patient_appointment_notes": bool(patient and patient.get("appointment_notes")),
        "invoice_status": None,
        "treatment_note_status": None,
        "telehealth_url": f"{attendees.site_of(call)}/telehealth/practitioner/{row['id']}",
        "appointment_type": call.link("appointment_types", row["appointment_type_id"]),
        "patient": call.link("patients", row["patient_id"]),
        "patient_case": call.link("patient_cases", row.get("patient_case_id")),
        "attendees": call.link("individual_appointments", row["id"], "attendees"),
        "links": {"self": call.url(resource, row["id"])},
    }


INDIVIDUAL_APPOINTMENTS = Noun(
    "individual_appointments",
    present,
    {
        **dict.fromkeys(("archived_at", "deleted_at", "cancelled_at", "starts_at", "ends_at"), Kind.INSTANT),
        **{
            f"{name}_id": Kind.NUMBER
            for name in ("appointment_type", "business", "patient", "practitioner", "repeated_from")
        },
    },
    hides=("archived_at", "deleted_at", "cancelled_at"),
)


def create(call: ClinikoCall) -> Response:
    """Book. Neither availability, lead time nor overlap is looked at; the attendee comes with it."""
    body, errors = call.body(), Errors()
    values = diary_entries.read(call, body, errors, before=None, typed=True)
    values["patient_id"] = referred(call, body, "patient", "patients", errors)
    _check_case(call, body, values, errors)
    refuse_if(errors)
    return book(call, values)


def book(call: ClinikoCall, values: Record) -> Response:
    """Store an appointment, its copies and their attendees."""
    row = call.new_record(**values)
    for entry in [row, *diary_entries.copies(call, row)]:
        call.table("individual_appointments").put(entry)
        attendees.attend(call, entry["id"], entry["patient_id"], patient_case_id=entry.get("patient_case_id"))
    return created(call, INDIVIDUAL_APPOINTMENTS, row)


def _check_case(call: ClinikoCall, body: dict[str, Any], values: Record, errors: Errors) -> None:
    if body.get("patient_case_id") is None:
        return
    case = call.table("patient_cases").get(body["patient_case_id"])
    if case is None:
        errors["patient_case"] = BLANK
    elif case["archived_at"]:
        errors["base"] = "Case has been archived."
    else:
        values["patient_case_id"] = case["id"]


def change(call: ClinikoCall) -> Response:
    """Move or edit; ``ends_at: null`` computes the end anew."""
    row = visible(call, INDIVIDUAL_APPOINTMENTS, call.args["id"])
    body, errors = call.body(), Errors()
    values = diary_entries.read(call, body, errors, before=row, typed=True)
    if "patient_id" in body:
        values["patient_id"] = referred(call, body, "patient", "patients", errors)
    _check_case(call, body, values, errors)
    refuse_if(errors)
    return replaced(call, INDIVIDUAL_APPOINTMENTS, call.changed(row, **values))


def cancel(call: ClinikoCall) -> Response:
    """Cancel with a reason: 204, the time is free again, the record stays."""
    row = call.table("individual_appointments").get(call.args["id"])
    if row is None or row["archived_at"]:
        raise NotFound
    values = cancelling.read(call)
    if row.get("cancelled_at") and call.knobs.second_cancel == "422":
        raise Invalid({"base": "Appointment has already been cancelled."})
    for entry in [row, *_repeats(call, row)]:
        if not entry.get("cancelled_at"):
            call.table("individual_appointments").put(call.changed(entry, **values))
            attendees.change_all(call, entry["id"], **values)
    return no_content()


def _repeats(call: ClinikoCall, row: Record) -> list[Record]:
    if call.body().get("apply_to_repeats") is not True:
        return []
    return [entry for entry in call.table("individual_appointments") if entry.get("repeated_from_id") == row["id"]]


def archive(call: ClinikoCall) -> Response:
    """Take it out as if it had never been, with its attendee."""
    row = call.table("individual_appointments").get(call.args["id"])
    if row is None or (row["archived_at"] and call.knobs.archived_by_id == "404"):
        raise NotFound
    call.table("individual_appointments").put(call.changed(row, archived_at=call.now()))
    attendees.change_all(call, row["id"], archived_at=call.now())
    return no_content()


_PATH = "/individual_appointments/<id>"
ROUTES = [
    *routes_of(INDIVIDUAL_APPOINTMENTS, archivable=False),
    ("POST", "/individual_appointments", create),
    ("PATCH", _PATH, change),
    ("PATCH", f"{_PATH}/cancel", cancel),
    ("POST", f"{_PATH}/archive", archive),
    ("DELETE", _PATH, archive),
    ("GET", f"{_PATH}/conflicts", lambda call: diary_entries.conflicts(call, "individual_appointments")),
    ("GET", f"{_PATH}/attendees", lambda call: attendees.of_booking(call, "individual_appointments")),
]
