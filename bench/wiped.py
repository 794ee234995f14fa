"""The queue store loses everything it holds, as after a lost disk."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from booking_app.core.db import Database

TABLES = ("task", "schedule", "kv")


def wipe_queue(database: Database) -> int:
    """Empty every table of the queue; returns 1, the number of stores wiped."""
    if not database.is_sqlite:
        with database.begin() as session:
            for name in TABLES:
                session.execute(text(f"delete from huey_{name}"))
        return 1
    with closing(sqlite3.connect(f"{database.engine.url.database}.queue", timeout=20)) as store:
        for name in TABLES:
            store.execute(f"delete from {name}")
        store.commit()
    return 1
