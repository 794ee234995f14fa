"""A week of bookings at a glance."""

from datetime import timedelta

from flask import Response, request

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_filters import booked_choices
from booking_app.pages.console.booking_lines import shown_lines
from booking_app.pages.console.days import by_days, today_at
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.typed_values import day_in

DAYS = 7


@blueprint.get("/<slug>/week", endpoint="week")
@allow(Role.RECEPTIONIST)
def week(slug: str) -> Response:
    """Seven days from the Monday of the day asked for, of everybody or of one practitioner or location."""
    clinic = current_clinic()
    day = day_in(request.args.get("day", "")) or today_at(clinic)
    monday = day - timedelta(days=day.weekday())
    chosen = {name: request.args.get(name, "")[:40] for name in ("practitioner", "location")}
    lines = use_cases().overview.of_days(clinic, monday, monday + timedelta(days=DAYS - 1))
    lines = tuple(
        line
        for line in lines
        if chosen["practitioner"] in ("", line.booking.practitioner_id)
        and chosen["location"] in ("", line.booking.location_id)
    )
    shown = shown_lines(lines, clinic)
    return show(
        "console/week.html",
        title="Week",
        days=by_days(shown.lines, monday, DAYS),
        today=today_at(clinic),
        span=words.day_span(monday, monday + timedelta(days=DAYS - 1)),
        problem=shown.problem,
        choices={name: choices for name, choices in booked_choices().items() if name in chosen},
        chosen=chosen,
        monday=monday.isoformat(),
        before=(monday - timedelta(days=DAYS)).isoformat(),
        after=(monday + timedelta(days=DAYS)).isoformat(),
    )
