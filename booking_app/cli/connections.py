"""`connections test / plan / apply / dry-run / backfill`: a clinic's CRM connections from the shell."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from textwrap import indent
from typing import TypeVar

import click

from booking_app.bookings.subject import subject_of
from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import Services, build_from_environment
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.crm.backfill.backfill import Progress
from booking_app.crm.sync.connecting import DryRun, Problem, SchemaPlan, Tested
from booking_app.crm.vendors.registered import SPECS, VENDORS

IDLE_SECONDS, MOST_IDLE = 1.0, 20  # how long a command waits for what is tried again later
MARKS = {"present": " ", "missing": "+", "differs": "!"}
Answer = TypeVar("Answer", Tested, SchemaPlan, DryRun)


@click.group()
def connections() -> None:
    """A clinic's CRMs and webhooks: whether they work, and the fields they need."""


def of_clinic(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which every command of this group finds its connections."""
    command = click.option("--vendor", type=click.Choice(VENDORS), help="Only the connections of this vendor.")(command)
    return click.option("--clinic", "slug", required=True, help="The clinic's slug.")(command)


@connections.command()
@of_clinic
def test(slug: str, vendor: str | None) -> None:
    """Ask each CRM whose token it is; a webhook is sent a signed test."""
    with closing(build_from_environment()) as services:
        _each(services, slug, vendor, services.connecting.test_connection, _say_tested)


@connections.command()
@of_clinic
def plan(slug: str, vendor: str | None) -> None:
    """Show the fields that each connection writes, and which the account lacks. Changes nothing."""
    with closing(build_from_environment()) as services:
        _each(services, slug, vendor, services.connecting.plan_schema, _say_plan)


@connections.command()
@of_clinic
def apply(slug: str, vendor: str | None) -> None:
    """Make our missing fields in each account, and have tried again what waited for them."""
    with closing(build_from_environment()) as services:
        _each(services, slug, vendor, services.connecting.apply_schema, _say_plan)


@connections.command(name="dry-run")
@of_clinic
def dry_run(slug: str, vendor: str | None) -> None:
    """Show the exact requests of a sample booking. Nothing is sent; the token is masked."""
    with closing(build_from_environment()) as services:
        _each(services, slug, vendor, services.connecting.dry_run, _say_calls)


@connections.command()
@of_clinic
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was booked on that day (UTC) or later.")
def backfill(slug: str, vendor: str | None, since: datetime | None) -> None:
    """Send past bookings that a connection was never told of, within its limits.

    May be stopped at any time: the next call, or a worker, goes on where this one ended. Whoever is no longer kept here
    is read back from Cliniko; no consent is raised by it.
    """
    from_day = since.replace(tzinfo=UTC) if since else None
    with closing(build_from_environment()) as services:
        for connection in connections_found(services, slug, vendor):
            run_id = services.backfill.start(connection.id, since=from_day)
            _say_backfill(connection, _backfilled(services, connection, run_id))


def _backfilled(services: Services, connection: Connection, run_id: int) -> Progress:
    """Do the tasks here, beside any worker, until all are done or only waits are left."""
    with click.progressbar(length=1, label=f"{connection.vendor} (connection {connection.id})", show_eta=False) as bar:
        idle = 0
        while True:
            progress = services.backfill.go_on(run_id)
            bar.length = max(progress.total, 1)
            bar.update(max(progress.done, 0) - bar.pos)
            due = services.backfill.due(run_id)
            if progress.finished_at or progress.is_held_up or idle >= MOST_IDLE:
                return progress
            for booking_id, name in due:
                services.task_runner.advance(subject_of(booking_id), names=(name,))
            idle = 0 if due else idle + 1
            if not due:
                time.sleep(IDLE_SECONDS)


def _say_backfill(connection: Connection, progress: Progress) -> None:
    click.echo(f"{progress.done} of {progress.total} bookings sent to {connection.vendor}.")
    if progress.is_held_up:
        click.echo("  ! The connection is paused. Fix it, then run this again.")
    elif progress.under_way:
        click.echo(f"    {progress.under_way} wait for the system to answer; a worker goes on with them.")
    if progress.parked:
        click.echo(f"  ! {progress.parked} wait for a person: booking-app tasks list --state parked")


def _each(
    services: Services, slug: str, vendor: str | None, ask: Callable[[int], Answer], say: Callable[[Answer], None]
) -> None:
    """Ask for every connection and say what came of it; exit status 1 when something has to be fixed."""
    is_well = True
    for connection in connections_found(services, slug, vendor):
        click.echo(f"{connection.vendor} (connection {connection.id})")
        answer = ask(connection.id)
        if answer.problem is not None:
            _say_problem(answer.problem)
            is_well = False
        else:
            say(answer)
    if not is_well:
        raise click.ClickException("Something needs fixing; see above.")


def connections_found(services: Services, slug: str, vendor: str | None) -> list[Connection]:
    """The clinic's CRM connections, oldest first. Raises ClickException where there are none."""
    clinic = named_clinic(services, slug)
    with services.database.reading() as session:
        found = [each for each in connections_of(session, clinic.id, vendor) if each.vendor in SPECS]
    if not found:
        raise click.ClickException(f"{slug} has no {vendor or 'CRM'} connection; add a [[crm]] section and import it.")
    return found


def _say_problem(problem: Problem) -> None:
    click.echo(f"  ! {problem.sentence} ({problem.code})")
    click.echo(f"    {problem.fix}")


def _say_tested(tested: Tested) -> None:
    if tested.account is not None:
        place = f", data kept in {tested.account.data_location}" if tested.account.data_location else ""
        click.echo(f"    works; account {tested.account.account_id}{place}")


def _say_plan(plan: SchemaPlan) -> None:
    for each in plan.fields:
        click.echo(f"  {MARKS[each.state]} {each.name:<40} {each.state:<8} {each.label}")
    if not plan.fields:
        click.echo("    has no fields to be made")


def _say_calls(dry: DryRun) -> None:
    for call in dry.calls:
        click.echo(f"  {call.step:<8} {call.method:<6} {call.url}")
        if call.body is not None:
            click.echo(indent(json.dumps(call.body, indent=2, ensure_ascii=False), " " * 11))


COMMANDS = (connections,)
