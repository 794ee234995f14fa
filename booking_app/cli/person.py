"""`person export / erase`: one person's data at a clinic, everywhere we can reach."""

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from booking_app.bookings.person.records import Asked, PersonUnknown
from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.wiring import build_from_environment
from booking_app.cli.wiring.person import build_personal_data
from booking_app.cli.wiring.services import Services
from booking_app.clinics.audit import Author


def _whom(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say who it is, and at which clinic."""
    for option in (
        click.option("--clinic", "slug", required=True, help="The clinic, by its slug."),
        click.option("--booking", "reference", default="", help="By one of their bookings, such as BK-7F3K2M9Q."),
        click.option("--phone", default="", help="By a telephone number of theirs."),
        click.option("--email", default="", help="By an e-mail address of theirs."),
    ):
        command = option(command)
    return command


@click.group()
def person() -> None:
    """One person's data: hand it out, or erase it."""


@person.command()
@_whom
def export(slug: str, **whom: str) -> None:
    """Print everything that is held of them as JSON, with their signed documents."""
    asked, services = _asked(whom), build_from_environment()
    try:
        found = build_personal_data(services).export(_author(services), named_clinic(services, slug), asked)
    except PersonUnknown as error:
        raise click.ClickException(_unknown(asked)) from error
    click.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))


@person.command()
@_whom
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(slug: str, *, yes: bool, **whom: str) -> None:
    """Erase what can be erased, and say what was done and what was not. Safe to repeat."""
    asked, services = _asked(whom), build_from_environment()
    clinic, data = named_clinic(services, slug), build_personal_data(services)
    try:
        found = data.look(clinic, asked)
        click.echo(f"Found: {found.bookings} bookings and {found.drafts} drafts, and whatever the CRMs have.", err=True)
        if not yes and sys.stdin.isatty():
            click.confirm("This cannot be undone. Erase?", abort=True, err=True)
        said = data.erase(_author(services), clinic, asked)
    except PersonUnknown as error:
        raise click.ClickException(_unknown(asked)) from error
    _print("Done", said.done)
    _print("Not done", (*said.failed, *said.left))
    if said.failed:
        raise click.exceptions.Exit(1)


def _print(heading: str, sentences: tuple[str, ...]) -> None:
    click.echo(f"{heading}:")
    for sentence in sentences or ("Nothing.",):
        click.echo(f"  - {sentence}")


def _asked(whom: dict[str, Any]) -> Asked:
    if sum(bool(value.strip()) for value in whom.values()) != 1:
        raise click.UsageError("Give one of --email, --phone and --booking.")
    return Asked(**whom)


def _unknown(asked: Asked) -> str:
    return f"The clinic has no booking {asked.reference}."


def _author(services: Services) -> Author:
    return Author(None, services.clock.now())


COMMANDS = (person,)
