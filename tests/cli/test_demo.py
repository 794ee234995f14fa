"""The demo, started and stopped as somebody does who tries the product for the first time."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from booking_app.cli.demo import SITE_PORT_OFFSET

PATIENCE = 90.0


def free_port() -> int:
    """A port below one whose neighbours for the sample site and mail are free as well."""
    for port in range(21_000 + os.getpid() % 5000, 60_000, 7):
        try:
            for each in (port, port + SITE_PORT_OFFSET, port + SITE_PORT_OFFSET + 1):
                with socket.create_server(("127.0.0.1", each)):
                    pass
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")


def test_ctrl_c_stops_the_demo_without_a_word_of_errors(tmp_path: Path) -> None:
    port, errors = free_port(), tmp_path / "errors"
    environment = {**os.environ, "BOOKING_DATA_DIR": str(tmp_path / "var")}
    with errors.open("wb") as stderr:
        demo = subprocess.Popen(
            [sys.executable, "-m", "booking_app", "demo", "--port", str(port)],
            cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/b/demo", demo)
            os.killpg(demo.pid, signal.SIGINT)  # as a terminal does: to the demo, its sandbox and its worker
            demo.wait(PATIENCE)
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGKILL)
                demo.wait()
    assert (errors.read_text(), demo.returncode) == ("", 0)


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the demo did not start")
