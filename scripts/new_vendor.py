"""Write the skeleton of a vendor's folder: `python scripts/new_vendor.py NAME "Its Title"`.

NAME is one word in small letters, as clinics write it into `vendor = "…"`. docs/adding-a-vendor.md goes on from there.
"""

import re
import subprocess
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
SKELETON = Path(__file__).resolve().parent / "vendor_skeleton"
RUFF = Path(sys.executable).parent / "ruff"
NAME = re.compile(r"[a-z][a-z0-9]{1,30}")


def write_skeleton(vendor: str, title: str, vendors: Path) -> list[Path]:
    """The files written below `vendors`. Raises ValueError for a name that cannot be used or is there already."""
    if not NAME.fullmatch(vendor):
        raise ValueError("The name has to be one word of small letters and digits, a letter first.")
    folder = vendors / vendor
    if folder.exists():
        raise ValueError(f"{folder.name} is there already.")
    folder.mkdir(parents=True)
    words = {"vendor": vendor, "Title": title, "Class": re.sub(r"[^A-Za-z0-9]", "", title) or vendor.title()}
    written = []
    for template in sorted(SKELETON.glob("*.txt")):
        file = folder / template.name.removesuffix(".txt")
        file.write_text(Template(template.read_text()).substitute(words))
        written.append(file)
    # Where the vendor's own modules stand among the imports depends on its name.
    for words_of_ruff in (["check", "--select", "I", "--fix"], ["format"]):
        subprocess.run([RUFF, *words_of_ruff, "--quiet", "--config", ROOT / "pyproject.toml", folder], check=True)
    return written


def main(words: list[str]) -> int:
    if len(words) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        written = write_skeleton(words[0], words[1], ROOT / "booking_app" / "crm" / "vendors")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(str(file.relative_to(ROOT)) for file in written))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
