"""`doctor`: is everything well, and if not, what has to be fixed?"""

from collections.abc import Iterable
from textwrap import indent

import click

from booking_app.cli.checkup import Finding, check_clinics, check_machine, check_settings
from booking_app.cli.live_check import rehearse
from booking_app.cli.page_checkup import ClinicUnclear, check_page
from booking_app.cli.proxy_checkup import check_proxy
from booking_app.cli.wiring import build_from_environment
from booking_app.core.outbound_http import PageUnreachable
from booking_app.setup.website import Advice, Level

MARKS = {Level.BROKEN: "!", Level.RISK: "?", Level.NOTE: " "}


@click.command()
@click.option("--clinic", "slug", help="Only this clinic.")
@click.option("--rehearse", "with_rehearsal", is_flag=True, help="Book a marked test patient on the live account.")
@click.option("--page", metavar="URL|FILE", help="Look at this page of the clinic's website, and at nothing else.")
def doctor(slug: str | None, with_rehearsal: bool, page: str | None) -> None:
    """Check the environment, the database, the keys, Cliniko, the CRMs and what can be booked; or one web page."""
    services = build_from_environment()
    try:
        if page is not None:
            _report_page(check_page(services, slug, page))
            return
        well = _report(check_settings(services.settings), is_counted=services.settings.is_production)
        well &= _report(check_machine(services))
        well &= _report(check_proxy(services))
        well &= _report(check_clinics(services, slug))
        if with_rehearsal:
            well &= _report(rehearse(services, slug))
    except LookupError as error:
        raise click.ClickException(f"There is no clinic {slug}.") from error
    except (PageUnreachable, ClinicUnclear) as error:
        raise click.ClickException(str(error)) from error
    if not well:
        raise click.ClickException("Something needs fixing; see the lines marked with !")


def _report_page(advice: Iterable[Advice]) -> None:
    """Print what was found on a page, each with its fix below it. Raises ClickException when patients cannot book."""
    is_broken = False
    for one in advice:
        click.echo(f"{MARKS[one.level]} {one.said}")
        if one.fix:
            click.echo(indent(one.fix, "    "))
        is_broken |= one.level is Level.BROKEN
    if is_broken:
        raise click.ClickException("The booking page does not work in that page; see the lines marked with !")


def _report(findings: Iterable[Finding], *, is_counted: bool = True) -> bool:
    """Print the findings as they come; whether all are well. Hints about settings do not count in development."""
    well = True
    for finding in findings:
        click.echo(f"{' ' if finding.is_well else '!'} {finding.what:<28} {finding.said}")
        well &= finding.is_well or not is_counted
    return well


COMMANDS = (doctor,)
