"""Sealing everything anew under the newest key."""

from collections.abc import Callable

from sqlalchemy import LargeBinary, Table, select, update

from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.migrations import tables

Progress = Callable[[int, int], None]
BATCH = 100


def sealed_columns() -> list[tuple[Table, str]]:
    """Every column that holds sealed bytes: by our naming, those that are called `sealed_…` or `secret`."""
    return [
        (table, column.name)
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and (column.name.startswith("sealed_") or column.name == "secret")
    ]


def rotate(database: Database, keyring: Keyring, progress: Progress) -> int:
    """Reseal every value, a batch per transaction; returns how many. Safe to stop and to repeat; raises Unsealable."""
    work = [(table, name, ids) for table, name in sealed_columns() for ids in _batches(database, table, name)]
    of = sum(len(ids) for _, _, ids in work)
    done = 0
    for table, name, ids in work:
        _reseal(database, keyring, table, name, ids)
        done += len(ids)
        progress(done, of)
    return done


def _batches(database: Database, table: Table, name: str) -> list[list[int]]:
    with database.reading() as session:
        ids = list(session.scalars(select(table.c.id).where(table.c[name].is_not(None)).order_by(table.c.id)))
    return [ids[i : i + BATCH] for i in range(0, len(ids), BATCH)]


def _reseal(database: Database, keyring: Keyring, table: Table, name: str, ids: list[int]) -> None:
    column = table.c[name]
    with database.begin() as session:
        rows = session.execute(select(table.c.id, column).where(table.c.id.in_(ids)).with_for_update()).all()
        for row_id, sealed in rows:
            if sealed is not None:
                session.execute(update(table).where(table.c.id == row_id).values({name: keyring.rotate(sealed)}))
