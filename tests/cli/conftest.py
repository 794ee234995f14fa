"""The command line as an operator meets it: in a folder of its own, with nothing set."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from booking_app.cli.main import commands
from booking_app.cli.wiring import Services, build
from booking_app.core.settings import load_settings
from tests.databases import upgraded_copy

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def fresh_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but the data directory, and no logging set up: that is the process's, and tests share one."""
    for name in [name for name in os.environ if name.startswith("BOOKING_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOOKING_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr("booking_app.cli.wiring.services.set_up_logging", lambda **_: None)


@pytest.fixture
def run() -> Run:
    """Call a command; whatever it raises beyond its exit status fails the test."""

    def call(*words: str, **environ: str) -> Result:
        result = CliRunner().invoke(commands, words, env=environ)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def services() -> Any:
    """What the commands work with, over an upgraded database."""
    settings = load_settings(os.environ)
    upgraded_copy(settings)
    built: Services = build(settings)
    yield built
    built.database.dispose()


def refused(result: Result) -> str:
    """The one sentence on stderr with which a command was refused."""
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")
