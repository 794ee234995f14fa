"""What appointments, sessions and blocks share: a practitioner's time at a business, with links and conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import availability, repeats
from booking_sandbox.cliniko.answers import BLANK, INVALID, NOT_A_NUMBER, NotFound, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.noun import live, referred
from booking_sandbox.instants import as_text, from_text
from booking_sandbox.table import Record


def present(call: ClinikoCall, entry: Record, resource: str) -> dict[str, Any]:
    """The members all diary entries show."""
    own = entry["id"]
    has_repeats = bool(entry.get("repeat_rule"))
    return {
        "id": own,
        "created_at": entry["created_at"],
        "updated_at": entry["updated_at"],
        "archived_at": entry["archived_at"],
        "deleted_at": None,
        "starts_at": entry["starts_at"],
        "ends_at": entry["ends_at"],
        "notes": entry.get("notes"),
        "repeat_rule": entry.get("repeat_rule", {}),
        "repeats": call.filter_link(resource, f"repeated_from_id:={own}") if has_repeats else None,
        "repeated_from": call.link(resource, entry.get("repeated_from_id")),
        "business": call.link("businesses", entry["business_id"]),
        "practitioner": call.link("practitioners", entry["practitioner_id"]),
        "conflicts": call.link(resource, own, "conflicts"),
        "links": {"self": call.url(resource, own)},
    }


def read(call: ClinikoCall, body: Mapping[str, Any], errors: Errors, *, before: Record | None, typed: bool) -> Record:
    """The members of a body that all diary entries take; ``before`` is the record being changed."""
    values: Record = {}
    for name, table in (("business", "businesses"), ("practitioner", "practitioners")):
        if before is None or f"{name}_id" in body:
            values[f"{name}_id"] = referred(call, body, name, table, errors)
    kind = _kind(call, body, before, values, errors) if typed else None
    values.update(_times(body, before, kind, errors))
    if "notes" in body:
        values["notes"] = body["notes"]
    if "repeat_rule" in body:
        values["repeat_rule"] = repeats.read(body["repeat_rule"], errors)
    return values


def _kind(
    call: ClinikoCall, body: Mapping[str, Any], before: Record | None, values: Record, errors: Errors
) -> Record | None:
    wanted = body.get("appointment_type_id", before and before["appointment_type_id"])
    kind = live(call, "appointment_types", wanted)
    if before is None or "appointment_type_id" in body:
        if kind is None:
            # Cliniko copies max_attendees from the type, and complains about that when there is no type.
            errors["max_attendees"] = NOT_A_NUMBER
        else:
            values["appointment_type_id"] = kind["id"]
    return kind or call.table("appointment_types").get(wanted)


def _times(body: Mapping[str, Any], before: Record | None, kind: Record | None, errors: Errors) -> dict[str, str]:
    if before is not None and not {"starts_at", "ends_at"} & body.keys():
        return {}
    start = from_text(body.get("starts_at", before and before["starts_at"]))
    if start is None:
        errors["starts_at"] = BLANK if not body.get("starts_at") else INVALID
        return {}
    end = _end(body, before, kind, start, errors)
    if end is None:
        return {}
    if end < start:
        errors["ends_at"] = "must be after the start time"
    return {"starts_at": as_text(start), "ends_at": as_text(end)}


def _end(
    body: Mapping[str, Any], before: Record | None, kind: Record | None, start: datetime, errors: Errors
) -> datetime | None:
    given = body.get("ends_at")
    if given:
        end = from_text(given)
        if end is None:
            errors["ends_at"] = INVALID
        return end
    if before is not None and "ends_at" not in body:
        return from_text(before["ends_at"])
    if kind is not None:
        return start + timedelta(minutes=kind["duration_in_minutes"])
    if "max_attendees" not in errors:
        errors["ends_at"] = BLANK
    return None


def copies(call: ClinikoCall, entry: Record) -> list[Record]:
    """The later entries a repeat rule asks for, not yet stored."""
    start, end = availability.span_of(entry)
    return [
        {
            **entry,
            **call.new_record(),
            "starts_at": as_text(later),
            "ends_at": as_text(later + (end - start)),
            "repeat_rule": {},
            "repeated_from_id": entry["id"],
        }
        for later in repeats.later_starts(entry.get("repeat_rule", {}), start)
    ]


def conflicts(call: ClinikoCall, table: str) -> Response:
    """Whether anything else of the practitioner overlaps the entry."""
    entry = call.table(table).get(call.args["id"])
    if entry is None or entry["archived_at"]:
        raise NotFound
    start, end = availability.span_of(entry)
    busy = availability.is_busy(call.account, entry["practitioner_id"], (start, end), besides=entry["id"])
    return as_json({"conflicts": {"exist": busy}})
