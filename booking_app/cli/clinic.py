"""`clinic import / export / list`."""

from pathlib import Path

import click

from booking_app.cli.wiring import Services, build_from_environment
from booking_app.clinics.clinics import find_clinic, list_clinics
from booking_app.clinics.connections import connections_of
from booking_app.core.settings import read_environment
from booking_app.setup.clinic_file.exporting import export_clinic
from booking_app.setup.clinic_file.importing import import_clinic


@click.group()
def clinic() -> None:
    """Clinics, each as one file."""


@clinic.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Create or update a clinic from FILE. Secrets come from the environment variables that it names."""
    services = build_from_environment()
    slug = import_clinic(
        services.database, services.keyring, file, environ=read_environment(), now=services.clock.now()
    )
    click.echo(f"{slug}: imported. Its booking page is {services.settings.base_url}/b/{slug}")
    resumed = resume_parked(services, slug)
    if resumed:
        click.echo(f"{resumed} parked tasks are tried again; a worker takes them within seconds.")


def resume_parked(services: Services, slug: str) -> int:
    """Have tried again what was parked for the clinic's connections, now that they may be fixed; returns how many."""
    with services.database.reading() as session:
        found = find_clinic(session, slug)
        connections = [connection.id for connection in connections_of(session, found.id)] if found else []
    return sum(services.task_runner.resume_connection(connection_id) for connection_id in connections)


@clinic.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(slug: str, folder: Path) -> None:
    """Write the clinic SLUG with its pictures and waivers into FOLDER; secrets come out as placeholder names."""
    services = build_from_environment()
    try:
        written = export_clinic(services.database, slug, folder)
    except LookupError as error:
        raise click.ClickException(f"There is no clinic {slug}.") from error
    click.echo(f"{slug}: written to {written}")


@clinic.command(name="list")
def list_all() -> None:
    """Every clinic, its name and its booking page."""
    services = build_from_environment()
    with services.database.reading() as session:
        for each in list_clinics(session):
            click.echo(f"{each.slug}\t{each.name}\t{services.settings.base_url}/b/{each.slug}")


COMMANDS = (clinic,)
