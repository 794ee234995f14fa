"""Where templates and static files lie: beside the package in a checkout, inside it in an installed wheel."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOTS = (PACKAGE.parent, PACKAGE / "_assets")


@cache
def asset_folder(name: str) -> Path:
    """The folder of that name, e.g. `static/fonts`. Raises FileNotFoundError when the installation lacks it."""
    for root in ROOTS:
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"{name} is missing from this installation")
