"""Files of others in our tree are byte for byte what they were when they were taken in."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.project.tree import ROOT

LISTS = [ROOT / "static/vendor/vendor.toml", ROOT / "static/fonts/fonts.toml"]


def entries(listing: Path) -> list[dict[str, Any]]:
    """Every table of the list that names a file, however deep it stands."""
    return list(_named_files(tomllib.loads(listing.read_text())))


def _named_files(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "file" in value and "sha256" in value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _named_files(inner)


@pytest.mark.parametrize("listing", LISTS, ids=lambda path: path.stem)
def test_every_vendored_file_has_the_checksum_it_came_with(listing: Path) -> None:
    for entry in entries(listing):
        content = (listing.parent / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]


@pytest.mark.parametrize("listing", LISTS, ids=lambda path: path.stem)
def test_every_file_of_others_is_listed_beside_its_licence(listing: Path) -> None:
    listed = {entry["file"] for entry in entries(listing)}
    present = {path.name for path in listing.parent.iterdir() if path.suffix in (".js", ".css", ".woff2", ".ttf")}
    assert listed == present
    assert list(listing.parent.glob("*.LICENSE.txt"))
