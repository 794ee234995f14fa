"""The skeleton of a vendor's folder: what one command writes passes the checks and has every verb of the contract."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import booking_app.crm.vendors
from booking_app.core.failures import Failure
from booking_app.core.outbound_http.transport import Answer, open_http
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


def test_it_passes_the_checks_of_the_house(skeleton: Path) -> None:
    ruff = [str(Path(sys.executable).parent / "ruff")]
    for words in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        config = ["--config", str(ROOT / "pyproject.toml")]
        done = subprocess.run([*ruff, *words, *config, str(skeleton)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_has_every_verb_of_the_contract_and_connects(skeleton: Path) -> None:
    vendor = importlib.import_module("booking_app.crm.vendors.zebracrm").ZebraCRM
    verbs = {name for name in vars(Vendor) if not name.startswith("_")}
    assert verbs <= set(dir(vendor))
    with open_http() as http:
        connected = vendor.connect(token="zebra-token", http=http, monotonic=lambda: 0.0)
    assert connected.transport.transport.vendor == "zebracrm"


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
