"""Runs and their rows as reports, for a screen or a spreadsheet."""

import csv
import io
from collections import defaultdict

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking_app.bookings.reconciliation.models import MismatchRow, ReconciliationRun
from booking_app.bookings.reconciliation.records import Done, Kind, Mismatch, OpenDifference, Report, Run

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


def open_differences(session: Session) -> list[OpenDifference]:
    """What waits for a person at each clinic, as its last comparison that came to an end has it. Reads only."""
    finished = select(func.max(ReconciliationRun.id)).where(ReconciliationRun.finished_at.is_not(None))
    rows = session.execute(
        select(ReconciliationRun.clinic_id, MismatchRow.kind, MismatchRow.reference)
        .join(ReconciliationRun, ReconciliationRun.id == MismatchRow.run_id)
        .where(ReconciliationRun.id.in_(finished.group_by(ReconciliationRun.clinic_id)), *waits_for_a_person())
        .order_by(MismatchRow.booking_id.desc())
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for clinic_id, kind, reference in rows:
        found[clinic_id, kind].append(reference)
    return [
        OpenDifference(clinic_id=clinic_id, kind=Kind(kind), references=tuple(references))
        for (clinic_id, kind), references in found.items()
    ]


def waits_for_a_person() -> tuple[ColumnElement[bool], ...]:
    """The rows that nobody has looked at yet."""
    return MismatchRow.done == Done.NEEDS_PERSON, MismatchRow.settled_at.is_(None)


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
        id=row.id,
        booking_id=row.booking_id,
        reference=row.reference,
        kind=Kind(row.kind),
        ours=row.ours,
        theirs=row.theirs,
        done=Done.SETTLED if row.settled_at else Done(row.done),
        found_at=row.found_at,
    )
