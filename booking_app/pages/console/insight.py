"""How the booking page does: bookings a day and by source, steps, waiting and failures, also as tables to take away."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request

from booking_app.bookings.statistics.insight import PERIODS, Figures
from booking_app.bookings.statistics.page_counts import STEPS
from booking_app.clinics.staff import Role
from booking_app.core import dates
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.charts import bar_chart, shares
from booking_app.pages.console.page import show
from booking_app.pages.console.tables import csv_file
from booking_app.pages.shared import use_cases

USUAL = 28
STEP_WORDS = {
    "category": "Chose a category",
    "service": "Chose a service",
    "time": "Looked at times",
    "details": "Gave details",
    "confirm": "Checked and confirmed",
    "booked": "Booked",
}
TASKS = {
    "form": "Form in Cliniko",
    "document": "Signed document in Cliniko",
    "signature_png": "Signature in Cliniko",
    "patient": "Patient in Cliniko",
    "appointment": "Appointment in Cliniko",
    "conflicts": "Check for overlaps",
    "slot": "Check of the time",
    "cancel": "Cancellation in Cliniko",
}


@blueprint.get("/<slug>/insight", endpoint="insight")
@allow(Role.RECEPTIONIST, Role.BOOKKEEPER)
def insight(slug: str) -> Response:
    """The figures of a period that ends today."""
    days = _period()
    figures = use_cases().insight.figures(current_clinic(), days)
    return show(
        "console/insight.html",
        title="Reports",
        figures=figures,
        days=days,
        periods=PERIODS,
        booked=bar_chart([(dates.short_day(day.day), day.booked) for day in figures.days]),
        first=dates.short_day(figures.days[0].day),
        last=dates.short_day(figures.days[-1].day),
        rows=[(dates.short_day(day.day), day) for day in reversed(figures.days)],
        funnel=shares([(STEP_WORDS[name], total) for name, total in figures.funnel]),
        sources=shares(figures.sources),
        usual=_seconds(figures.waiting.usual),
        long=_seconds(figures.waiting.long),
        trouble=[(TASKS.get(one.kind, one.kind.replace("_", " ").capitalize()), one) for one in figures.trouble],
    )


@blueprint.get("/<slug>/insight/<table>.csv", endpoint="insight_csv")
@allow(Role.RECEPTIONIST, Role.BOOKKEEPER)
def insight_csv(slug: str, table: str) -> Response:
    """The days, or the sources, as a table for a spreadsheet."""
    figures = use_cases().insight.figures(current_clinic(), _period())
    rows = _source_rows(figures) if table == "sources" else _day_rows(figures)
    return csv_file("sources" if table == "sources" else "days", rows)


def _day_rows(figures: Figures) -> Iterable[Sequence[Any]]:
    yield ("day", *(f"shown_{step}" for step in STEPS), "booked", "cancelled", "time_lost", "failed")
    for day in figures.days:
        yield (day.day.isoformat(), *day.steps, day.booked, day.cancelled, day.lost, day.failed)


def _source_rows(figures: Figures) -> Iterable[Sequence[Any]]:
    yield ("day", "source", "bookings")
    for day, source, total in figures.source_days:
        yield (day.isoformat(), source, total)


def _period() -> int:
    chosen = request.args.get("days", type=int)
    return chosen if chosen in PERIODS else USUAL


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.1f} s" if seconds < 60 else dates.counted(round(seconds / 60), "minute")
