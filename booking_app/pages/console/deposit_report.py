"""The payment companies' statements beside our deposits: sums, what differs, and a file for the accountant."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Response, make_response, request

from booking_app.clinics.staff import Role
from booking_app.core.amounts import currency_of, money
from booking_app.core.dates import plain_day
from booking_app.deposits.comparing import MoneyReport, report_csv
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.typed_values import day_in

DAYS, MOST_DAYS = 7, 366


@blueprint.get("/<slug>/deposit-report", endpoint="deposit_report")
@allow(Role.BOOKKEEPER)
def deposit_report(slug: str) -> Response:
    """The last week, or the days asked for."""
    report = _report()
    currency = currency_of(current_clinic().region)
    return show(
        "console/deposit_report.html",
        title="Deposit report",
        report=report,
        days=f"{plain_day(report.first)} to {plain_day(report.last)}",
        totals=[
            ("Taken and refunded", money(report.total("amount"), currency)),
            ("Fees", money(report.total("fee"), currency)),
            ("Paid out", money(report.total("net"), currency)),
        ],
    )


@blueprint.get("/<slug>/deposit-report/statement.csv", endpoint="deposit_report_csv")
@allow(Role.BOOKKEEPER)
def deposit_csv(slug: str) -> Response:
    """A line a movement, without names."""
    report = _report()
    response = make_response(report_csv(report))
    response.content_type = "text/csv; charset=utf-8"
    name = f"deposits-{report.first.isoformat()}-{report.last.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _report() -> MoneyReport:
    clinic = current_clinic()
    today = use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    last = min(day_in(request.args.get("last", "")) or today, today)
    first = min(day_in(request.args.get("first", "")) or last - timedelta(days=DAYS - 1), last)
    return use_cases().comparing.run(clinic, max(first, _earliest(last)), last)


def _earliest(last: date) -> date:
    return last - timedelta(days=MOST_DAYS - 1)
