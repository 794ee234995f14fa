"""A worker is frozen while Cliniko has its call; another takes over, and whoever wakes up late writes nothing.

The other's clock runs ahead by a lease, so that nobody has to wait for one. The frozen process is therefore the harder
case: by its own clock its lease stands, and the fence alone keeps it from writing.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.bookings.subject import subject_of
from booking_app.migrations import tables
from booking_app.tasks import store
from booking_app.tasks.kinds import LEASE
from tests.conftest import ROOT
from tests.faults.shop import Shop

WORKER = """
import os, sys
from booking_app.bookings.subject import subject_of
from booking_app.cli.wiring import build
from booking_app.core.settings import load_settings
services = build(load_settings(os.environ))
services.task_runner.advance(subject_of(int(sys.argv[1])))
services.close()
"""
HELD_SECONDS = 4.0  # how long Cliniko takes over the call: long enough to freeze whoever waits for it
PATIENCE = 60.0
WRITTEN_BY_TASKS = ("task", "booking", "draft", "hold", "signed_document")


def waiting(shop: Shop) -> int:
    """The id of a booking that nobody has begun to place."""
    placing = shop.client.application.extensions["use_cases"].placing
    while placing._inline.acquire(blocking=False):
        pass
    shop.confirm(shop.fill(shop.choose()))
    return shop.booking().id


@contextmanager
def frozen(shop: Shop, booking_id: int, path: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of our own that stands still, and whose POST to the path has been carried out all the same."""
    rule = shop.sandbox.control.fault("delay", method="POST", path=f"{path}$", service="cliniko", seconds=HELD_SECONDS)
    settings = shop.services.settings
    environment = {
        "BOOKING_DATA_DIR": str(settings.data_dir),
        "BOOKING_CLINIKO_BASE_URL": shop.sandbox.cliniko_url,
        "BOOKING_HUBSPOT_BASE_URL": shop.sandbox.hubspot_url,
        "BOOKING_SMTP_URL": shop.sandbox.smtp_url,
        "BOOKING_CONTACT_EMAIL": settings.contact_email,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(booking_id)], cwd=ROOT, env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_until(lambda: met(shop, rule) == 1)
        worker.send_signal(signal.SIGSTOP)
        wait_until(lambda: has_carried_out(shop, path))
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def wake(worker: "subprocess.Popen[str]") -> str:
    """Let the process go on to its end; returns what it logged."""
    worker.send_signal(signal.SIGCONT)
    said, _ = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0, said
    return said


def met(shop: Shop, rule: int) -> int:
    return next(int(each["met"]) for each in shop.sandbox.control.faults() if each["id"] == rule)


def has_carried_out(shop: Shop, path: str) -> bool:
    calls = shop.sandbox.control.calls(service="cliniko")
    return any(call.method == "POST" and call.path.endswith(path) for call in calls)


def wait_until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


def rows(shop: Shop) -> dict[str, list[Any]]:
    """Everything that the task runner and its effects write."""
    with shop.services.database.reading() as session:
        named = {name: tables.metadata.tables[name] for name in WRITTEN_BY_TASKS}
        return {name: list(session.execute(select(table).order_by(table.c.id))) for name, table in named.items()}


@pytest.mark.parametrize("path", ["/patients", "/individual_appointments", "/patient_forms"])
def test_a_frozen_worker_finds_its_work_done_and_leaves_it_alone(shop: Shop, path: str) -> None:
    booking_id = waiting(shop)
    with frozen(shop, booking_id, path) as worker:
        shop.clock.ahead += LEASE
        shop.work()
        shop.check_all_arrived_once()
        left = rows(shop)
        said = wake(worker)
    assert rows(shop) == left
    assert "lease_lost" in said
    shop.check_all_arrived_once()


def test_a_frozen_worker_does_not_write_over_another_that_is_still_at_it(shop: Shop) -> None:
    booking_id = waiting(shop)
    with frozen(shop, booking_id, "/individual_appointments") as worker:
        shop.clock.ahead += LEASE
        with shop.services.database.begin() as session:
            claimed = store.claim(
                session, subject=subject_of(booking_id), now=shop.clock.now(), lease_of=lambda _kind: LEASE
            )
        assert claimed is not None
        assert (claimed.name, claimed.fence) == ("appointment", 2)
        left = rows(shop)
        said = wake(worker)
    assert rows(shop) == left
    assert "lease_lost" in said
    shop.clock.ahead += LEASE
    shop.work()
    shop.check_all_arrived_once()
