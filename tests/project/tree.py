"""The files of the project as they would be handed in."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "booking_app"
SANDBOX = ROOT / "booking_sandbox"
MADE = {"var", "build", "dist", "__pycache__"}


def project_files() -> list[Path]:
    """Every file git keeps or would keep; in a copy without git, every file that is not in a hidden or made folder."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    names = listing.stdout.split("\0") if listing.returncode == 0 else _names_below(ROOT)
    return [path for name in names if name and (path := ROOT / name).is_file()]


def _names_below(folder: Path) -> list[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*"))
    return [str(name) for name in found if not any(part in MADE or part.startswith(".") for part in name.parts)]


def text_of(path: Path) -> str:
    """The text of a file, or nothing where it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def package_modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))
