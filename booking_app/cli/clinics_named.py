"""The clinic that an option names."""

import click

from booking_app.cli.wiring import Services
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.models import Clinic


def named_clinic(services: Services, slug: str) -> Clinic:
    """Raises ClickException, a plain sentence, when there is none."""
    with services.database.reading() as session:
        found = find_clinic(session, slug)
    if found is None:
        raise click.ClickException(f"There is no clinic {slug}.")
    return found
