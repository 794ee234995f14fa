"""`doctor`: is everything well, and if not, what has to be mended?"""

from collections.abc import Iterable

import click

from booking_app.checkup import Finding, check_clinics, check_machine, check_settings
from booking_app.rehearsing import rehearse
from booking_app.wiring import build_from_environment


@click.command()
@click.option("--clinic", "slug", help="Only this clinic.")
@click.option("--rehearse", "with_rehearsal", is_flag=True, help="Book a marked test patient on the live account.")
def doctor(slug: str | None, with_rehearsal: bool) -> None:
    """Check the environment, the database, the keys, Cliniko, the CRMs and what can be booked."""
    parts = build_from_environment()
    try:
        well = _report(check_settings(parts.settings), is_counted=parts.settings.is_production)
        well &= _report(check_machine(parts))
        well &= _report(check_clinics(parts, slug))
        if with_rehearsal:
            well &= _report(rehearse(parts, slug))
    except LookupError as error:
        raise click.ClickException(f"There is no clinic {slug}.") from error
    if not well:
        raise click.ClickException("Something has to be mended; see the lines marked with !")


def _report(findings: Iterable[Finding], *, is_counted: bool = True) -> bool:
    """Print the findings as they come; whether all are well. Hints about settings do not count in development."""
    well = True
    for finding in findings:
        click.echo(f"{' ' if finding.is_well else '!'} {finding.what:<28} {finding.said}")
        well &= finding.is_well or not is_counted
    return well


COMMANDS = (doctor,)
