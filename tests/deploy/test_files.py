"""The files under `deploy/`: every name in them exists. nginx itself runs its file in tests/production."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from booking_app.accounting.settings import VENDORS as ACCOUNTING_VENDORS
from booking_app.cli.main import commands
from booking_app.cli.serving import PATIENCE
from booking_app.core.settings import NAMES, Settings, load_settings
from booking_app.crm.vendors.registered import SPECS
from booking_app.deposits.registration import CALL_SECONDS as DEPOSIT_CALL_SECONDS
from booking_app.deposits.vendors.registered import SPECS as PAYMENT_SPECS
from booking_app.tasks.workers import GRACE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
VENDORS = [*(spec.name for spec in SPECS.values() if spec.keeps_contacts), *PAYMENT_SPECS, *ACCOUNTING_VENDORS]
KNOWN = {*NAMES, *(f"BOOKING_{name.upper()}_BASE_URL" for name in VENDORS)}
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(path.read_text())
    return read


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


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


def test_a_worker_may_finish_its_longest_call_before_it_is_killed() -> None:
    assert GRACE_SECONDS > DEPOSIT_CALL_SECONDS
    assert int(unit(DEPLOY / "booking-worker@.service")["Service"]["TimeoutStopSec"]) > GRACE_SECONDS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: units only parsed")
def test_systemd_takes_the_units_as_they_are(tmp_path: Path) -> None:
    """But for the program, which is not installed here, and the user."""
    for path in UNITS:
        text = path.read_text().replace("/opt/booking/.venv/bin/booking-app", "/bin/true")
        (tmp_path / path.name).write_text(text.replace("=booking\n", "=root\n"))
    names = [str(tmp_path / path.name.replace("@.", "@1.")) for path in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "booking" in line]) == (0, [])


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
    found = compose()["services"]
    assert list(found) == ["database", "upgrade", "serve", "worker"]
    for name in ("upgrade", "serve", "worker"):
        assert called(found[name]["command"]) == 0
    for name in ("serve", "worker"):
        assert found[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert found["upgrade"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_the_compose_file_opens_no_port_to_the_world_and_names_only_files_that_are_described() -> None:
    told = compose()
    ports = [port for service in told["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    build = told["services"]["upgrade"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).exists()
    files = {service["env_file"] for service in told["services"].values() if "env_file" in service}
    files |= {secret["file"] for secret in told["secrets"].values()}
    comment = (DEPLOY / "compose.yaml").read_text().split("services:")[0]
    assert all(file.removeprefix("../") in comment for file in files)


def test_containers_and_units_are_given_the_same_time_to_stop() -> None:
    for service, name in (("serve", "booking-serve.service"), ("worker", "booking-worker@.service")):
        seconds = compose()["services"][service]["stop_grace_period"].removesuffix("s")
        assert seconds == unit(DEPLOY / name)["Service"]["TimeoutStopSec"]


def test_the_web_server_is_given_longer_to_stop_than_a_request_may_take() -> None:
    """systemd and containers kill what is left; the server itself gives up before that."""
    assert int(unit(DEPLOY / "booking-serve.service")["Service"]["TimeoutStopSec"]) > PATIENCE


def test_the_image_brings_every_library_that_the_machine_is_asked_for() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    runtime = (ROOT / "scripts" / "system.sh").read_text().split('if [ "$purpose" = tests ]')[0]
    asked = set(re.findall(r"need ([a-z0-9.-]+)", runtime)) - {"python3-venv"}
    assert asked
    assert all(package in image for package in asked), asked


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_a_file_names_exists(path: Path) -> None:
    named = set(re.findall(r"\bBOOKING_[A-Z_]+\b", path.read_text()))
    assert named <= KNOWN, named - KNOWN


def test_every_setting_in_the_documents_exists_and_every_setting_is_described() -> None:
    texts = [
        path.read_text()
        for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        if path.name != "connections.md"
    ]  # its names are those of a CRM's fields
    named = {name for text in texts for name in re.findall(r"\bBOOKING_[A-Z_]+[A-Z]\b", text)}
    assert named - KNOWN == set(), "named in a document and known to nobody"
    assert KNOWN - named == set(), "read by the program and described nowhere"


def test_nginx_overwrites_every_header_that_the_product_believes() -> None:
    text = (DEPLOY / "nginx.conf.example").read_text()
    assert text.count("{") == text.count("}")
    assert dict(re.findall(r"proxy_set_header (X-Forwarded-\w+) (\S+);", text)) == {
        "X-Forwarded-For": "$remote_addr", "X-Forwarded-Proto": "$scheme", "X-Forwarded-Host": "$host",
    }  # fmt: skip
    assert text.count("access_log off;") == text.count("server_name"), "an address of a page holds a draft's token"
