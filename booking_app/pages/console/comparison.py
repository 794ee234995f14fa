"""What stands here beside what stands in Cliniko and the CRMs: the last comparison, and a new one on demand."""

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, make_response, redirect, url_for

from booking_app.bookings.reconciliation.records import Report
from booking_app.bookings.reconciliation.reports import report_csv
from booking_app.clinics.staff import Role
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.crm.vendors.registered import SPECS
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words


@dataclass(frozen=True)
class ShownRun:
    """How far a comparison has come, in words. `not_asked` says which systems gave no answer, and why."""

    is_finished: bool
    when: str
    checked: int
    total: int
    left_out: int
    not_asked: list[str]


@blueprint.get("/<slug>/comparison", endpoint="comparison")
@allow(Role.RECEPTIONIST)
def comparison(slug: str) -> Response:
    """The newest comparison; one that is under way is looked at again every few seconds."""
    clinic = current_clinic()
    report = use_cases().reconciliation.latest(clinic.id)
    found = report.mismatches if report else ()
    return show(
        "console/comparison.html",
        title="Compare with Cliniko",
        run=_run(report, clinic.time_zone) if report else None,
        waiting=[one for one in found if one.needs_person],
        settled=[one for one in found if not one.needs_person],
        may_start=may(Role.MANAGER),
    )


@blueprint.post("/<slug>/comparison", endpoint="comparison_start")
@allow(Role.MANAGER)
def start(slug: str) -> Response:
    """Have a worker compare now; one that is under way already goes on."""
    use_cases().reconciliation.start(current_clinic().id, author=author())
    return _back(slug)


@blueprint.post("/<slug>/comparison/<int:mismatch_id>", endpoint="comparison_settle")
@allow(Role.RECEPTIONIST)
def settle(slug: str, mismatch_id: int) -> Response:
    """Somebody has looked at a difference; it is not shown or told of again."""
    if not use_cases().reconciliation.settle(author(), current_clinic().id, mismatch_id):
        abort(404)
    flash("Noted. You are not asked about this again.", "quiet")
    return _back(slug)


@blueprint.get("/<slug>/comparison.csv", endpoint="comparison_csv")
@allow(Role.RECEPTIONIST)
def comparison_csv(slug: str) -> Response:
    """The differences for a spreadsheet: references, states and codes, nothing of a patient."""
    report = use_cases().reconciliation.latest(current_clinic().id)
    if report is None:
        abort(404)
    response = make_response(report_csv(report))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="comparison-{report.run.started_at:%Y-%m-%d}.csv"'
    return response


def _run(report: Report, time_zone: str) -> ShownRun:
    run = report.run
    return ShownRun(
        is_finished=run.finished_at is not None,
        when=words.full_time(run.finished_at or run.started_at, time_zone),
        checked=run.checked,
        total=run.total,
        left_out=run.left_out,
        not_asked=[_not_asked(each) for each in run.skipped],
    )


def _not_asked(skipped: str) -> str:
    vendor, _, code = skipped.split(":", 2)
    meaning = meaning_of(code, vendor)
    return f"{SPECS[vendor].title} could not be asked: {meaning.sentence if meaning else code}"


def _back(slug: str) -> Response:
    return cast(Response, redirect(url_for("console.comparison", slug=slug), code=303))
