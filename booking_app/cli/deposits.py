"""`deposits list / show / refund / reconcile`: money taken when booking, from the shell. No names."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import Services, build_from_environment
from booking_app.clinics.audit import Author
from booking_app.core.amounts import AmountInvalid, read_share
from booking_app.deposits.book import DepositBook, DepositLine, DepositLook
from booking_app.deposits.comparing import report_csv
from booking_app.deposits.errors import RefundRefused
from booking_app.deposits.models import DepositState

COLUMNS = "{:<12} {:<10} {:>10} {:>10} {:<4} {:<10} {}"


@click.group()
def deposits() -> None:
    """Money taken when booking."""


@deposits.command(name="list")
@click.option("--clinic", "slug", required=True, help="The clinic.")
@click.option("--state", type=click.Choice([state.value for state in DepositState]))
@click.option("--page", default=1, show_default=True, type=click.IntRange(1, 10_000), help="Fifty a page.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def list_deposits(slug: str, state: str | None, page: int, as_json: bool) -> None:
    """The newest first."""
    services = build_from_environment()
    lines, has_more = _book(services).find(named_clinic(services, slug), state=state or "", page=page)
    if as_json:
        click.echo(json.dumps([_told(line) for line in lines], indent=2))
        return
    click.echo(COLUMNS.format("reference", "state", "amount", "refunded", "", "by", "opened (UTC)"))
    for line in lines:
        one = line.deposit
        click.echo(
            COLUMNS.format(
                one.reference, one.state, one.amount, one.refunded, one.currency, one.vendor,
                f"{one.opened_at:%Y-%m-%d %H:%M}{' TEST' if one.is_test else ''}",
            )
        )  # fmt: skip
    if has_more:
        click.echo(f"There are more: --page {page + 1}")


@deposits.command()
@click.argument("reference")
@click.option("--clinic", "slug", required=True, help="The clinic.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def show(reference: str, slug: str, as_json: bool) -> None:
    """Everything that became of one deposit."""
    services = build_from_environment()
    look = _look(services, slug, reference)
    told = _told(look.line) | {
        "left": str(look.left),
        "history": [
            {"at": _iso(each.at), "what": each.what, "amount": _text(each.amount), "code": each.code}
            for each in look.history
        ],
        "refunds": [{"amount": str(each.amount), "state": each.state, "reason": each.reason} for each in look.refunds],
    }
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        for line in value if isinstance(value, list) else [value]:
            click.echo(f"{name:>14}: {line}")


@deposits.command()
@click.argument("reference")
@click.option("--clinic", "slug", required=True, help="The clinic.")
@click.option("--amount", help='How much, like "20.00"; all that is left without it.')
def refund(reference: str, slug: str, amount: str | None) -> None:
    """Give back all or part of a deposit; a worker sends it within seconds."""
    services = build_from_environment()
    look = _look(services, slug, reference)
    try:
        wanted = _amount(amount) if amount else look.left
        author = Author(None, services.clock.now())
        _book(services).refund(author, named_clinic(services, slug), reference, wanted)
    except AmountInvalid as invalid:
        raise click.UsageError(f"--amount {invalid}") from invalid
    except RefundRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{wanted} {look.line.deposit.currency} of {reference} will be refunded.")


def _amount(text: str) -> Decimal:
    share = read_share(text)
    if share.is_percent:
        raise AmountInvalid('must be an amount like "20.00"')
    return share.number


def _look(services: Services, slug: str, reference: str) -> DepositLook:
    try:
        return _book(services).look(named_clinic(services, slug), reference)
    except LookupError as error:
        raise click.ClickException(f"{slug} has no deposit {reference}.") from error


def _book(services: Services) -> DepositBook:
    return DepositBook(services.database, services.task_runner.wake)


def _told(line: DepositLine) -> dict[str, Any]:
    one = line.deposit
    return {
        "reference": one.reference,
        "state": one.state,
        "amount": str(one.amount),
        "refunded": str(one.refunded),
        "currency": one.currency,
        "vendor": one.vendor,
        "payment_id": one.payment_id,
        "is_test": one.is_test,
        "is_disputed": one.is_disputed,
        "cliniko_appointment_id": line.booking.cliniko_appointment_id if line.booking else None,
        "opened_at": _iso(one.opened_at),
        "captured_at": _iso(one.captured_at),
        "entered_at": _iso(one.entered_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


@deposits.command()
@click.option("--clinic", "slug", required=True, help="The clinic.")
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 366), help="How many days, today included."
)
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the statement to FILE."
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def reconcile(slug: str, days: int, file: Path | None, as_json: bool) -> None:
    """Compare the deposits with what the payment companies have taken and given back; exit status 1 if they differ."""
    services = build_from_environment()
    clinic = named_clinic(services, slug)
    today = services.clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    report = services.comparing.run(clinic, today - timedelta(days=days - 1), today)
    if file is not None:
        file.write_text(report_csv(report), encoding="utf-8", newline="")
    told = {
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "movements": len(report.rows),
        **{name: f"{report.total(name):.2f}" for name in ("amount", "fee", "net")},
        "not_asked": list(report.not_asked),
        "findings": [asdict(one) for one in report.findings],
    }
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(
            f"{told['first']} to {told['last']}: {told['movements']} movements, {told['amount']} less {told['fee']}."
        )
        for one in report.findings:
            click.echo(f"{one.reference or '-':<12} {one.kind:<16} {one.sentence}")
    if report.findings or report.not_asked:
        raise click.ClickException("Something needs a person; see above.")


COMMANDS = (deposits,)
