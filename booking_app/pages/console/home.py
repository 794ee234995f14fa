"""What is on today and what needs attention."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request

from booking_app.bookings.models import BookingState
from booking_app.bookings.overview import Wanted
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Role
from booking_app.core.dates import full_day
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_lines import ShownLine, shown_line
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.typed_values import day_in

STANDING = (BookingState.CONFIRMED, BookingState.MOVING, BookingState.CANCELLING)


@blueprint.get("/<slug>/", endpoint="home")
@allow(Role.RECEPTIONIST)
def home(slug: str) -> Response:
    """The first page of a clinic in the morning."""
    clinic = current_clinic()
    today = _today(clinic)
    report = use_cases().reconciliation.latest(clinic.id)
    return show(
        "console/home.html",
        title="Today",
        clinic=clinic,
        day=full_day(today),
        lines=_of_day(clinic, today),
        needing=[
            shown_line(each, clinic, use_cases().task_kinds)
            for each in use_cases().overview.find(clinic, Wanted(needs_attention=True)).lines
        ],
        matches=use_cases().staff_actions.waiting(clinic.id),
        mismatches=report.for_a_person if report else (),
    )


@blueprint.get("/<slug>/day", endpoint="home_sheet")
@allow(Role.RECEPTIONIST)
def sheet(slug: str) -> Response:
    """One day's online bookings on a sheet of paper."""
    clinic = current_clinic()
    day = _asked() or _today(clinic)
    return show(
        "console/sheet.html", title="Day sheet", clinic=clinic, day=full_day(day), lines=_of_day(clinic, day),
        before=(day - timedelta(days=1)).isoformat(), after=(day + timedelta(days=1)).isoformat(), iso=day.isoformat(),
    )  # fmt: skip


def _of_day(clinic: Clinic, day: date) -> list[ShownLine]:
    lines: list[ShownLine] = []
    page, has_more = 1, True
    while has_more:
        found = use_cases().overview.find(clinic, Wanted(day=day, page=page))
        lines += [
            shown_line(each, clinic, use_cases().task_kinds) for each in found.lines if each.booking.state in STANDING
        ]
        page, has_more = page + 1, found.has_more
    return lines


def _today(clinic: Clinic) -> date:
    return use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()


def _asked() -> date | None:
    return day_in(request.args.get("day", ""))
