"""The released loader scripts, as files beside `releases.toml` in the static folder."""

import hashlib
import tomllib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Release:
    """One loader that was released; its bytes never change. `integrity` is what a page writes to pin them."""

    version: str
    sha256: str
    integrity: str

    @property
    def file_name(self) -> str:
        return f"embed-{self.version}.js"


def read_releases(folder: Path) -> Mapping[str, Release]:
    """Every release by its version, oldest first."""
    entries = tomllib.loads((folder / "releases.toml").read_text())["release"]
    return {entry["version"]: _release(folder, entry["version"], entry["sha256"]) for entry in entries}


def newest(releases: Mapping[str, Release]) -> Release:
    """The release that `/embed.js` serves."""
    return list(releases.values())[-1]


def _release(folder: Path, version: str, sha256: str) -> Release:
    digest = hashlib.sha384((folder / f"embed-{version}.js").read_bytes()).digest()
    return Release(version, sha256, f"sha384-{b64encode(digest).decode()}")
