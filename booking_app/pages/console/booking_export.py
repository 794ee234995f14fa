"""Bookings as a table for a spreadsheet; without names unless they are asked for, and then that is written down."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_filters import wanted_bookings, with_patients
from booking_app.pages.console.booking_lines import ShownLine, shown_lines
from booking_app.pages.console.tables import csv_file
from booking_app.pages.shared import use_cases

AT_ONCE = 100  # bookings, whose names are one call to Cliniko
MOST = 2000
HEADINGS = ("reference", "starts_at", "day", "time", "service", "practitioner", "location", "state", "booked_at")
OF_PEOPLE = ("patient", "phone", "email")


@blueprint.post("/<slug>/bookings/export.csv", endpoint="bookings_export")
@allow(Role.RECEPTIONIST)
def export(slug: str) -> Response:
    """What the list shows, all of its pages; the first MOST bookings."""
    has_names = bool(request.form.get("names"))
    lines = list(_lines())
    rows = [[*_facts(line), *(_person(line) if has_names else ())] for line in lines]
    use_cases().staff_actions.note_export(author(), current_clinic().id, len(rows), has_names=has_names)
    return csv_file("bookings", [(*HEADINGS, *(OF_PEOPLE if has_names else ())), *rows])


def _lines() -> Iterator[ShownLine]:
    clinic = current_clinic()
    wanted, _ = with_patients(clinic.id, wanted_bookings())
    for page in range(1, MOST // AT_ONCE + 1):
        found = use_cases().overview.find(clinic, replace(wanted, page=page), per_page=AT_ONCE)
        yield from shown_lines(found.lines, clinic).lines
        if not found.has_more:
            return


def _facts(line: ShownLine) -> Sequence[Any]:
    return (
        line.reference, line.iso, line.on.isoformat(), line.time, line.service, line.practitioner, line.location,
        line.state, line.booked_at,
    )  # fmt: skip


def _person(line: ShownLine) -> Sequence[Any]:
    return (line.patient, line.phone, line.email)
