"""Group appointments: sessions with seats."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import attendees, diary_entries, fields
from booking_sandbox.cliniko.availability import is_live
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, created, refuse_if, replaced, routes_of, visible
from booking_sandbox.table import Record


def present(call: ClinikoCall, row: Record, resource: str = "group_appointments") -> dict[str, Any]:
    """A session as Cliniko shows it."""
    return {
        **diary_entries.present(call, row, "group_appointments"),
        "max_attendees": row["max_attendees"],
        "patient_ids": patient_ids(call, row["id"]),
        "telehealth_url": f"{attendees.site_of(call)}/telehealth/practitioner/{row['id']}",
        "appointment_type": call.link("appointment_types", row["appointment_type_id"]),
        "attendees": call.link("group_appointments", row["id"], "attendees"),
        "links": {"self": call.url(resource, row["id"])},
    }


def patient_ids(call: ClinikoCall, session_id: str) -> list[str]:
    """Who sits in a session."""
    return [row["patient_id"] for row in call.table("attendees") if row["booking_id"] == session_id and is_live(row)]


GROUP_APPOINTMENTS = Noun(
    "group_appointments",
    present,
    {
        **dict.fromkeys(("archived_at", "deleted_at", "starts_at", "ends_at"), Kind.INSTANT),
        **{f"{name}_id": Kind.NUMBER for name in ("appointment_type", "business", "practitioner", "repeated_from")},
        "patient_ids": Kind.LIST,
    },
)


def create(call: ClinikoCall) -> Response:
    """Add a session; its seats come from the type unless given."""
    body, errors = call.body(), Errors()
    values = diary_entries.read(call, body, errors, before=None, typed=True)
    kind = call.table("appointment_types").get(body.get("appointment_type_id"))
    values["max_attendees"] = (kind or {}).get("max_attendees", 1)
    values.update(fields.integer(body, "max_attendees", errors, least=1, most=100))
    refuse_if(errors)
    row = call.new_record(**values)
    for copy in diary_entries.copies(call, row):
        call.table("group_appointments").put(copy)
    return created(call, GROUP_APPOINTMENTS, row)


def change(call: ClinikoCall) -> Response:
    """Change a session."""
    row = visible(call, GROUP_APPOINTMENTS, call.args["id"])
    body, errors = call.body(), Errors()
    values = diary_entries.read(call, body, errors, before=row, typed=True)
    values.update(fields.integer(body, "max_attendees", errors, least=1, most=100))
    refuse_if(errors)
    return replaced(call, GROUP_APPOINTMENTS, call.changed(row, **values))


_PATH = "/group_appointments/<id>"
ROUTES = [
    *routes_of(GROUP_APPOINTMENTS),
    ("POST", "/group_appointments", create),
    ("PATCH", _PATH, change),
    ("GET", f"{_PATH}/conflicts", lambda call: diary_entries.conflicts(call, "group_appointments")),
    ("GET", f"{_PATH}/attendees", lambda call: attendees.of_booking(call, "group_appointments")),
]
