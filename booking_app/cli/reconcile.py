"""`reconcile`: a clinic's bookings beside what stands in Cliniko and the CRMs."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from booking_app.bookings.reconciliation.reconciliation import DAYS, Reconciliation
from booking_app.bookings.reconciliation.records import Report, Run, RunTaken
from booking_app.bookings.reconciliation.reports import report_csv
from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import build_from_environment
from booking_app.core.failures import Failure, RemoteFailure

SHORTEST_WAIT, LONGEST_WAIT = 1.0, 60.0
MOST_WAITS = 30
COLUMNS = "{:<12} {:<22} {:<14} {}"


@click.command()
@click.option("--clinic", "slug", required=True, help="The clinic whose bookings are compared.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the report to FILE.")
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(0, 365), help="How far to look back.")
def reconcile(slug: str, file: Path | None, days: int) -> None:
    """Compare the bookings of the last days and the future with Cliniko and the CRMs, and fix what may be fixed.

    A worker does it every day. May be stopped at any time: the next call, or a worker, goes on where this one ended.
    """
    services = build_from_environment()
    clinic_id = named_clinic(services, slug).id
    run_id = services.reconciliation.start(clinic_id, days=days)
    with click.progressbar(length=1, label="Comparing", show_eta=False) as bar:
        report = _compared(services.reconciliation, run_id, lambda run: _show(bar, run))
    _print(report)
    if file is not None:
        file.write_text(report_csv(report), encoding="utf-8", newline="")
        click.echo(f"Written to {file}")
    if report.for_a_person:
        raise click.ClickException(f"{len(report.for_a_person)} of the differences wait for a person.")


def _compared(reconciliation: Reconciliation, run_id: int, on_progress: Callable[[Run], None]) -> Report:
    """The finished report, waiting where the request budget asks for it."""
    for _ in range(MOST_WAITS):
        try:
            return reconciliation.go_on(run_id, on_progress)
        except RunTaken as error:
            raise click.ClickException("A worker is comparing this clinic right now. Try again in a minute.") from error
        except RemoteFailure as failure:
            if failure.failure is not Failure.RATE:
                raise click.ClickException(
                    f"Cliniko cannot be read: {failure.code}. Run it again to go on."
                ) from failure
            time.sleep(min(max(failure.retry_after or 0.0, SHORTEST_WAIT), LONGEST_WAIT))
    raise click.ClickException("Cliniko's request limit leaves no room. Run it again later to go on.")


def _show(bar: "click._termui_impl.ProgressBar[int]", run: Run) -> None:
    bar.length = max(run.total, 1)
    bar.update(run.checked - bar.pos)


def _print(report: Report) -> None:
    run = report.run
    click.echo(f"{run.checked} bookings compared, {len(report.mismatches)} differences.")
    if run.left_out:
        click.echo(f"{run.left_out} bookings belong to another Cliniko account and were left out.")
    for connection in run.skipped:
        click.echo(f"Could not be asked: {connection}")
    for one in report.mismatches:
        click.echo(COLUMNS.format(one.reference, one.kind, one.done, f"{one.what} {one.was_done}"))
        click.echo(f"{'':<12} here: {one.ours}; there: {one.theirs}")


COMMANDS = (reconcile,)
