"""Starting and stopping."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from booking_sandbox.server import SandboxServer

RUN = "from booking_sandbox.server import run; run(port=0, control_port=0, smtp_port=0, fixture=None)"


def test_run_says_one_line_serves_and_stops_when_it_is_told() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", RUN], cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            line = process.stdout.readline()
            url = next(word for word in line.split() if word.startswith("http://"))
            assert httpx.get(url).status_code == 200
        finally:
            process.terminate()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_a_stopped_sandbox_frees_its_ports_and_lets_go_of_open_connections() -> None:
    with SandboxServer(control_port=0) as sandbox, httpx.Client() as client:
        assert client.get(f"{sandbox.cliniko_url}/user").status_code == 401
        ports = [
            int(url.rsplit(":", 1)[1].split("/")[0]) for url in (sandbox.url, sandbox.control_url, sandbox.smtp_url)
        ]
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)


def test_without_a_mail_catcher_there_is_no_address_for_mail() -> None:
    with SandboxServer(smtp_port=None) as sandbox, pytest.raises(RuntimeError):
        _ = sandbox.smtp_url


def test_a_taken_port_is_an_error(sandbox: SandboxServer) -> None:
    with pytest.raises(OSError, match="in use"):
        SandboxServer(port=int(sandbox.url.rsplit(":", 1)[1]), smtp_port=None)
