"""The package could be published alone: it leans on httpx and the standard library and on nothing of ours."""

import ast
import sys
from pathlib import Path

import booking_app.pms.client

FILES = sorted(Path(booking_app.pms.client.__file__).parent.rglob("*.py"))


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def test_nothing_of_ours_is_imported():
    for path in FILES:
        for module in imported_by(path):
            root = module.partition(".")[0]
            assert root in sys.stdlib_module_names or root == "httpx" or module.startswith("booking_app.pms.client"), (
                path
            )


def test_only_the_transport_and_what_reads_its_bodies_know_httpx():
    assert [path.name for path in FILES if "httpx" in set(imported_by(path))] == ["bodies.py", "transport.py"]
