"""One sandbox for the package, a fresh clinic for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_sandbox.server import SandboxServer
from tests.faults.shop import Shop, open_shop


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def shop(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Shop]:
    opened = open_shop(sandbox, tmp_path)
    yield opened
    opened.services.close()
