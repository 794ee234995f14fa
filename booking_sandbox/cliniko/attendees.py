"""Attendees: one for each individual appointment, many in a group session. Forms and arrival hang on them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import cancelling
from booking_sandbox.cliniko.answers import BLANK, INVALID, Invalid, NotFound, no_content
from booking_sandbox.cliniko.availability import is_live
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, listing, referred, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record


def site_of(call: ClinikoCall) -> str:
    """The clinic's own address in Cliniko's web application."""
    return f"https://{call.account.subdomain}.{call.account.shard}.cliniko.com"


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """An attendee as Cliniko shows it."""
    own = row["id"]
    return {
        **cancelling.present(row),
        "id": own,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "archived_at": row["archived_at"],
        "deleted_at": None,
        "arrived": row.get("arrived"),
        "notes": row.get("notes"),
        "email_reminder_sent": False,
        "sms_reminder_sent": False,
        "sent_email_reminders_count": 0,
        "sent_sms_reminders_count": 0,
        "booking_ip_address": None,
        "online_booking_policy_accepted": None,
        "invoice_status": None,
        "treatment_note_status": None,
        "cancellation_url": f"{site_of(call)}/bookings/cancel/{own}",
        "telehealth_url": f"{site_of(call)}/telehealth/{own}",
        "booking": call.link("bookings", row["booking_id"]),
        "patient": call.link("patients", row["patient_id"]),
        "patient_case": call.link("patient_cases", row.get("patient_case_id")),
        "invoices": call.link("attendees", own, "invoices"),
        "patient_forms": call.link("attendees", own, "patient_forms"),
        "links": {"self": call.url("attendees", own)},
    }


# The document filters by appointment_id as well as by booking_id; both name the same thing.
ATTENDEES = Noun(
    "attendees",
    present,
    {
        **dict.fromkeys(("archived_at", "deleted_at", "cancelled_at"), Kind.INSTANT),
        **dict.fromkeys(("appointment_id", "booking_id", "patient_case_id", "patient_id"), Kind.NUMBER),
    },
    hides=("archived_at", "deleted_at", "cancelled_at"),
)


def attend(call: ClinikoCall, booking_id: str, patient_id: str, **more: Any) -> Record:
    """Put a patient into a booking; the attendee may show itself a moment later."""
    row = call.new_record(booking_id=booking_id, appointment_id=booking_id, patient_id=patient_id, **more)
    lag = call.knobs
    call.world.delays.begin(f"attendee:{row['id']}", reads=lag.attendee_lag_reads, seconds=lag.attendee_lag_seconds)
    return call.table("attendees").put(row)


def change_all(call: ClinikoCall, booking_id: str, **values: Any) -> None:
    """Change every attendee of a booking alike."""
    for row in call.table("attendees"):
        if row["booking_id"] == booking_id:
            call.table("attendees").put(call.changed(row, **values))


def everything(call: ClinikoCall) -> Response:
    """All attendees that have shown themselves."""
    return listing(call, ATTENDEES, _shown(call, list(call.table("attendees"))))


def of_booking(call: ClinikoCall, table: str) -> Response:
    """The attendees of one appointment or session."""
    booking = call.table(table).get(call.args["id"])
    if booking is None:
        raise NotFound
    mine = [row for row in call.table("attendees") if row["booking_id"] == booking["id"]]
    return listing(call, ATTENDEES, _shown(call, mine))


def _shown(call: ClinikoCall, rows: list[Record]) -> list[Record]:
    return [row for row in rows if call.world.delays.is_over(f"attendee:{row['id']}")]


def create(call: ClinikoCall) -> Response:
    """Take a seat in a group session; ``booking_id`` names the session."""
    body, errors = call.body(), Errors()
    session = call.table("group_appointments").get(body.get("booking_id"))
    if session is None or session["archived_at"]:
        errors["appointment_id"] = BLANK
    elif call.knobs.full_group == "422" and _is_full(call, session):
        errors["base"] = "The group appointment is full."
    patient_id = referred(call, body, "patient", "patients", errors)
    arrived = _arrived(body, errors)
    refuse_if(errors)
    assert session is not None
    assert patient_id is not None
    return created(call, ATTENDEES, attend(call, session["id"], patient_id, notes=body.get("notes"), **arrived))


def _is_full(call: ClinikoCall, session: Record) -> bool:
    seated = [row for row in call.table("attendees") if row["booking_id"] == session["id"] and is_live(row)]
    return len(seated) >= int(session["max_attendees"])


def _arrived(body: dict[str, Any], errors: Errors) -> dict[str, bool | None]:
    if "arrived" not in body:
        return {}
    if body["arrived"] not in (True, False, None):
        errors["arrived"] = INVALID
    return {"arrived": body["arrived"]}


def change(call: ClinikoCall) -> Response:
    """Note arrival (true, false, null), notes or case; arrival shows on the appointment as two flags."""
    row = visible(call, ATTENDEES, call.args["id"])
    body, errors = call.body(), Errors()
    values: dict[str, Any] = dict(_arrived(body, errors))
    refuse_if(errors)
    values.update({name: body[name] for name in ("notes", "patient_case_id") if name in body})
    appointment = call.table("individual_appointments").get(row["booking_id"])
    if appointment is not None and "arrived" in values:
        came = values["arrived"]
        flags = {"patient_arrived": came, "did_not_arrive": None if came is None else not came}
        call.table("individual_appointments").put(call.changed(appointment, **flags))
    return replaced(call, ATTENDEES, call.changed(row, **values))


def cancel(call: ClinikoCall) -> Response:
    """Give up a seat in a group session; an individual appointment is cancelled itself, not here."""
    row = visible(call, ATTENDEES, call.args["id"])
    if call.table("group_appointments").get(row["booking_id"]) is None:
        raise Invalid({"base": "Only attendees of group appointments can be cancelled."})
    call.table("attendees").put(call.changed(row, **cancelling.read(call)))
    return no_content()


ROUTES = [
    ("GET", "/attendees", everything),
    *routes_of(ATTENDEES)[1:],
    ("POST", "/attendees", create),
    ("PATCH", "/attendees/<id>", change),
    ("PATCH", "/attendees/<id>/cancel", cancel),
]
