"""`keys rotate`: everything sealed moves to the newest key, so that the old one may go."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, DateTime, LargeBinary, Table, insert, select, text

from booking_app import tables
from booking_app.db import Database, UtcDateTime
from booking_app.rotating import BATCH, rotate, sealed_columns
from booking_app.sealing import Keyring, Unsealable, new_sealing_key
from booking_app.wiring import Parts
from tests.cli.conftest import Run, refused

OLD, NEW = new_sealing_key(), new_sealing_key()
NOT_SEALED = {"clinic_file.content", "seal_key.public_key"}  # public pictures and public keys


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKING_ENCRYPTION_KEYS", OLD)


def fill(database: Database, table: Table, sealed: bytes, *, rows: int = 1) -> None:
    """Rows whose sealed columns hold `sealed`; what else must be there is made up."""
    values = [
        {c.name: _made_up(c, sealed, number) for c in table.columns if not c.primary_key and not _is_optional(c)}
        for number in range(rows)
    ]
    with database.begin() as session:
        if database.is_sqlite:  # whom the rows belong to is the business of other rooms
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            session.execute(insert(table), values)
            for key in table.foreign_keys:
                _make_parents(session, key.column.table, rows)


def _is_optional(column) -> bool:  # noqa: ANN001
    return column.nullable and not isinstance(column.type, LargeBinary)
