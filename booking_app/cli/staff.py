"""`staff add / link / list`: the first person of a clinic, and letting somebody in again."""

import click
from email_validator import EmailNotValidError, validate_email

from booking_app.cli.clinics_named import named_clinic
from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import Services, build_from_environment
from booking_app.clinics.accounts import StaffAccounts
from booking_app.clinics.audit import Author
from booking_app.clinics.memberships import LastOwner
from booking_app.clinics.people import Member, People
from booking_app.clinics.staff import Role
from booking_app.clinics.staff_links import Purpose, StaffLinks
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.passwords import link_address, one_time_link
from booking_app.pages.console.security import account

GOOD_FOR = "It is good once, for three days. Whoever opens it chooses the password, so give it to nobody else."


@click.group()
def staff() -> None:
    """The people who may open the console."""


@staff.command()
@click.argument("email")
@click.option("--clinic", "slug", help="The clinic they belong to, by its slug; without one they make their own.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What they may do at the clinic.")
def add(email: str, slug: str | None, role: str | None) -> None:
    """Let EMAIL into the console; prints a one-time link to set the password."""
    if (slug is None) != (role is None):
        raise click.UsageError("Give --clinic and --role together, or neither for somebody who makes a clinic.")
    services = build_from_environment()
    address = _address(email).lower()
    if slug is None or role is None:
        has_password = People(services.database).invite_to_make_a_clinic(_author(services), address)
        click.echo(f"{address} may sign in and make a clinic.")
    else:
        member = _add_member(services, slug, address, Role(role))
        if not member.has_accepted:
            _print_invitation(services, slug, member)
            return
        has_password = member.has_password
        click.echo(f"{address} is {role} of {slug}.")
    if has_password:
        click.echo(f"They sign in at {services.settings.base_url}/console/ with the password they have.")
    else:
        _print_link(services, address)


def _add_member(services: Services, slug: str, address: str, role: Role) -> Member:
    try:
        return People(services.database).add(_author(services), named_clinic(services, slug).id, address, role)
    except LastOwner as error:
        raise click.ClickException(f"{address} is the only owner of {slug}. Make somebody else one first.") from error


@staff.command()
@click.argument("email")
def link(email: str) -> None:
    """A one-time link for somebody who has forgotten their password; the one they have works until it is used."""
    _print_link(build_from_environment(), email)


@staff.command()
@click.argument("email")
def close(email: str) -> None:
    """Close an account: nobody signs in to it any more, and no clinic has it."""
    services = build_from_environment()
    with make_web_app(services).app_context():
        found = _account(email)
    try:
        StaffAccounts(services.database).close(_author(services), found.id)
    except LastOwner as error:
        raise click.ClickException(f"{email} is the only owner of a clinic. Make somebody else one first.") from error
    click.echo(f"The account of {found.email} is closed.")


@staff.command(name="list")
@click.option("--clinic", "slug", required=True)
def list_all(slug: str) -> None:
    """Everybody who may open the console of a clinic, and their role."""
    services = build_from_environment()
    for member in People(services.database).members(named_clinic(services, slug).id):
        click.echo("\t".join([member.email, member.role.value, *_waits_for(member)]))


def _waits_for(member: Member) -> list[str]:
    if not member.has_password:
        return ["no password yet"]
    return [] if member.has_accepted else ["invited, no answer yet"]


def _print_link(services: Services, email: str) -> None:
    with make_web_app(services).app_context():
        link = one_time_link(_account(email).email)
    click.echo(f"To choose a password: {link}\n{GOOD_FOR}")


def _print_invitation(services: Services, slug: str, member: Member) -> None:
    with make_web_app(services).app_context():
        clinic_id = named_clinic(services, slug).id
        links = StaffLinks(services.database)
        key = links.issue(_author(services), member.staff_id, Purpose.INVITATION, clinic_id, mailed=False)
        link = link_address(Purpose.INVITATION, key)
    click.echo(
        f"{member.email} has an account that an owner of another clinic opened, so they have to accept first.\n"
        f"To accept, signed in, with a new password: {link}"
    )


def _account(email: str) -> Account:
    found = account(email=email)
    if found is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return found


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(f"{email} is not an email address.") from error


def _author(services: Services) -> Author:
    return Author(None, services.clock.now())


COMMANDS = (staff,)
