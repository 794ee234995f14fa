"""`accounting`: a clinic's invoices in its accounting system, from the shell. `--json` prints figures for programs."""

import json
import time
from collections.abc import Callable
from typing import Any

import click

from booking_app.accounting.connecting import NotReady, Standing
from booking_app.accounting.documents import in_money
from booking_app.accounting.models import Stage
from booking_app.accounting.wording import difference_meaning, meaning_of
from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import Services, build_from_environment
from booking_app.clinics.audit import Author
from booking_app.clinics.models import Clinic
from booking_app.core.failures import Failure, RemoteFailure

ROUND_SECONDS = 1.0
MOST_ROUNDS = 100_000

clinic_option = click.option("--clinic", "slug", required=True, help="The clinic.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")


@click.group()
def accounting() -> None:
    """A clinic's invoices in Xero."""


@accounting.command()
@clinic_option
@json_option
def status(slug: str, as_json: bool) -> None:
    """Say what is connected, how far it is, and what waits for a person."""
    services, clinic, standing = _opened(slug)
    counts = services.accounting.overview.counts(clinic)
    told = {
        "vendor": standing.connection.vendor,
        "organisation": standing.tenant_name,
        "state": standing.connection.state,
        "stage": standing.stage,
        "authorised": standing.is_authorised,
        "read_at": standing.read_at.isoformat() if standing.read_at else None,
        "read_problem": standing.read_code,
        "invoices": counts,
    }
    if as_json:
        _print_json(told)
        return
    click.echo(f"{standing.connection.vendor}: {standing.tenant_name or 'no organisation chosen'} ({standing.stage})")
    if standing.connection.state == "paused":
        click.echo(f"Paused. {_sentence(standing.connection.paused_code or 'connection_paused')}")
    click.echo(f"Cliniko last read: {told['read_at'] or 'never'}")
    for state, count in counts.items():
        click.echo(f"{state:<10} {count}")


@accounting.command()
@clinic_option
@json_option
def preview(slug: str, as_json: bool) -> None:
    """Read Cliniko, and say what posting everything that waits would mean. Posts nothing."""
    services, clinic, standing = _opened(slug)
    _until_done(lambda: services.accounting.reading.read(standing.connection.id))
    found = services.accounting.overview.preview(clinic)
    assert found is not None
    told = {
        "invoices": found.invoices,
        "credit_notes": found.credits,
        "total": str(in_money(found.cents)),
        "new_contacts": found.new_contacts,
        "calls": found.calls,
        "days": found.days,
        "months": {
            month: {"count": one.count, "total": str(in_money(one.cents))} for month, one in found.months.items()
        },
        "taxes": [
            {"name": name, "rate": format(rate, "f"), "count": one.count, "total": str(in_money(one.cents))}
            for (name, rate), one in found.taxes.items()
        ],
        "unmapped": [{"name": name, "rate": format(rate, "f")} for name, rate in found.unmapped],
        "held": dict(found.held),
    }
    if as_json:
        _print_json(told)
        return
    click.echo(f"{found.invoices} invoices and {found.credits} credit notes, together {told['total']}")
    click.echo(f"{found.new_contacts} contacts to make; about {found.calls} calls, {found.days} days")
    for month, one in found.months.items():
        click.echo(f"{month}  {one.count:>6}  {in_money(one.cents):>14}")
    for code, count in found.held.items():
        click.echo(f"{count} held. {_sentence(code)}")


@accounting.command()
@clinic_option
@json_option
@click.option("--trial", is_flag=True, help="Post the first five as drafts, and no more.")
@click.option("--stop", is_flag=True, help="Post nothing more.")
def backfill(slug: str, as_json: bool, trial: bool, stop: bool) -> None:
    """Read everything since the first day, then post it. May be stopped and run again at any time."""
    services, clinic, standing = _opened(slug)
    connecting, author = services.accounting.connecting, Author(None, services.clock.now())
    if stop:
        connecting.stop(author, clinic)
        click.echo("Posting has stopped.")
        return
    _until_done(lambda: services.accounting.reading.read(standing.connection.id))
    try:
        if trial:
            connecting.start_trial(author, clinic)
        elif standing.stage != Stage.LIVE:
            connecting.start(author, clinic)
    except NotReady as not_ready:
        raise click.ClickException(" ".join(_sentence(code) for code in not_ready.codes)) from not_ready
    counts = _worked_off(services, clinic, quiet=as_json)
    if as_json:
        _print_json(counts)
    if counts.get("refused") or counts.get("held"):
        raise click.ClickException(f"{counts.get('refused', 0) + counts.get('held', 0)} invoices wait for a person.")


@accounting.command()
@clinic_option
@json_option
def reconcile(slug: str, as_json: bool) -> None:
    """Compare what was posted with what stands there; exit status 1 where a difference waits for a person."""
    services, clinic, standing = _opened(slug)
    _until_done(lambda: services.accounting.reconciliation.compare(standing.connection.id))
    report = services.accounting.reconciliation.report(clinic)
    rows: list[dict[str, Any]] = [
        {
            "kind": row.kind, "number": row.number, "day": row.day.isoformat(), "ours": _money(row.ours_cents),
            "theirs": _money(row.theirs_cents),
        }
        for row in report.open_ones
    ]  # fmt: skip
    months = [{"month": one.month, "ours": _money(one.ours), "theirs": _money(one.theirs)} for one in report.months]
    if as_json:
        _print_json({"months": months, "differences": rows, "accepted": len(report.accepted)})
    else:
        for month in months:
            click.echo(f"{month['month']}  Cliniko {month['ours']:>12}  there {month['theirs']:>12}")
        for row in rows:
            click.echo(f"{row['number']:<14} {row['day']}  {difference_meaning(row['kind']).sentence}")
    if rows:
        raise click.ClickException(f"{len(rows)} differences wait for a person.")


@accounting.command()
@clinic_option
@json_option
def retry(slug: str, as_json: bool) -> None:
    """Try again everything that was held or refused."""
    services, clinic, _ = _opened(slug)
    opened = services.accounting.decisions.retry_all(clinic)
    counts = _worked_off(services, clinic, quiet=as_json)
    if as_json:
        _print_json({"tasks": opened, **counts})


def _opened(slug: str) -> tuple[Services, Clinic, Standing]:
    services = build_from_environment()
    clinic = named_clinic(services, slug)
    standing = services.accounting.connecting.standing(clinic)
    if standing is None:
        raise click.ClickException(f"{slug} has no accounting connection; add [accounting] and import it.")
    return services, clinic, standing


def _worked_off(services: Services, clinic: Clinic, *, quiet: bool) -> dict[str, int]:
    """Plan and do what may be posted, here, until nothing is left or nothing moves; workers may help."""
    counts = services.accounting.overview.counts(clinic)
    for _ in range(MOST_ROUNDS):
        services.accounting.posting.run()
        services.accounting.posting.work_here(clinic.id, services.task_runner.advance)
        before, counts = counts, services.accounting.overview.counts(clinic)
        if not quiet:
            click.echo(f"posted {counts.get('posted', 0)}, waiting {counts.get('seen', 0) + counts.get('posting', 0)}")
        if not counts.get("posting"):
            break
        if before == counts:
            time.sleep(ROUND_SECONDS)
    return counts


def _until_done(act: Callable[[], object]) -> None:
    """Waits where a request limit asks for it; any other failure is said in a sentence."""
    for _ in range(60):
        try:
            act()
            return
        except RemoteFailure as failure:
            if failure.failure is not Failure.RATE:
                raise click.ClickException(_sentence(failure.code)) from failure
            time.sleep(min(max(failure.retry_after or 0.0, 1.0), 60.0))
    raise click.ClickException("The request limit leaves no room. Run it again later to go on.")


def _sentence(code: str) -> str:
    meaning = meaning_of(code)
    return f"{meaning.sentence} {meaning.fix}"


def _money(cents: int | None) -> str:
    return "" if cents is None else str(in_money(cents))


def _print_json(told: object) -> None:
    click.echo(json.dumps(told, indent=2))


COMMANDS = (accounting,)
