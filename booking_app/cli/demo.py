"""`demo`: the whole product on one machine against the sandbox, with a sample clinic, ready to be clicked through."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import click

from booking_app.cli.serving import start_command, start_worker, stop_process, web_server
from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import build_from_environment
from booking_app.clinics.audit import Author
from booking_app.clinics.clinics import find_clinic
from booking_app.clinics.connections import connections_of
from booking_app.clinics.people import People
from booking_app.clinics.staff import Role
from booking_app.core.settings import load_settings, read_environment
from booking_app.crm.vendors.registered import SPECS
from booking_app.migrations.upgrade import upgrade
from booking_app.pages.console.passwords import set_password
from booking_app.setup.clinic_file.importing import import_clinic
from booking_sandbox.demo_keys import (
    DEMO_CLINIKO_KEY,
    DEMO_HUBSPOT_TOKEN,
    DEMO_STRIPE_KEY,
    DEMO_STRIPE_WEBHOOK_SECRET,
)

SITE_PORT_OFFSET = 701
WRITTEN_SITE = "http://localhost:8701"
DEMO_SLUG = "demo"
OWNER = "owner@example.com"
READY_SECONDS = 30.0
READY_PAUSE = 0.1
DEPOSIT_SERVICE = 'cliniko_id = "1100001000102951466" # Extended physiotherapy consultation'
DEPOSITS = """
[deposits]
payment = "off"
late = "keep_part"
keep_part = "20.00"
tax = "gst_free"

[[deposits.methods]]
vendor = "stripe"
secret_env = "DEMO_STRIPE_KEY"
webhook_secret_env = "DEMO_STRIPE_WEBHOOK_SECRET"
"""
SCREEN = """
  The demo is ready. Everything in it is simulated; nothing leaves this machine.

    The booking page              {base}/b/demo
    A sample clinic's website     {site}/site/       (the widget embedded by one script tag)
    The same by a bare iframe     {site}/site/iframe
    The clinic's console          {base}/console/
      sign in as                  {owner}
      with the password           {password}
    What arrived in "Cliniko",
    in "HubSpot" and as mail      {site}/

  The “Extended physiotherapy consultation” takes a deposit: pay it at the simulated Stripe.
  Book as anybody (any name, an e-mail such as pat@example.com, mobile 0412 345 678).
  Ctrl-C stops everything. The data lies in {data}
"""


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1024, 64000))
def demo(port: int) -> None:
    """The product with a simulated Cliniko and a sample clinic, at http://127.0.0.1:PORT."""
    base, site_port = f"http://127.0.0.1:{port}", port + SITE_PORT_OFFSET
    site = f"http://localhost:{site_port}"
    smtp_port = site_port + 1
    for taken in (port, site_port, smtp_port):
        _refuse_taken(taken)
    _set_environment(port, site_port, smtp_port)
    settings = load_settings(read_environment())
    with ExitStack() as running:
        sandbox = start_command("sandbox", "--port", site_port, "--smtp-port", smtp_port, "--widget-origin", base)
        running.callback(stop_process, sandbox)
        _wait_for(f"http://127.0.0.1:{site_port}/", sandbox)
        upgrade(settings)
        password = _set_up_clinic(site)
        worker = start_worker()
        running.callback(stop_process, worker)
        click.echo(SCREEN.format(base=base, site=site, data=settings.data_dir, owner=OWNER, password=password))
        web_server(host="127.0.0.1", port=port, processes=1, threads=8).serve()


def _set_environment(port: int, site_port: int, smtp_port: int) -> None:
    sandbox = f"http://127.0.0.1:{site_port}"
    data = Path(os.environ.get("BOOKING_DATA_DIR", "var")).absolute() / "demo"
    # The simulated Cliniko starts empty each time, so the task runner of an earlier demo would speak of what is gone.
    shutil.rmtree(data, ignore_errors=True)
    os.environ.update(
        {
            "BOOKING_ENV": "development",
            "BOOKING_DATA_DIR": str(data),
            "BOOKING_DATABASE_URL": f"sqlite:///{data / 'booking.sqlite3'}",
            "BOOKING_BASE_URL": f"http://127.0.0.1:{port}",
            "BOOKING_CLINIKO_BASE_URL": f"{sandbox}/v1",
            "BOOKING_HUBSPOT_BASE_URL": f"{sandbox}/hubspot",
            "BOOKING_STRIPE_BASE_URL": f"{sandbox}/stripe",
            "BOOKING_XERO_BASE_URL": f"{sandbox}/xero",
            "BOOKING_XERO_IDENTITY_URL": f"{sandbox}/xero",
            "BOOKING_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "BOOKING_WEB_THREADS": "8",
            "BOOKING_LOG_LEVEL": os.environ.get("BOOKING_LOG_LEVEL", "warning"),
            "DEMO_CLINIKO_KEY": DEMO_CLINIKO_KEY,
            "DEMO_HUBSPOT_TOKEN": DEMO_HUBSPOT_TOKEN,
            "DEMO_STRIPE_KEY": DEMO_STRIPE_KEY,
            "DEMO_STRIPE_WEBHOOK_SECRET": DEMO_STRIPE_WEBHOOK_SECRET,
        }
    )


def _set_up_clinic(site: str) -> str:
    """Import the shipped example, make its CRM's fields and an owner; returns their password, new each time."""
    with closing(build_from_environment()) as services:
        now = services.clock.now()
        with _demo_file(site) as file:
            import_clinic(services.database, services.keyring, file, environ=read_environment(), now=now)
        with services.database.reading() as session:
            clinic = find_clinic(session, DEMO_SLUG)
            assert clinic is not None
            connected = [each.id for each in connections_of(session, clinic.id) if each.vendor in SPECS]
        for connection_id in connected:
            services.connecting.apply_schema(connection_id)
        People(services.database).add(Author(None, now), clinic.id, OWNER, Role.OWNER)
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        with make_web_app(services).app_context():
            set_password(OWNER, password)
        return password


@contextmanager
def _demo_file(site: str) -> Iterator[Path]:
    """The shipped example with the sample website's true address as its allowed site."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "demo"
        shutil.copytree(str(files("booking_app") / "setup" / "examples" / "demo"), copy)
        file = copy / "clinic.toml"
        file.write_text(_with_deposit(file.read_text().replace(WRITTEN_SITE, site)))
        yield file


def _with_deposit(text: str) -> str:
    """One service may be paid for: the deposit stands in the simulated Cliniko, the account in the simulated Stripe."""
    before, found, after = text.partition(DEPOSIT_SERVICE)
    return f'{before}{found}\npayment = "optional"{after}{DEPOSITS}' if found else text


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(int(READY_SECONDS / READY_PAUSE)):
        if process.poll() is not None:
            break
        try:
            urlopen(url, timeout=2).close()  # noqa: S310 - our own sandbox on this machine
            return
        except OSError:
            time.sleep(READY_PAUSE)
    raise click.ClickException("The sandbox did not start.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(f"Port {port} is in use; choose another one with PORT= or --port.") from error


COMMANDS = (demo,)
