"""Connections: whom a clinic's data goes to, and pausing one whose credentials are refused."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.clinics.models import Connection


def connections_of(session: Session, clinic_id: int, vendor: str | None = None) -> Sequence[Connection]:
    """A clinic's connections, oldest first; only those of one vendor where it is named."""
    query = select(Connection).where(Connection.clinic_id == clinic_id)
    if vendor is not None:
        query = query.where(Connection.vendor == vendor)
    return session.scalars(query.order_by(Connection.id)).all()


def pause(session: Session, connection_id: int, code: str) -> None:
    """Stop using a connection until its credentials are fixed; the first reason stays. The caller commits.

    One that is gone is no error.
    """
    connection = session.get(Connection, connection_id)
    if connection is not None and connection.state != "paused":
        connection.state = "paused"
        connection.paused_code = code


def resume(session: Session, connection_id: int) -> None:
    """Use a connection again. The caller commits, and replays what was parked for it."""
    connection = session.get(Connection, connection_id)
    if connection is not None:
        connection.state = "active"
        connection.paused_code = None
