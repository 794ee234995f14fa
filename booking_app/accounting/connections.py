"""Finding a clinic's accounting connection, its settings and its progress."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.models import AccountingProgress
from booking_app.accounting.settings import VENDORS, AccountingSettings
from booking_app.clinics.models import Connection


def accounting_connection(session: Session, clinic_id: int) -> Connection | None:
    """The clinic's accounting connection; a clinic has one at most."""
    query = select(Connection).where(Connection.clinic_id == clinic_id, Connection.vendor.in_(VENDORS))
    return session.scalar(query.order_by(Connection.id).limit(1))


def accounting_connections(session: Session) -> Sequence[Connection]:
    """Those of every clinic that are in use."""
    query = select(Connection).where(Connection.vendor.in_(VENDORS), Connection.state == "active")
    return session.scalars(query.order_by(Connection.id)).all()


def settings_of(connection: Connection) -> AccountingSettings:
    return AccountingSettings.from_config(connection.config)


def progress_of(session: Session, connection_id: int, *, lock: bool = False) -> AccountingProgress:
    """The connection's progress, made on first use."""
    query = select(AccountingProgress).where(AccountingProgress.connection_id == connection_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        row = AccountingProgress(connection_id=connection_id, company={})
        session.add(row)
        session.flush()
    return row


def stored_progress(session: Session, connection_id: int) -> AccountingProgress | None:
    """The same for reading: None before first use."""
    return session.scalar(select(AccountingProgress).where(AccountingProgress.connection_id == connection_id))
