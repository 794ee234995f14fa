"""`purge`, `keys rotate`, `db upgrade`, `db restored`."""

import click

from booking_app.cli.key_rotation import rotate
from booking_app.cli.wiring import build_from_environment
from booking_app.core.settings import load_settings, read_environment
from booking_app.migrations.upgrade import upgrade
from booking_app.tasks.decisions import doubt_all


@click.command()
def purge() -> None:
    """Forget what is personal and due to go. A worker does this by itself."""
    services = build_from_environment()
    purged = services.purging.run()
    services.deposit_data.forget()
    click.echo(f"Purged {purged.bookings} bookings and {purged.drafts} drafts.")


@click.group()
def keys() -> None:
    """The keys that seal answers, signatures and secrets."""


@keys.command(name="rotate")
def rotate_keys() -> None:
    """Seal everything anew under the first of BOOKING_ENCRYPTION_KEYS; afterwards the old keys may go."""
    services = build_from_environment()
    with click.progressbar(length=1, label="Sealing anew", show_eta=False) as bar:
        count = rotate(services.database, services.keyring, lambda done, of: _show(bar, done, of))
    click.echo(f"{count} values are sealed under the newest key.")


def _show(bar: "click._termui_impl.ProgressBar[int]", done: int, of: int) -> None:
    bar.length = max(of, 1)
    bar.update(done - bar.pos)


@click.group()
def db() -> None:
    """The database."""


@db.command(name="upgrade")
def upgrade_database() -> None:
    """Bring the database to this program's schema."""
    upgrade(load_settings(read_environment()))
    click.echo("The database is up to date.")


@db.command(name="restored")
def restored() -> None:
    """To be run once after a backup was restored, before workers start: tasks look for their effect before acting."""
    services = build_from_environment()
    with services.database.begin() as session:
        count = doubt_all(session)
    click.echo(f"{count} open tasks will first look whether they have happened.")


COMMANDS = (purge, keys, db)
