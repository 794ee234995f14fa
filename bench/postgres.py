"""A PostgreSQL of the bench's own that can be stopped hard and started again; it keeps what it has committed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.postgres import _programs, _unprivileged_user

START_SECONDS = 30.0


@dataclass
class Postgres:
    """A server with its defaults for durability. `restart` is a crash: SIGQUIT, and recovery from the log."""

    folder: Path
    programs: Path
    user: str | None
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://booking@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"]
        self.process = self._run(
            [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), *options]
        )
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            try:
                psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def restart(self) -> None:
        self.stop()
        self.start()

    def initialise(self) -> None:
        made = self._run(
            [self.programs / "initdb", "-D", self.folder / "data", "-U", "booking", "-A", "trust", "-E", "UTF8"]
        )
        if made.wait() != 0:
            raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def _run(self, command: list[str | Path]) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, user=self.user,
                extra_groups=[] if self.user else None, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            )  # fmt: skip


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A fresh server, gone at the end."""
    programs, user = _programs(), _unprivileged_user()
    if programs is None:
        raise SystemExit("PostgreSQL is needed: install the package postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="booking-chaos-"))
    if user is not None:
        shutil.chown(folder, user)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = Postgres(folder, programs, user, port)
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
