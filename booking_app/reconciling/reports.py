"""Runs and their rows as reports, for a screen or a spreadsheet."""

import csv
import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.reconciling.models import MismatchRow, ReconciliationRun
from booking_app.reconciling.records import Done, Kind, Mismatch, Report, Run

COLUMNS = ("found at (UTC)", "booking", "kind", "what", "noted here", "found there", "done", "what was done")


def latest_run(session: Session, clinic_id: int) -> ReconciliationRun | None:
    newest = select(ReconciliationRun).where(ReconciliationRun.clinic_id == clinic_id)
    return session.scalar(newest.order_by(ReconciliationRun.id.desc()).limit(1))


def report_of(session: Session, run: ReconciliationRun) -> Report:
    rows = session.scalars(select(MismatchRow).where(MismatchRow.run_id == run.id).order_by(MismatchRow.id))
    return Report(
        Run(
            id=run.id,
            clinic_id=run.clinic_id,
            started_at=run.started_at,
            finished_at=run.finished_at,
            checked=run.checked,
            total=run.total,
            left_out=run.left_out,
            skipped=tuple(run.skipped.split()),
        ),
        tuple(_mismatch(row) for row in rows),
    )


def fresh_for_a_person(session: Session, run: ReconciliationRun) -> tuple[Mismatch, ...]:
    """What of a run waits for a person and was in no earlier one: nobody is told of the same thing every day."""
    found = report_of(session, run).for_a_person
    earlier = select(MismatchRow.booking_id, MismatchRow.kind).where(
        MismatchRow.run_id < run.id,
        MismatchRow.booking_id.in_([one.booking_id for one in found]),
        MismatchRow.done == Done.NEEDS_PERSON,
    )
    told = {(booking_id, kind) for booking_id, kind in session.execute(earlier)}
    return tuple(one for one in found if (one.booking_id, one.kind) not in told)


def report_csv(report: Report) -> str:
    """The report as a spreadsheet reads it: a line of headings, then a line for each difference."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for one in report.mismatches:
        found_at = f"{one.found_at:%Y-%m-%d %H:%M:%S}"
        writer.writerow((found_at, one.reference, one.kind, one.what, one.ours, one.theirs, one.done, one.was_done))
    return sheet.getvalue()


def _mismatch(row: MismatchRow) -> Mismatch:
    return Mismatch(
        booking_id=row.booking_id,
        reference=row.reference,
        kind=Kind(row.kind),
        ours=row.ours,
        theirs=row.theirs,
        done=Done(row.done),
        found_at=row.found_at,
    )
