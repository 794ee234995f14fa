"""Make this checkout importable in the virtual environment and give it the `booking-app` command.

What an editable install would do, without a build backend: the runtime environment needs none.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys

from booking_app.cli import main

sys.exit(main())
"""


def link() -> None:
    """Write the path file and the command; safe to repeat."""
    site_packages = Path(sysconfig.get_path("purelib"))
    (site_packages / "booking_app_checkout.pth").write_text(f"{ROOT}\n")
    command = Path(sysconfig.get_path("scripts")) / "booking-app"
    command.write_text(COMMAND.format(python=sys.executable))
    command.chmod(0o755)


if __name__ == "__main__":
    link()
