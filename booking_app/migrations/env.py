"""How Alembic reaches the database; started by booking_app/migrations/upgrade.py only."""

from typing import Literal

from alembic import context

from booking_app.core.db import Database, UtcDateTime
from booking_app.migrations import tables

metadata = tables.metadata


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations name plain types only, so that they go on working when ours change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def same_type(_context: object, _inspected: object, _metadata: object, _there: object, ours: object) -> bool | None:
    """Our instant is stored as a plain timestamp: no difference worth a migration."""
    return False if isinstance(ours, UtcDateTime) else None


def run() -> None:
    database = Database(context.config.get_main_option("sqlalchemy.url") or "")
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=same_type,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    database.dispose()


run()
