"""Fetch the vendored browser files again, by the packages and versions that `vendor.toml` names, with `npm pack`.

For maintainers: run it after changing a version, look at the difference, and write the new checksums it prints.
"""

import hashlib
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"


def fetch(entry: dict[str, Any]) -> bytes:
    """The bytes of one file out of its published package."""
    with TemporaryDirectory() as folder:
        package = f"{entry['package']}@{entry['version']}"
        packed = subprocess.run(
            ["npm", "pack", "--silent", package],  # noqa: S607
            cwd=folder,
            capture_output=True,
            check=True,
            text=True,
        )
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            member = archive.extractfile(f"package/{entry['source']}")
            if member is None:
                raise FileNotFoundError(entry["source"])
            return member.read()


def main() -> int:
    """Replace every vendored file; 1 when a checksum differs from the listed one."""
    listed = tomllib.loads((FOLDER / "vendor.toml").read_text())
    differs = False
    for entry in (entry for group in listed.values() if isinstance(group, list) for entry in group):
        content = fetch(entry)
        checksum = hashlib.sha256(content).hexdigest()
        (FOLDER / entry["file"]).write_bytes(content)
        differs |= checksum != entry["sha256"]
        sys.stdout.write(f"{entry['file']} {checksum}\n")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
