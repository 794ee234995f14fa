"""Both sides compared: the totals of each month first, then every difference with its next step."""

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, make_response, redirect, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from booking_app.accounting.models import AccountingDifference
from booking_app.accounting.reconciliation import MOST_WHY, report_csv
from booking_app.accounting.wording import Meaning, difference_meaning, meaning_of
from booking_app.clinics.staff import Role
from booking_app.core import dates
from booking_app.core.failures import RemoteFailure
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.charts import bar_chart
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.money import Amount, amount
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words


@dataclass(frozen=True)
class ShownDifference:
    """One difference; `document_id` is None for what only the vendor has."""

    id: int
    number: str
    document_id: int | None
    day: str
    ours: Amount
    theirs: Amount
    meaning: Meaning
    why: str


class AcceptForm(ConsoleForm):
    """Why a difference may stand."""

    why = StringField(
        "Why is this difference OK?", [InputRequired("Say why this difference is OK"), Length(max=MOST_WHY)]
    )


@blueprint.get("/<slug>/accounting/report", endpoint="accounting_report")
@allow(Role.BOOKKEEPER)
def report(slug: str) -> Response:
    """The last comparison; asks nobody."""
    clinic = current_clinic()
    found = use_cases().accounting.reconciliation.report(clinic)
    return show(
        "console/accounting_report.html",
        title="Cliniko and Xero compared",
        when=words.full_time(found.compared_at, clinic.time_zone) if found.compared_at else "",
        months=[(one, amount(one.ours), amount(one.theirs), amount(one.gap)) for one in found.months],
        chart=bar_chart([(one.month, max(one.ours, 0) // 100) for one in found.months]),
        open_ones=[_shown(row) for row in found.open_ones],
        accepted=[_shown(row) for row in found.accepted],
        form=AcceptForm(formdata=None),
    )


@blueprint.post("/<slug>/accounting/report", endpoint="accounting_report_compare")
@allow(Role.BOOKKEEPER)
def compare(slug: str) -> Response:
    """Compare now."""
    books = use_cases().accounting
    standing = books.connecting.standing(current_clinic())
    if standing is None:
        abort(404)
    try:
        count = books.reconciliation.compare(standing.connection.id)
        flash(f"Compared: {dates.counted(count, 'difference')}.", "quiet")
    except RemoteFailure as failure:
        meaning = meaning_of(failure.code)
        flash(f"{meaning.sentence} {meaning.fix}", "wrong")
    return _back(slug)


@blueprint.post("/<slug>/accounting/report/<int:difference_id>", endpoint="accounting_report_accept")
@allow(Role.BOOKKEEPER)
def accept(slug: str, difference_id: int) -> Response:
    """Let a difference stand, and say why."""
    form = AcceptForm()
    if not form.validate():
        flash("Say why this difference is OK.", "wrong")
        return _back(slug)
    if not use_cases().accounting.reconciliation.accept(author(), current_clinic(), difference_id, str(form.why.data)):
        abort(404)
    flash("Noted. You won’t be told again unless it changes.", "quiet")
    return _back(slug)


@blueprint.get("/<slug>/accounting/report.csv", endpoint="accounting_report_csv")
@allow(Role.BOOKKEEPER)
def csv_of_differences(slug: str) -> Response:
    """For a spreadsheet: numbers, days and amounts, nothing of a patient."""
    response = make_response(report_csv(use_cases().accounting.reconciliation.report(current_clinic())))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="differences.csv"'
    return response


def _shown(row: AccountingDifference) -> ShownDifference:
    return ShownDifference(
        id=row.id,
        number=row.number,
        document_id=row.document_id,
        day=dates.plain_day(row.day),
        ours=amount(row.ours_cents),
        theirs=amount(row.theirs_cents),
        meaning=difference_meaning(row.kind),
        why=row.accepted_why,
    )


def _back(slug: str) -> Response:
    return cast(Response, redirect(url_for("console.accounting_report", slug=slug), code=303))
