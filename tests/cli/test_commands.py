"""What holds for every command: help, exit statuses, and errors as one plain sentence."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from booking_app.cli.main import commands
from tests.cli.conftest import Run, refused

NAMED = {
    "demo", "serve", "worker", "sandbox", "clinic import", "clinic export", "clinic list", "doctor",
    "staff add", "staff link", "staff list",
    "tasks list", "tasks show", "tasks retry", "purge", "keys rotate", "db upgrade",
}  # fmt: skip


def every_command(group: click.Group = commands, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def test_the_promised_commands_are_there() -> None:
    assert {" ".join(path) for path in every_command()} >= NAMED


@pytest.mark.parametrize("path", [*every_command()], ids=" ".join)
def test_every_command_explains_itself(run: Run, path: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: commands {' '.join(path)}")
    assert list(tmp_path.iterdir()) == [], "asking for help touches nothing"


@pytest.mark.parametrize(
    "words",
    ["nonsense", "serve --port 0", "tasks show x", "tasks list --state odd", "clinic import", "clinic import no.toml"],
)
def test_a_wrong_call_exits_with_two(run: Run, words: str) -> None:
    result = run(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


class TestAnErrorIsOneSentence:
    def test_for_a_setting_that_is_wrong(self, run: Run) -> None:
        said = refused(run("tasks", "list", BOOKING_ENV="live"))
        assert said == "BOOKING_ENV must be development or production."

    @pytest.mark.parametrize("missing", ["BOOKING_SECRET_KEY", "BOOKING_ENCRYPTION_KEYS", "BOOKING_SEAL_KEY"])
    def test_for_a_key_that_production_needs(self, run: Run, missing: str, services: Any) -> None:
        keys = {
            "BOOKING_SECRET_KEY": services.settings.secret_key,
            "BOOKING_ENCRYPTION_KEYS": services.settings.encryption_keys[0],
            "BOOKING_SEAL_KEY": services.settings.seal_key,
        }
        environ = {**keys, missing: "", "BOOKING_ENV": "production", "BOOKING_BASE_URL": "https://book.example"}
        assert refused(run("purge", **environ)) == f"{missing} is required in production."

    @pytest.mark.parametrize("command", ["purge", "db upgrade", "tasks list", "keys rotate", "clinic list"])
    def test_for_a_database_that_cannot_be_reached(self, run: Run, command: str) -> None:
        url = "postgresql+psycopg://somebody:a-secret@127.0.0.1:1/booking"
        said = refused(run(*command.split(), BOOKING_DATABASE_URL=url))
        assert "BOOKING_DATABASE_URL" in said
        assert "a-secret" not in said and "somebody" not in said

    def test_for_a_folder_that_is_not_there(self, run: Run, tmp_path: Path) -> None:
        said = refused(run("clinic", "list", BOOKING_DATABASE_URL=f"sqlite:///{tmp_path / 'none' / 'a.sqlite3'}"))
        assert "BOOKING_DATABASE_URL" in said

    def test_for_a_clinic_file_that_is_no_toml(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "clinic.toml").write_text("[clinic\n")
        assert "clinic.toml" in refused(run("clinic", "import", "clinic.toml"))

    def test_for_a_clinic_that_there_is_not(self, run: Run) -> None:
        assert refused(run("clinic", "export", "nobody", "out")) == "There is no clinic nobody."


def test_the_module_is_the_same_command(tmp_path: Path) -> None:
    """Once with a process of its own: the status and the streams are those that a shell sees."""
    call = [sys.executable, "-m", "booking_app", "tasks", "list"]
    environ = {
        "BOOKING_DATA_DIR": str(tmp_path / "var"),
        "BOOKING_ENV": "live",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    result = subprocess.run(call, env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: BOOKING_ENV must be development or production.\n"
