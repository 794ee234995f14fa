"""The skeleton of a vendor's folder: what one command writes passes the checks and has every verb of the contract."""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import booking_app.crm.vendors
from booking_app.core.failures import Failure
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.contract import Vendor
from tests.project.tree import ROOT

SCRIPT = ROOT / "scripts" / "new_vendor.py"


@pytest.fixture
def skeleton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A vendor `zebracrm`, written to a folder of its own that stands beside the true ones."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    script = importlib.import_module("new_vendor")
    script.write_skeleton("zebracrm", "Zebra CRM", tmp_path)
    monkeypatch.setattr(booking_app.crm.vendors, "__path__", [*booking_app.crm.vendors.__path__, str(tmp_path)])
    yield tmp_path / "zebracrm"
    for name in [
        name for name in sys.modules if name.startswith("booking_app.crm.vendors.zebracrm") or name == "new_vendor"
    ]:
        del sys.modules[name]


def test_it_passes_the_checks_of_the_project(skeleton: Path) -> None:
    ruff = [str(Path(sys.executable).parent / "ruff")]
    for words in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        config = ["--config", str(ROOT / "pyproject.toml")]
        done = subprocess.run([*ruff, *words, *config, str(skeleton)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_has_every_part_of_the_contract(skeleton: Path) -> None:
    spec = importlib.import_module("booking_app.crm.vendors.zebracrm.spec").SPEC
    vendor = importlib.import_module("booking_app.crm.vendors.zebracrm.client").ZebraCRM
    assert issubclass(vendor, Vendor) and not vendor.__abstractmethods__
    assert (spec.name, spec.title, spec.keeps_contacts) == ("zebracrm", "Zebra CRM", True)


def test_a_vendor_added_by_the_documented_steps_works_everywhere(tmp_path: Path) -> None:
    """In a copy of the project: one command, and its name in one file. Then a clinic connects it and books."""
    copy = tmp_path / "copy"
    for name in ("booking_app", "booking_sandbox", "templates", "static", "tests", "scripts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    made = [sys.executable, "scripts/new_vendor.py", "zebracrm", "Zebra CRM"]
    subprocess.run(made, cwd=copy, check=True, capture_output=True)
    register(copy / "booking_app" / "crm" / "vendors" / "registered.py")
    walk = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "tests/crm/vendors/new_vendor_walk.py",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "BOOKING_"))}
    done = subprocess.run(walk, cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def register(list_of_vendors: Path) -> None:
    """What docs/adding-a-vendor.md says to write into `registered.py`: an import, and the name in the list."""
    text = list_of_vendors.read_text()
    lines = "from booking_app.crm.vendors.webhook.spec import WEBHOOK_SPEC\n"
    added = text.replace(lines, f"{lines}from booking_app.crm.vendors.zebracrm.spec import SPEC as ZEBRACRM\n")
    added = added.replace("MAILCHIMP, WEBHOOK_SPEC)", "MAILCHIMP, ZEBRACRM, WEBHOOK_SPEC)")
    assert added.count("ZEBRACRM") == 2
    list_of_vendors.write_text(added)


@pytest.mark.parametrize(
    ("status", "failure"),
    [(401, Failure.AUTH), (404, Failure.CONFIG), (429, Failure.RATE), (503, Failure.UNKNOWN_OUTCOME)],
)
def test_its_errors_are_the_usual_ones_until_they_are_read_up(skeleton: Path, status: int, failure: Failure) -> None:
    failure_of = importlib.import_module("booking_app.crm.vendors.zebracrm.errors").failure_of
    assert failure_of(Answer(status, {}, b"<html>"), is_write=True).failure is failure


@pytest.mark.parametrize(
    ("name", "words"), [("Acme CRM", "one word"), ("hubspot", "there already"), ("../x", "one word")]
)
def test_a_name_that_cannot_be_used_is_refused(name: str, words: str) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), name, "Acme"], capture_output=True, text=True)
    assert done.returncode == 1
    assert words in done.stderr
