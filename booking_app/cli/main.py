"""The command group and how its errors are said: one plain sentence on stderr, exit status 1; 2 for a wrong call."""

import sys

import click
from sqlalchemy.exc import OperationalError

from booking_app import __version__
from booking_app.cli import (
    alerts,
    clinic,
    connections,
    demo,
    doctor,
    housekeeping,
    reconciling,
    sandbox,
    serving,
    staff,
    tasks,
)
from booking_app.clinic_file.problems import ClinicFileInvalid
from booking_app.migrating import NotUpgraded
from booking_app.sealing import Unsealable
from booking_app.settings import SettingsError

UNREACHABLE = "The database cannot be reached. Check BOOKING_DATABASE_URL, and that its server or folder is there."
UNSEALABLE = "Something was sealed with a key that is not in use. Add that key to BOOKING_ENCRYPTION_KEYS, as the last."


class Commands(click.Group):
    """A click group that turns our own errors into sentences."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (SettingsError, ClinicFileInvalid, NotUpgraded) as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:  # its own message may name the server and its user
            raise click.ClickException(UNREACHABLE) from error
        except Unsealable as error:
            raise click.ClickException(UNSEALABLE) from error
        except PermissionError as error:
            raise click.ClickException(f"{error.filename} cannot be written or read by this user.") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version=__version__, prog_name="booking-app")
def commands() -> None:
    """The booking front door of Cliniko clinics."""


for command in (
    *demo.COMMANDS,
    *serving.COMMANDS,
    *sandbox.COMMANDS,
    *clinic.COMMANDS,
    *staff.COMMANDS,
    *connections.COMMANDS,
    *doctor.COMMANDS,
    *tasks.COMMANDS,
    *alerts.COMMANDS,
    *reconciling.COMMANDS,
    *housekeeping.COMMANDS,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line; the exit status is 0, 1 or 2."""
    try:
        commands.main(prog_name="booking-app", standalone_mode=True)
    except BrokenPipeError:
        sys.exit(1)
