"""The command group and how its errors are said: one plain sentence on stderr, exit status 1; 2 for a wrong call."""

import sys
from importlib import import_module
from typing import cast

import click
from click.exceptions import Exit

from booking_app import __version__

# Which module of this folder holds a command. It is imported when the command is called: the sandbox needs nothing of
# the product, and no command waits for what the others need.
MODULES = {
    "demo": "demo",
    "serve": "serving",
    "worker": "serving",
    "sandbox": "sandbox",
    "clinic": "clinic",
    "staff": "staff",
    "connections": "connections",
    "doctor": "doctor",
    "tasks": "tasks",
    "person": "person",
    "alerts": "alerts",
    "deposits": "deposits",
    "reconcile": "reconcile",
    "accounting": "accounting",
    "purge": "housekeeping",
    "keys": "housekeeping",
    "db": "housekeeping",
}


class Commands(click.Group):
    """A click group that finds commands by name and turns our own errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        module = import_module(f"booking_app.cli.{MODULES[cmd_name]}")
        return cast("dict[str, click.Command]", {each.name: each for each in module.COMMANDS})[cmd_name]

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, Exit):
            raise
        except Exception as error:
            from booking_app.cli.sentences import sentence_of

            sentence = sentence_of(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version=__version__, prog_name="booking-app")
def commands() -> None:
    """Online booking and intake for clinics that use Cliniko."""


def main() -> None:
    """Run the command line; the exit status is 0, 1 or 2."""
    try:
        commands.main(prog_name="booking-app", standalone_mode=True)
    except BrokenPipeError:
        sys.exit(1)
