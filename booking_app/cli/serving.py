"""`serve` and `worker`."""

import os
import signal
import subprocess
import sys
import threading

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from booking_app.core.db import Database
from booking_app.core.proxy_signs import ProxySigns
from booking_app.core.settings import load_settings, read_environment
from booking_app.migrations.upgrade import upgrade_or_refuse

PATIENCE = 15  # seconds that a request may still take once the server is told to stop


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Threads per process.")
@click.option("--with-worker", is_flag=True, help="Also start a worker beside the web server.")
def serve(host: str, port: int, processes: int, threads: int, with_worker: bool) -> None:
    """The production web server. It works no tasks unless --with-worker."""
    settings = load_settings(read_environment())
    upgrade_or_refuse(settings)
    _forget_proxy_signs(settings.database_url)
    os.environ["BOOKING_WEB_THREADS"] = str(threads)
    sibling = start_worker() if with_worker else None
    try:
        web_server(host=host, port=port, processes=processes, threads=threads).serve()
    finally:
        if sibling is not None:
            stop_process(sibling)


@click.command()
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def worker(threads: int) -> None:
    """Background work; run any number of them."""
    from booking_app.cli.worker_process import (
        run_worker,  # all of the product, which the web server's parent has no use for
    )

    settings = load_settings(read_environment())
    upgrade_or_refuse(settings)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    run_worker(settings, stopped, threads=threads)


def _forget_proxy_signs(database_url: str) -> None:
    database = Database(database_url)
    ProxySigns(database).forget()
    database.dispose()


def web_server(*, host: str, port: int, processes: int, threads: int) -> MPServer:
    """The server for our WSGI app; every process builds its own app."""
    return MPServer(
        target="booking_app.cli.web_app:make_web_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        respawn_failed_workers=True,
        # A web process that hears two stop signals at once, as a service manager may send them, waits for ever.
        workers_kill_timeout=PATIENCE,
        log_level=LogLevels.error,
        log_access=False,
    )


def start_worker() -> "subprocess.Popen[bytes]":
    """A worker as a sibling process, with this process's environment."""
    return start_command("worker")


def start_command(command: str, *options: object) -> "subprocess.Popen[bytes]":
    """One of our commands beside this process, which stops it by `stop_process`.

    A Ctrl-C in the terminal reaches the whole group. The command leaves it to this process: one that is still starting
    would print that it was aborted.
    """
    words = [sys.executable, "-m", "booking_app", command, *map(str, options)]
    return subprocess.Popen(words, preexec_fn=_leave_ctrl_c_alone)


def _leave_ctrl_c_alone() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def stop_process(process: "subprocess.Popen[bytes]", *, patience: float = 30.0) -> None:
    """Ask it to stop, wait, and only then kill it."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


COMMANDS = (serve, worker)
