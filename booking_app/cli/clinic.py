"""`clinic import / export / list` ."""

from pathlib import Path

import click

from booking_app.clinic_file.exporting import export_clinic
from booking_app.clinic_file.importing import import_clinic
from booking_app.clinics.clinics import list_clinics
from booking_app.settings import read_environment
from booking_app.wiring import build_from_environment


@click.group()
def clinic() -> None:
    """Clinics, each as one file."""


@clinic.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Create or update a clinic from FILE. Secrets come from the environment variables that it names."""
    parts = build_from_environment()
    slug = import_clinic(parts.database, parts.keyring, file, environ=read_environment(), now=parts.clock.now())
    click.echo(f"{slug}: imported. Its booking page is {parts.settings.base_url}/b/{slug}")


@clinic.command()
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(slug: str, folder: Path) -> None:
    """Write the clinic SLUG with its pictures and waivers into FOLDER; secrets come out as placeholder names."""
    parts = build_from_environment()
    try:
        written = export_clinic(parts.database, slug, folder)
    except LookupError as error:
        raise click.ClickException(f"There is no clinic {slug}.") from error
    click.echo(f"{slug}: written to {written}")


@clinic.command(name="list")
def list_all() -> None:
    """Every clinic, its name and its booking page."""
    parts = build_from_environment()
    with parts.database.reading() as session:
        for each in list_clinics(session):
            click.echo(f"{each.slug}\t{each.name}\t{parts.settings.base_url}/b/{each.slug}")


COMMANDS = (clinic,)
