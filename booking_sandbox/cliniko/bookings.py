"""Bookings: appointments, sessions and blocks in one list, to be read only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import group_appointments, individual_appointments, unavailable_blocks
from booking_sandbox.cliniko.answers import NotFound, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, listing, visible
from booking_sandbox.table import Record

_TABLES = ("individual_appointments", "group_appointments", "unavailable_blocks")


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """A booking; its members tell which of the three it is."""
    if "patient_id" in row:
        return individual_appointments.present(call, row, "bookings")
    if "max_attendees" in row:
        return group_appointments.present(call, row, "bookings")
    return unavailable_blocks.present(call, row, "bookings")


BOOKINGS = Noun(
    "bookings",
    present,
    {
        **dict.fromkeys(("archived_at", "deleted_at", "cancelled_at", "starts_at", "ends_at"), Kind.INSTANT),
        **{f"{name}_id": Kind.NUMBER for name in ("appointment_type", "business", "practitioner", "repeated_from")},
        "did_not_arrive": Kind.BOOLEAN,
        "patient_ids": Kind.LIST,
    },
    hides=("archived_at", "deleted_at", "cancelled_at"),
)


def _rows(call: ClinikoCall) -> Iterator[Record]:
    wants_patients = any(text.startswith("patient_ids:") for text in call.request.args.getlist("q[]"))
    for name in _TABLES:
        for row in call.table(name):
            yield {**row, "patient_ids": _patients(call, row)} if wants_patients else row


def _patients(call: ClinikoCall, row: Record) -> list[str]:
    if "patient_id" in row:
        return [row["patient_id"]]
    return group_appointments.patient_ids(call, row["id"]) if "max_attendees" in row else []


def everything(call: ClinikoCall) -> Response:
    """The list."""
    return listing(call, BOOKINGS, _rows(call))


def one(call: ClinikoCall) -> Response:
    """One booking by the id of what it is."""
    for name in _TABLES:
        if call.table(name).get(call.args["id"]):
            noun = Noun(name, present, BOOKINGS.filters, BOOKINGS.hides)
            return as_json(present(call, visible(call, noun, call.args["id"])))
    raise NotFound


ROUTES = [("GET", "/bookings", everything), ("GET", "/bookings/<id>", one)]
