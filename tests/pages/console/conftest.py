"""One sandbox for the package; a desk for each module that only reads, a fresh one for each test that changes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_sandbox.server import SandboxServer
from tests.pages.console.desk import Desk, open_desk, reopen_desk


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of a desk that nobody has worked at; each test takes a copy."""
    folder = tmp_path_factory.mktemp("furnished")
    with SandboxServer() as running:
        open_desk(running, folder).services.close()
    return folder


@pytest.fixture
def desk(sandbox: SandboxServer, furnished: Path, tmp_path: Path) -> Iterator[Desk]:
    """Two clinics and their people over a sandbox that is as new."""
    shutil.copytree(furnished, tmp_path / "desk")
    opened = reopen_desk(sandbox, tmp_path / "desk")
    yield opened
    opened.services.close()


@pytest.fixture(scope="module")
def shared_desk(sandbox: SandboxServer, furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all tests of a module that leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared") / "desk"
    shutil.copytree(furnished, folder)
    opened = reopen_desk(sandbox, folder)
    yield opened
    opened.services.close()
