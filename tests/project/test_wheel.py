"""The built wheel stands alone: installed into an empty environment it runs the demo and serves its pages."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.tree import ROOT

READY_SECONDS = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment that holds the pinned packages and the wheel, and nothing of this tree."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", str(folder))
    python = folder / "bin" / "python"
    install(python, "--require-hashes", "-r", str(ROOT / "requirements.txt"))
    install(python, "--no-deps", str(wheel))
    return folder / "bin"


def install(python: Path, *what: str) -> None:
    """Install with uv, whose cache the set-up has filled, else with pip."""
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        run(str(uv), "pip", "install", "-q", "--python", str(python), *what)
    else:
        run(str(python), "-m", "pip", "install", "-q", *what)


def run(*command: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


@pytest.fixture(scope="module")
def demo_port(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The demo, started by the installed command in an empty folder; gives its port once the page answers."""
    folder = tmp_path_factory.mktemp("elsewhere")
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOOKING_", "PYTHON"))}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(environment / "booking-app"), "demo", "--port", str(port)],
            cwd=folder,
            env=clean,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        wait_until_ready(port, process, log)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """A free port whose neighbours for the sandbox are free as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 60_000)


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the demo did not become ready:\n{log.read_text()[-4000:]}")


def get(port: int, path: str) -> tuple[int, str]:
    """Fetch a page, following redirects within the server; gives the last status and its text."""
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        location = response.getheader("Location")
        if not location:
            return response.status, text
        path = re.sub(r"^https?://[^/]+", "", location)
    pytest.fail("the server redirects without end")


def test_the_wheel_carries_templates_static_files_migrations_and_the_example(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for beginning in ("_assets/templates/", "_assets/static/", "migrations/versions/", "setup/examples/demo/"):
        assert any(name.startswith(f"booking_app/{beginning}") for name in names), beginning
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


def test_an_installed_wheel_serves_the_booking_page_and_its_files(demo_port: int) -> None:
    status, page = get(demo_port, "/b/demo")
    assert status == 200
    assert re.search(r"<h1[^>]*>\s*Choose a category", page)
    files = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page))
    assert files
    assert {get(demo_port, file)[0] for file in files} == {200}


def test_an_installed_wheel_serves_the_loader(demo_port: int) -> None:
    assert get(demo_port, "/embed.js")[0] == 200
