"""Reading the practice system's invoices: all since the first day, then what changes, and each night the last weeks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from booking_app.accounting.connections import accounting_connections, progress_of, settings_of, stored_progress
from booking_app.accounting.documents import Document, document_of, write
from booking_app.accounting.models import AccountingDocument, AccountingProgress, DocumentState
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.pms.invoices import Invoice, InvoiceReader
from booking_app.tasks.store import changed

EVERY = timedelta(minutes=10)
SWEEP_EVERY, SWEPT_DAYS = timedelta(hours=24), 60
OVERLAP = timedelta(minutes=8)
AT_ONCE_DAYS = 14  # of the first reading: what is read is kept after each
LEASE = timedelta(minutes=15)
MAY_CHANGE = (DocumentState.SEEN, DocumentState.HELD, DocumentState.SKIPPED)

log = structlog.get_logger(__name__)

Readers = Callable[[int], InvoiceReader]  # a clinic's id -> its practice system, at the lowest priority


class InvoiceReading:
    """Safe to share between threads; any number of workers may run it. Every step is kept before the next."""

    def __init__(self, *, database: Database, clock: Clock, practices: Readers) -> None:
        self._database = database
        self._clock = clock
        self._practices = practices

    def run(self) -> int:
        """Read for every connection whose time has come; returns for how many. One that fails stops no other."""
        with self._database.reading() as session:
            connections = list(accounting_connections(session))
        return sum(self._is_read(connection) for connection in connections)

    def ask(self, connection_id: int) -> None:
        """Have a worker read in its next round, whenever it was done last; commits."""
        with self._database.begin() as session:
            progress_of(session, connection_id, lock=True).read_at = None

    def read(self, connection_id: int) -> None:
        """Read what there is now, whenever it was done last; commits as it goes. Raises RemoteFailure."""
        with self._database.reading() as session:
            connection = session.get_one(Connection, connection_id)
            clinic = session.get_one(Clinic, connection.clinic_id)
        if settings_of(connection).start_date is None or not self._claim(connection_id, due_only=False):
            return
        self._read(connection, clinic)

    def _is_read(self, connection: Connection) -> bool:
        if settings_of(connection).start_date is None or not self._claim(connection.id, due_only=True):
            return False
        with self._database.reading() as session:
            clinic = session.get_one(Clinic, connection.clinic_id)
        try:
            self._read(connection, clinic)
        except RemoteFailure as failure:
            log.warning("invoices_not_read", connection_id=connection.id, code=failure.code)
            return False
        return True

    def _read(self, connection: Connection, clinic: Clinic) -> None:
        code: str | None = None
        try:
            practice = self._practices(connection.clinic_id)
            self._first_reading(connection, clinic, practice)
            self._changes(connection, practice)
            self._sweep(connection, clinic, practice)
        except RemoteFailure as failure:
            code = failure.code
            raise
        finally:
            self._let_go(connection.id, code)

    def _first_reading(self, connection: Connection, clinic: Clinic, practice: InvoiceReader) -> None:
        today = self._clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
        while (first := self._next_day(connection)) is not None:
            last = min(first + timedelta(days=AT_ONCE_DAYS - 1), today)
            found = practice.invoices_issued(first, last) if first <= today else ()
            with self._database.begin() as session:
                progress = progress_of(session, connection.id, lock=True)
                keep(session, connection, found)
                progress.read_from = None if last >= today else last + timedelta(days=1)

    def _next_day(self, connection: Connection) -> date | None:
        """The next day to be read for the first time; the reading begins when it was never begun."""
        with self._database.begin() as session:
            progress = progress_of(session, connection.id, lock=True)
            if progress.changed_since is None:
                progress.changed_since = self._clock.now()
                progress.read_from = settings_of(connection).start_date
            return progress.read_from

    def _changes(self, connection: Connection, practice: InvoiceReader) -> None:
        with self._database.reading() as session:
            progress = stored_progress(session, connection.id)
        since = progress.changed_since if progress else None
        assert since is not None
        began = self._clock.now()
        found = practice.changed_invoices(since - OVERLAP)
        with self._database.begin() as session:
            progress = progress_of(session, connection.id, lock=True)
            waiting = keep(session, connection, found)
            progress.changed_since = min([began, *(one.changed_at for one in waiting)])

    def _sweep(self, connection: Connection, clinic: Clinic, practice: InvoiceReader) -> None:
        """Once a day the last weeks whole: what was missed for whatever reason is found."""
        now = self._clock.now()
        with self._database.reading() as session:
            progress = stored_progress(session, connection.id)
        swept_at = progress.swept_at if progress else None
        if swept_at is not None and now - swept_at < SWEEP_EVERY:
            return
        if swept_at is not None:
            today = now.astimezone(ZoneInfo(clinic.time_zone)).date()
            found = practice.invoices_issued(today - timedelta(days=SWEPT_DAYS), today)
            with self._database.begin() as session:
                keep(session, connection, found)
        with self._database.begin() as session:
            progress_of(session, connection.id, lock=True).swept_at = now

    def _claim(self, connection_id: int, *, due_only: bool) -> bool:
        now = self._clock.now()
        with self._database.begin() as session:
            progress_of(session, connection_id)
            row = AccountingProgress
            free = [row.connection_id == connection_id, or_(row.lease_until.is_(None), row.lease_until < now)]
            if due_only:
                free.append(or_(row.read_at.is_(None), row.read_at <= now - EVERY))
            claimed = session.execute(update(row).where(*free).values(lease_until=now + LEASE))
            return changed(claimed) == 1

    def _let_go(self, connection_id: int, code: str | None) -> None:
        with self._database.begin() as session:
            progress = progress_of(session, connection_id, lock=True)
            progress.lease_until, progress.read_code = None, code
            progress.read_at = self._clock.now()


def keep(session: Session, connection: Connection, found: Iterable[Invoice]) -> list[Document]:
    """Keep invoices as they stand; returns those that cannot be kept yet, because their lines are not there.

    What is posted stays posted: an edit shows as one. The caller commits. Safe to repeat.
    """
    start = settings_of(connection).start_date
    documents = [document_of(invoice) for invoice in found]
    wanted = [one for one in documents if start is not None and one.issue_day >= start and not one.is_waiting_for_lines]
    rows = _newest_rows(session, connection.id, [one.cliniko_id for one in documents])
    for document in wanted:
        _keep_one(session, connection, document, rows.get(document.cliniko_id))
    return [one for one in documents if one.is_waiting_for_lines and not one.is_archived]


def _keep_one(session: Session, connection: Connection, document: Document, row: AccountingDocument | None) -> None:
    if row is None:
        if document.is_archived:
            return
        row = AccountingDocument(
            clinic_id=connection.clinic_id, connection_id=connection.id, cliniko_id=document.cliniko_id,
            state=DocumentState.SEEN, revision=1,
        )  # fmt: skip
        write(row, document)
        session.add(row)
        return
    is_same = row.fingerprint == document.fingerprint
    write(row, document)
    if not is_same and row.state in MAY_CHANGE:
        row.state = DocumentState.SKIPPED if document.is_archived else DocumentState.SEEN
        row.reason = "archived" if document.is_archived else None


def _newest_rows(session: Session, connection_id: int, cliniko_ids: list[str]) -> Mapping[str, AccountingDocument]:
    found = dict[str, AccountingDocument]()
    for start in range(0, len(cliniko_ids), 500):
        part = cliniko_ids[start : start + 500]
        query = select(AccountingDocument).where(
            AccountingDocument.connection_id == connection_id, AccountingDocument.cliniko_id.in_(part)
        )
        found.update({row.cliniko_id: row for row in session.scalars(query.order_by(AccountingDocument.revision))})
    return found


def waits_until(document: AccountingDocument, settle_hours: int) -> datetime:
    """When a document has rested long enough to be posted."""
    return document.changed_at + timedelta(hours=settle_hours)
