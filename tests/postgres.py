"""A PostgreSQL of the test run's own, from the system's package: started on first use, gone when the run ends.

`database_url` runs a test twice, on a SQLite file and on a schema of that server. Where the server cannot be had, the
test fails and says what to install.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
START_SECONDS = 60
# A crash may lose everything here: what a test wrote need not outlast it.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "lock_timeout": "20s",
    "timezone": "Australia/Adelaide",  # whatever the server's zone is, instants come back as they went in
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `new_schema` gives the address of an empty one."""

    url: str

    def new_schema(self) -> str:
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"create schema {name}".encode())
        return f"{self.url.replace('postgresql:', 'postgresql+psycopg:')}?options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    programs = _programs()
    if programs is None:
        pytest.fail("PostgreSQL is needed for this test: install the package postgresql (scripts/system.sh does).")
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="booking-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    try:
        _initialise(programs, folder, user)
        yield from _running(programs, folder, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'booking.sqlite3'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_schema()


def _programs() -> Path | None:
    """The folder of initdb and postgres, of the newest version there is."""
    named = [path for place in PLACES for path in Path(place).glob("*/bin/initdb")]
    found = [path for path in named if path.with_name("postgres").exists()]
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path)]
    return max(found, key=_version).parent if found else None


def _version(path: Path) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    return int("".join(char for char in told.split()[-1].split(".")[0] if char.isdigit()) or 0)


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in USERS if name in names), None)
    if user is None:
        pytest.fail("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody.")
    return user


def _initialise(programs: Path, folder: Path, user: str | None) -> None:
    options = ["-U", "booking", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = _start([programs / "initdb", "-D", folder / "data", *options], folder, user)
    if made.wait() != 0:
        pytest.fail(f"PostgreSQL's initdb failed: {(folder / 'log').read_text()[-2000:]}")


def _running(programs: Path, folder: Path, user: str | None) -> Iterator[PostgresServer]:
    port = _free_port()
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [
        *_dying_with_us(),
        programs / "postgres",
        "-D",
        folder / "data",
        "-p",
        str(port),
        *options,
    ]
    postgres = _start(command, folder, user)
    try:
        url = f"postgresql://booking@127.0.0.1:{port}/postgres"
        _wait_for(postgres, url, folder / "log")
        yield PostgresServer(url)
    finally:
        postgres.send_signal(signal.SIGQUIT)  # at once: nothing in it is to be kept
        postgres.wait(10)


def _dying_with_us() -> list[str]:
    """What makes the server stop even when the test run is killed, where the system offers it."""
    return ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []


def _start(command: list[str | Path], folder: Path, user: str | None) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, user=user,
            extra_groups=[] if user else None, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip


def _wait_for(postgres: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while postgres.poll() is None and time.monotonic() < give_up_at:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
