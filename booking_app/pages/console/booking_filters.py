"""Which bookings a list, a week or a table for a spreadsheet is asked for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from flask import request

from booking_app.bookings.overview import Wanted, When
from booking_app.pages.console.access import current_clinic
from booking_app.pages.console.booking_lines import problem_words
from booking_app.pages.console.readings import service_names
from booking_app.pages.console.task_words import BOOKING_STATES
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.typed_values import day_in, page_asked

WHENS = {"upcoming": "Upcoming", "past": "Past", "any": "All"}
NO_NAME = "@0123456789"  # a reference, an address and a number are no names


def with_patients(clinic_id: int, wanted: Wanted) -> tuple[Wanted, str]:
    """The same with the patients that Cliniko has by that name, and a sentence where it cannot be asked."""
    if not wanted.text or any(sign in wanted.text for sign in NO_NAME):
        return wanted, ""
    ids, problem = use_cases().live_people.named(clinic_id, wanted.text)
    return replace(wanted, patient_ids=ids), problem_words(problem)


def wanted_bookings() -> Wanted:
    """What this request asks for; nonsense is no filter."""
    asked = request.values
    text = request.form.get("text", "").strip()[:200]
    needs_attention = bool(asked.get("needs_attention") or asked.get("needs_hand"))  # the older links
    # Whoever looks for somebody, or for trouble, means all of them.
    when = "any" if text or needs_attention else asked.get("when", "")
    return Wanted(
        text=text,
        day=day_in(asked.get("day", "")),
        when=cast(When, when) if when in WHENS else "upcoming",
        state=asked.get("state", "") if asked.get("state", "") in BOOKING_STATES else "",
        service_id=asked.get("service", "")[:40],
        practitioner_id=asked.get("practitioner", "")[:40],
        location_id=asked.get("location", "")[:40],
        needs_attention=needs_attention,
        page=page_asked(),
    )


def booked_choices() -> dict[str, Mapping[str, str]]:
    """What the list can be narrowed to, by the name in the address: ids and names as last read from Cliniko."""
    offering = use_cases().designing.services.offering(current_clinic())
    return {
        "practitioner": {each.cliniko_id: each.name for each in offering.practitioners} if offering else {},
        "service": service_names(),
        "location": {each.cliniko_id: each.name for each in offering.locations} if offering else {},
    }
