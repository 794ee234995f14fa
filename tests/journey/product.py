"""The whole product as a clinic would run it: sandbox, web server and worker, a process each, on free ports."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from booking_sandbox.demo_keys import DEMO_CLINIKO_KEY, DEMO_HUBSPOT_TOKEN
from tests.conftest import ROOT

EXAMPLE = ROOT / "booking_app" / "setup" / "examples" / "demo"
WRITTEN_SITE = "http://localhost:8701"
START_SECONDS = 120.0  # a bound for a machine that does much else
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Product:
    """Where everything answers, and where its database lies."""

    base: str
    site: str
    sandbox: str
    control: str
    database_url: str
    logs: Path
    environment: dict[str, str] = field(repr=False)

    def said(self) -> str:
        """What the processes have written so far, for the message of a failed test."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.logs.glob("*.log")))

    def run(self, *arguments: str) -> str:
        """A command of `booking-app` in this product's environment; gives what it printed."""
        result = subprocess.run(
            command(*arguments),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "booking_app", *arguments]


def free_ports(count: int) -> list[int]:
    """Free loopback ports, all held at once so that they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


@contextmanager
def running_product(folder: Path) -> Iterator[Product]:
    """Start everything with a fresh database in `folder` and the example clinic; stop it all at the end."""
    port, sandbox_port, control_port, smtp_port = free_ports(4)
    product = _product(folder, port, sandbox_port, control_port, smtp_port)
    (folder / "data").mkdir()
    with ExitStack() as processes:

        def start(name: str, *arguments: str) -> "subprocess.Popen[bytes]":
            return processes.enter_context(_process(product, name, *arguments))

        sandbox = start(
            "sandbox",
            *("--port", str(sandbox_port), "--control-port", str(control_port)),
            *("--smtp-port", str(smtp_port), "--widget-origin", product.base),
        )
        wait_until(lambda: answers(sandbox_port, "/"), sandbox, product)
        product.run("clinic", "import", str(_example(folder, product.site)))
        product.run("connections", "apply", "--clinic", "demo")
        start("worker")
        web = start("serve", "--port", str(port), "--threads", "8")
        wait_until(lambda: answers(port, "/readyz"), web, product)
        yield product


def _product(folder: Path, port: int, sandbox_port: int, control_port: int, smtp_port: int) -> Product:
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    database_url = f"sqlite:///{folder / 'data' / 'booking.sqlite3'}"
    ours = {
        "BOOKING_ENV": "development",
        "BOOKING_DATA_DIR": str(folder / "data"),
        "BOOKING_DATABASE_URL": database_url,
        "BOOKING_BASE_URL": f"http://127.0.0.1:{port}",
        "BOOKING_CLINIKO_BASE_URL": f"{sandbox}/v1",
        "BOOKING_HUBSPOT_BASE_URL": f"{sandbox}/hubspot",
        "BOOKING_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "BOOKING_CONTACT_EMAIL": "bookings@harbourstreet.example.com",
        "DEMO_CLINIKO_KEY": DEMO_CLINIKO_KEY,
        "DEMO_HUBSPOT_TOKEN": DEMO_HUBSPOT_TOKEN,
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    return Product(
        base=f"http://127.0.0.1:{port}",
        # Another host name than the product's, so that the two are different sites to a browser.
        site=f"http://localhost:{sandbox_port}",
        sandbox=sandbox,
        control=f"http://127.0.0.1:{control_port}",
        database_url=database_url,
        logs=folder,
        environment=inherited | ours,
    )


def _example(folder: Path, site: str) -> Path:
    """A copy of the shipped clinic whose allowed site is the sample website's true address."""
    copy = folder / "clinic"
    shutil.copytree(EXAMPLE, copy)
    file = copy / "clinic.toml"
    text = file.read_text()
    assert WRITTEN_SITE in text
    file.write_text(text.replace(WRITTEN_SITE, site))
    return file


@contextmanager
def _process(product: Product, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (product.logs / f"{arguments[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            command(*arguments),
            cwd=ROOT,
            env=product.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(is_there: Callable[[], bool], process: "subprocess.Popen[bytes]", product: Product) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        if is_there():
            return
        time.sleep(0.05)
    raise AssertionError(f"a process of the product did not come up\n{product.said()}")


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()
