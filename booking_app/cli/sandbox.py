"""`sandbox`: the simulated Cliniko and vendors alone."""

from pathlib import Path

import click


@click.command()
@click.option("--port", default=8700, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--control-port", default=None, type=click.IntRange(1, 65535), help="The fault switch on a port of its own."
)
@click.option("--smtp-port", default=None, type=click.IntRange(1, 65535), help="The mail catcher's port.")
@click.option(
    "--fixture", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Other clinics than ours."
)
@click.option("--widget-origin", default="http://127.0.0.1:8000", show_default=True)
def sandbox(
    port: int, control_port: int | None, smtp_port: int | None, fixture: Path | None, widget_origin: str
) -> None:
    """A simulated Cliniko, HubSpot and mail server over real HTTP. Nothing in it is real."""
    from booking_sandbox.server import run

    run(port=port, control_port=control_port, smtp_port=smtp_port, fixture=fixture, widget_origin=widget_origin)


COMMANDS = (sandbox,)
