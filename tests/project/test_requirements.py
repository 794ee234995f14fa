"""The pinned lists say what pyproject.toml asks for, each package with the hashes of its files."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.tree import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PYPROJECT["project"]["dependencies"] + PYPROJECT["project"]["optional-dependencies"]["postgresql"]
DEVELOPMENT = RUNTIME + PYPROJECT["dependency-groups"]["dev"]


def pins(listing: Path) -> dict[str, set[str]]:
    """The pinned versions of each package; more than one where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for entry in listing.read_text().replace("\\\n", "").splitlines():
        requirement = Requirement(entry.split("--hash=")[0])
        assert entry.count("--hash=sha256:") >= 1, requirement.name
        version = str(requirement.specifier).removeprefix("==")
        found.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return found


@pytest.mark.parametrize(
    ("listing", "wanted"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)], ids=str
)
def test_every_dependency_is_pinned_within_its_range(listing: str, wanted: list[str]) -> None:
    pinned = pins(ROOT / listing)
    for text in wanted:
        requirement = Requirement(text)
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not pinned: run make requirements"
        assert all(requirement.specifier.contains(version) for version in versions), text


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    runtime, development = pins(ROOT / "requirements.txt"), pins(ROOT / "requirements-dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime


def test_no_set_up_file_names_an_address_outside_this_machine() -> None:
    files = [
        *ROOT.glob("requirements*.txt"),
        ROOT / "Makefile",
        *(ROOT / "scripts").iterdir(),
        *(ROOT / ".ci").iterdir(),
    ]
    for path in filter(Path.is_file, files):
        hosts = re.findall(r"://([^/:\s]+)", path.read_text())
        assert set(hosts) <= {"127.0.0.1", "localhost"}, path.name
