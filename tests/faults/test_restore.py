"""A backup from before the booking was done is restored afterwards: what has happened is found, and not done again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from booking_app.tasks.decisions import doubt_all
from tests.faults.shop import Shop


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def test_a_restored_booking_is_there_once(shop: Shop, tmp_path: Path) -> None:
    file, backup = Path(shop.services.database.url.removeprefix("sqlite:///")), tmp_path / "backup.sqlite3"
    check = shop.fill(shop.choose())
    shop.sandbox.control.fault("status", service="cliniko", status=503, times=None)
    shop.confirm(check)
    copy(file, backup)  # no task has had an effect yet, most have never been begun
    shop.sandbox.control.clear_faults()
    shop.work()
    assert shop.booking().state == "confirmed"

    shop.services.database.dispose()
    copy(backup, file)
    assert shop.booking().state == "placing"
    with shop.services.database.begin() as session:
        assert doubt_all(session) > 5
    shop.work()

    assert shop.booking().state == "confirmed"
    shop.check_all_arrived_once()
