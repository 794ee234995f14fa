"""Rules of the layers that the import contracts cannot say: who reads the time, and who speaks HTTP."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.tree import PACKAGE, SANDBOX, package_modules

# The Cliniko client could be published alone and the sandbox is another product: each has one module of its own
# through which its time can be set, and neither can be handed our clock. The sandbox also waits in real seconds.
CLOCKS = {"core/clock.py", "pms/client/calls.py"}
SANDBOX_CLOCK = "clock.py"
SANDBOX_WAITS = "time.monotonic"
READINGS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
}


def readings_of_time(source: str) -> Iterator[tuple[str, int]]:
    """Every place of a module that names a reading of the machine's clock, called or handed on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in READINGS:
                yield f"{owner}.{node.attr}", node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from ((f"time.{name.name}", node.lineno) for name in node.names if ("time", name.name) in READINGS)


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{module}:{line} {reading}"
        for path in package_modules()
        for module in [path.relative_to(PACKAGE).as_posix()]
        if module not in CLOCKS
        for reading, line in readings_of_time(path.read_text())
    ]
    assert found == []


def test_only_its_clock_tells_the_sandbox_the_time() -> None:
    found = [
        f"{path.name}:{line} {reading}"
        for path in sorted(SANDBOX.rglob("*.py"))
        if path != SANDBOX / SANDBOX_CLOCK
        for reading, line in readings_of_time(path.read_text())
        if reading != SANDBOX_WAITS
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    ["import datetime\ndatetime.datetime.now()", "from time import time", "field(default_factory=date.today)"],
)
def test_a_reading_of_the_time_is_seen_in_every_spelling(source: str) -> None:
    assert len(list(readings_of_time(source))) == 1


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_only_the_clients_speak_http() -> None:
    speakers = {path.relative_to(PACKAGE) for path in package_modules() if "httpx" in imports_of(path)}
    assert {"/".join(path.parts[:2]) for path in speakers} <= {"pms/client", "crm/vendors", "core/outbound_http"}
