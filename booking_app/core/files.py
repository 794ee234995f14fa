"""Files and folders of ours: nobody but their owner reads them."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OURS_ALONE = 0o700


def keep_private(path: str | None) -> None:
    """The SQLite file is readable by its owner alone, from its first byte on; SQLite gives its helpers the same mode.

    One that an earlier release made with a wider mode is narrowed.
    """
    if not path or path == ":memory:":
        return
    with suppress(OSError):  # where no file can be made, connecting says so in its own words
        file = Path(path)
        if not file.exists():
            file.touch(mode=0o600)
        elif file.stat().st_mode & 0o077:
            file.chmod(0o600)


def private_folder(folder: Path) -> Path:
    """The folder, made where it is missing; one of our own that others may look into is narrowed.

    One that belongs to somebody else, or is shared on purpose (as `/tmp` is), stays as it is.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=OURS_ALONE)
    found = folder.stat()
    if found.st_mode & 0o077 and found.st_uid == os.getuid() and not found.st_mode & stat.S_ISVTX:
        with suppress(OSError):
            folder.chmod(OURS_ALONE)
    return folder
