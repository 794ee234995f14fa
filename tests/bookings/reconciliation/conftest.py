"""The real product over the sandbox by HTTP. One booking is made for all; each test gets the world as it then was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from booking_sandbox.server import SandboxServer
from tests.faults.conftest import sandbox
from tests.faults.shop import Shop, open_shop

__all__ = ["sandbox"]


@pytest.fixture(scope="module")
def booked(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with one booking whose every task is done."""
    opened = open_shop(sandbox, tmp_path_factory.mktemp("shop"))
    opened.book()
    opened.work()
    opened.check_all_arrived_once()
    yield opened
    opened.services.close()


@pytest.fixture
def shop(booked: Shop, tmp_path: Path) -> Iterator[Shop]:
    """The booked shop; whatever a test does to database, Cliniko and HubSpot is undone."""
    world, file = booked.sandbox.control.world, _database_file(booked)
    account, portal, ahead = world.accounts["demo"], world.portals["demo"], booked.clock.ahead
    tables = {name: dict(table._rows) for name, table in account._tables.items()}
    held = deepcopy(portal.__dict__)
    _copy(file, tmp_path / "kept")
    world.mailbox.clear()
    yield booked
    booked.sandbox.control.clear_faults()
    booked.clock.ahead = ahead + timedelta()
    for name, table in account._tables.items():
        table._rows = tables.get(name, {})
    portal.__dict__.update(held)
    _copy(tmp_path / "kept", file)


def _copy(source: Path, target: Path) -> None:
    """SQLite's own way, which minds whoever has the files open."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _database_file(shop: Shop) -> Path:
    return Path(shop.services.settings.database_url.removeprefix("sqlite:///"))
