"""How Alembic reaches the database; started by booking_app/migrating.py only."""

from alembic import context

from booking_app import tables
from booking_app.db import Database

metadata = tables.metadata


def run() -> None:
    database = Database(context.config.get_main_option("sqlalchemy.url") or "")
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    database.dispose()


run()
