"""The first page of the morning: who comes today and in the next days, what is new, and what needs attention."""

from datetime import datetime, timedelta

from flask import Response, request

from booking_app.bookings.overview import BookingLine, Wanted
from booking_app.clinics.models import Clinic
from booking_app.clinics.staff import Role
from booking_app.core.dates import full_day
from booking_app.pages.console.access import allow, current_clinic, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_lines import ShownLine, shown_lines
from booking_app.pages.console.days import by_days, today_at
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.typed_values import day_in

DAYS = 7  # today and the six after it


@blueprint.get("/<slug>/", endpoint="home")
@allow(Role.RECEPTIONIST)
def home(slug: str) -> Response:
    """The first page of a clinic in the morning; that the person looks is noted."""
    clinic, today = current_clinic(), today_at(current_clinic())
    since = use_cases().visits.note(current_staff().id, clinic.id, use_cases().clock.now())
    coming = use_cases().overview.of_days(clinic, today, today + timedelta(days=DAYS - 1))
    needing = use_cases().overview.find(clinic, Wanted(needs_attention=True)).lines
    changed = use_cases().overview.changed_since(clinic, since) if since else ()
    # One question to Cliniko for all three lists; what follows finds the names in memory.
    use_cases().live_people.of(clinic.id, [line.booking for line in (*coming, *needing, *changed)])
    shown = shown_lines(coming, clinic)
    first, *others = by_days(shown.lines, today, DAYS)
    report = use_cases().reconciliation.latest(clinic.id)
    return show(
        "console/home.html",
        title="Today",
        clinic=clinic,
        today=first,
        next_days=[day for day in others if day.places],
        problem=shown.problem,
        needing=shown_lines(needing, clinic).lines,
        since=words.full_time(since, clinic.time_zone) if since else "",
        news=_news(changed, clinic, since) if since else [],
        matches=use_cases().duplicates.waiting(clinic.id),
        mismatches=report.for_a_person if report else (),
    )


@blueprint.get("/<slug>/day", endpoint="home_sheet")
@allow(Role.RECEPTIONIST)
def sheet(slug: str) -> Response:
    """One day's online bookings on a sheet of paper."""
    clinic = current_clinic()
    day = day_in(request.args.get("day", "")) or today_at(clinic)
    shown = shown_lines(use_cases().overview.of_days(clinic, day, day), clinic)
    return show(
        "console/sheet.html", title="Day sheet", clinic=clinic, day=full_day(day), lines=shown.lines,
        problem=shown.problem, iso=day.isoformat(),
        before=(day - timedelta(days=1)).isoformat(), after=(day + timedelta(days=1)).isoformat(),
    )  # fmt: skip


def _news(changed: tuple[BookingLine, ...], clinic: Clinic, since: datetime) -> list[tuple[str, ShownLine]]:
    return [
        (_what_is_new(line, since), shown)
        for line, shown in zip(changed, shown_lines(changed, clinic).lines, strict=True)
    ]


def _what_is_new(line: BookingLine, since: datetime) -> str:
    booking = line.booking
    if booking.is_cancelled:
        return "Cancelled"
    return "New" if booking.created_at > since else "Moved"
