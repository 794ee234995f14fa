"""The files under `deploy/`: parsed, because no container engine, systemd or nginx stands on a test machine."""

import configparser
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from booking_app.cli.main import commands
from booking_app.core.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(path.read_text())
    return read


def services(text: str) -> dict[str, str]:
    """The services of the compose file, by structure: two spaces before a name, four before what is in it."""
    section = text.split("\nservices:\n")[1].split("\n\n" + "secrets:\n")[0]
    parts = re.split(r"^  (\w+):\n", section, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def called(command: list[str]) -> int:
    """The exit status of the command's own help: its name and every option have to exist."""
    words = command[1:]
    name = words[0]
    options = [word for word in words if word.startswith("--")]
    said = CliRunner().invoke(commands, [*([name] if name != "db" else words[:2]), "--help"])
    assert all(option in said.output for option in options), f"{name} does not know all of {options}"
    return said.exit_code


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists_and_is_given_time_to_stop(path: Path) -> None:
    service = unit(path)["Service"]
    command = shlex.split(service["ExecStart"])
    assert command[0] == "/opt/booking/.venv/bin/booking-app"
    assert called(["booking-app", *command[1:]]) == 0
    assert int(service["TimeoutStopSec"]) >= 30, "the longest call of a task takes 20 s"
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("booking", "true", "strict")
    assert service["EnvironmentFile"] == "/etc/booking/environment"


def test_there_is_a_unit_for_the_web_server_and_one_for_workers() -> None:
    assert [path.name for path in UNITS] == ["booking-serve.service", "booking-worker@.service"]


def example() -> dict[str, str]:
    lines = [line for line in (DEPLOY / "environment.example").read_text().splitlines() if "=" in line]
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_example_environment_is_good_for_production_once_the_keys_are_in(tmp_path: Path) -> None:
    keys = {
        "BOOKING_SECRET_KEY": "a-secret-of-tests-alone",
        "BOOKING_ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "BOOKING_SEAL_KEY": "11" * 32,
    }
    assert {name for name, value in example().items() if not value} == {*keys, "BOOKING_METRICS_TOKEN"}
    settings: Settings = load_settings({**example(), **keys, "BOOKING_DATA_DIR": str(tmp_path)})
    assert (settings.is_production, settings.trusted_proxies) == (True, 1)


def test_the_compose_file_starts_nothing_before_the_database_is_upgraded() -> None:
    found = services((DEPLOY / "compose.yaml").read_text())
    assert list(found) == ["database", "upgrade", "serve", "worker"]
    for name in ("upgrade", "serve", "worker"):
        (command,) = re.findall(r"command: \[(.+)\]", found[name])
        assert called([word.strip(' "') for word in command.split(",")]) == 0
    for name in ("serve", "worker"):
        assert "upgrade:\n        condition: service_completed_successfully" in found[name]


def test_the_compose_file_is_indented_by_pairs_of_spaces_and_opens_no_port_to_the_world() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    assert "\t" not in text
    assert all((len(line) - len(line.lstrip(" "))) % 2 == 0 for line in text.splitlines())
    assert re.findall(r'- "([^"]+):\d+:\d+"', text) == ["127.0.0.1"]


def test_nginx_overwrites_every_header_that_the_product_believes() -> None:
    text = (DEPLOY / "nginx.conf.example").read_text()
    assert text.count("{") == text.count("}")
    assert dict(re.findall(r"proxy_set_header (X-Forwarded-\w+) (\S+);", text)) == {
        "X-Forwarded-For": "$remote_addr", "X-Forwarded-Proto": "$scheme", "X-Forwarded-Host": "$host",
    }  # fmt: skip
    assert text.count("access_log off;") == text.count("server_name"), "an address of a page holds a draft's token"
