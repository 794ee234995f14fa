"""The product as several processes that may be killed at any moment, and are started again at once."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.estate import ROOT, Estate
from tests.journey.product import answers, command, free_ports

START_SECONDS = 60.0


@dataclass
class Unit:
    """One process of the product with the children it has; `port` is 0 for a worker."""

    name: str
    arguments: list[str]
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    log_begins: int = 0


@dataclass
class Fleet:
    """Sandbox, web servers and workers over one database. `open` starts it, `close` ends it."""

    folder: Path
    estate: Estate
    database_url: str
    webs: int = 2
    workers: int = 2
    lease_scale: float = 1.0
    units: list[Unit] = field(default_factory=list)
    kills: int = 0
    sandbox: str = ""
    control: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        sandbox_port, control_port, smtp_port, *ports = free_ports(3 + self.webs)
        self.sandbox, self.control = f"http://127.0.0.1:{sandbox_port}", f"http://127.0.0.1:{control_port}"
        self.environment = self._environment(smtp_port, ports[0])
        ours = ["--port", str(sandbox_port), "--control-port", str(control_port), "--smtp-port", str(smtp_port)]
        self.start(Unit("sandbox", ["sandbox", *ours, "--fixture", str(self.estate.fixture)], sandbox_port))
        self._wait_for(sandbox_port, "/")
        for slug, file in self.estate.clinics.items():
            self.run("clinic", "import", str(file))
            self.run("connections", "apply", "--clinic", slug)
        for number, port in enumerate(ports, 1):
            self.units.append(Unit(f"web{number}", ["serve", "--port", str(port), "--threads", "8"], port))
        for number in range(1, self.workers + 1):
            self.units.append(Unit(f"worker{number}", ["worker", "--threads", "4"]))
        for unit in self.killable:
            self.start(unit)
        for port in ports:
            self._wait_for(port, "/readyz")

    def close(self) -> None:
        for unit in self.units:
            if unit.process is not None and unit.process.poll() is None:
                _signal(unit.process, signal.SIGTERM)
        for unit in self.units:
            self._end(unit)

    @property
    def killable(self) -> list[Unit]:
        return [unit for unit in self.units if unit.name != "sandbox"]

    @property
    def ports(self) -> list[int]:
        """Where the web servers answer."""
        return [unit.port for unit in self.killable if unit.port]

    def start(self, unit: Unit) -> None:
        """Start a unit in a process group of its own, so that SIGKILL meets its children too."""
        if unit not in self.units:
            self.units.append(unit)
        with (self.folder / f"{unit.name}.log").open("ab") as log:
            unit.log_begins = log.tell()
            unit.process = subprocess.Popen(
                command(*unit.arguments), cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self, unit: Unit) -> None:
        """SIGKILL, and start it again."""
        if unit.process is not None:
            _signal(unit.process, signal.SIGKILL)
            unit.process.wait()
        self.kills += 1
        self.start(unit)

    def is_up(self, unit: Unit) -> bool:
        """Whether the unit has come up since it was last started: only then can a kill hit it at work."""
        if unit.port:
            return answers(unit.port, "/readyz")
        with (self.folder / f"{unit.name}.log").open("rb") as log:
            log.seek(unit.log_begins)
            return b"worker_started" in log.read()

    def run(self, *arguments: str) -> str:
        """A command of `booking-app` in this environment; what it printed."""
        done = subprocess.run(command(*arguments), env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def switch(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        """Ask the sandbox's control port."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data, method=method)
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.loads(response.read())

    def file(self, path: str) -> bytes:
        with urllib.request.urlopen(self.control + path, timeout=60) as response:
            return bytes(response.read())

    def _end(self, unit: Unit) -> None:
        if unit.process is None:
            return
        try:
            unit.process.wait(5)
        except subprocess.TimeoutExpired:
            _signal(unit.process, signal.SIGKILL)
            unit.process.wait()

    def _wait_for(self, port: int, path: str) -> None:
        ends = time.monotonic() + START_SECONDS
        while not answers(port, path):
            if time.monotonic() > ends:
                raise RuntimeError(f"nothing answers {path}; see the logs in {self.folder}")
            time.sleep(0.1)

    def _environment(self, smtp_port: int, port: int) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
        return inherited | self.estate.secrets | {
            "BOOKING_DATA_DIR": str(self.folder / "data"),
            "BOOKING_DATABASE_URL": self.database_url,
            "BOOKING_BASE_URL": f"http://127.0.0.1:{port}",
            "BOOKING_TASK_LEASE_SCALE": str(self.lease_scale),
            "BOOKING_CLINIKO_BASE_URL": f"{self.sandbox}/v1",
            "BOOKING_HUBSPOT_BASE_URL": f"{self.sandbox}/hubspot",
            "BOOKING_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "BOOKING_CONTACT_EMAIL": "bookings@harbourstreet.example.com",
        }  # fmt: skip


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        process.poll()
