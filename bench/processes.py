"""What the product's processes have used so far: CPU and memory, as the system tells it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

START = """
import os, resource, time
from booking_app.cli.web_app import make_web_app
make_web_app()
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.process_time(), most / (1024 if os.uname().sysname == "Linux" else 1024 * 1024))
"""


class Used(NamedTuple):
    """CPU in seconds, user and system together, and resident memory in megabytes (of several: of the largest)."""

    cpu_seconds: float
    megabytes: float


def used_by(folder: Path, word: str) -> Used | None:
    """What all processes whose command line names `word` and whose data lies in `folder` use; None where unknown."""
    found = [_used(int(place.name)) for place in Path("/proc").glob("[0-9]*") if _is_ours(place, folder, word)]
    known = [one for one in found if one is not None]
    return Used(sum(one.cpu_seconds for one in known), max(one.megabytes for one in known)) if known else None


def start_of_a_process(environment: dict[str, str], root: Path) -> Used:
    """What a process needs until its web application can answer."""
    result = subprocess.run(
        [sys.executable, "-c", START], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    seconds, megabytes = result.stdout.split()[-2:]
    return Used(float(seconds), float(megabytes))


def _is_ours(place: Path, folder: Path, word: str) -> bool:
    try:
        words = (place / "cmdline").read_bytes().split(b"\0")
        variables = (place / "environ").read_bytes()
    except OSError:
        return False
    return word.encode() in words and f"BOOKING_DATA_DIR={folder}".encode() in variables


def _used(number: int) -> Used | None:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Used(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024)
