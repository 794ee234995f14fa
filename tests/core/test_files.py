"""Nobody but their owner reads our files."""

import stat
from pathlib import Path

from booking_app.core.files import keep_private, private_folder
from booking_app.core.settings import load_settings
from booking_app.tasks.kinds import Lane
from booking_app.tasks.queue import WakeQueue


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_data_folder_and_its_keys_are_their_owners_alone_even_where_they_were_not(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    settings = load_settings({"BOOKING_DATA_DIR": str(folder)})
    assert (mode(folder), mode(folder / "keys")) == (0o700, 0o700)
    assert mode(settings.data_dir / "keys" / "secret_key") == 0o600


def test_a_folder_that_keys_alone_made_is_private_too(tmp_path: Path) -> None:
    load_settings({"BOOKING_DATA_DIR": str(tmp_path / "data"), "BOOKING_DATABASE_URL": "postgresql+psycopg://h/db"})
    assert mode(tmp_path / "data") == 0o700


def test_the_queue_is_its_owners_alone_also_one_of_an_earlier_release(tmp_path: Path) -> None:
    for name, before in (("new.queue", None), ("old.queue", 0o644)):
        file = tmp_path / name
        if before:
            file.touch(mode=before)
        queue = WakeQueue(f"sqlite:///{file}")
        queue.wake(1, Lane.PATIENT)
        assert queue.pending() == 1
        assert {mode(each) for each in tmp_path.glob(f"{name}*")} == {0o600}
        queue.close()


def test_a_folder_that_everybody_shares_stays_so(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    private_folder(shared)
    assert mode(shared) == 0o777 | stat.S_ISVTX


def test_where_no_file_can_be_made_connecting_says_so_itself(tmp_path: Path) -> None:
    keep_private(str(tmp_path / "missing" / "file"))
    keep_private(":memory:")
