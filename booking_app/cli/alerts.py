"""`alerts list / secret`: what has to be fixed, and what a receiver of alerts checks signatures with."""

import click

from booking_app.alerts.telling import alert_secret
from booking_app.alerts.watching import open_alerts
from booking_app.alerts.wording import words_for
from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import build_from_environment
from booking_app.clinics.clinics import list_clinics


@click.group()
def alerts() -> None:
    """What a person has to fix, one line for each cause."""


@alerts.command(name="list")
@click.option("--clinic", "slug", help="Only this clinic's.")
def list_alerts(slug: str | None) -> None:
    """List the open alerts, the oldest first."""
    services = build_from_environment()
    with services.database.reading() as session:
        clinics = [clinic for clinic in list_clinics(session) if slug in (None, clinic.slug)]
        found = [(clinic.slug, alert) for clinic in clinics for alert in open_alerts(session, clinic.id)]
    if slug is not None and not clinics:
        raise click.ClickException(f"There is no clinic {slug}.")
    for name, alert in found:
        words = words_for(alert.cause, services.task_kinds)
        since = f"since {alert.opened_at:%Y-%m-%d %H:%M}"
        click.echo(f"{name}  {since}  {alert.count}x  {words.what}  {words.code}".rstrip())
        click.echo(f"    {words.fix}")
    if not found:
        click.echo("Nothing waits for a person.")


@alerts.command()
@click.option("--clinic", "slug", required=True)
def secret(slug: str) -> None:
    """Print the secret with which the webhook of a clinic's alerts is signed (Standard Webhooks)."""
    services = build_from_environment()
    click.echo(alert_secret(services.settings.secret_key, named_clinic(services, slug).slug))


COMMANDS = (alerts,)
