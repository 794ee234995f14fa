"""What may be posted is planned in batches; what may not is held with its reason. A person starts it, nobody else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking_app.accounting.connections import accounting_connections, progress_of, settings_of
from booking_app.accounting.mapping import Held, Surroundings, sale_of
from booking_app.accounting.models import (
    BATCH_KIND,
    AccountingBatch,
    AccountingDocument,
    AccountingProgress,
    DocumentState,
    Stage,
)
from booking_app.accounting.settings import AccountingSettings
from booking_app.accounting.vendors.contract import MOST_AT_ONCE
from booking_app.catalogue.snapshots import last_reading
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask, Subject

POST = "accounting_post"
MOST_UNDER_WAY = 4 * MOST_AT_ONCE  # documents of a connection: a stop is felt soon, and others get their turn
TRIAL_DOCUMENTS = 5

log = structlog.get_logger(__name__)


class Posting:
    """Safe to share between threads; any number of workers may run it."""

    def __init__(self, *, database: Database, clock: Clock, wake: Callable[[Subject], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def run(self) -> int:
        """Plan what may be posted of every connection that was started; commits; returns how many documents."""
        with self._database.reading() as session:
            connections = list(accounting_connections(session))
        return sum(self.plan(connection.id) for connection in connections)

    def plan(self, connection_id: int) -> int:
        """Plan what may be posted now; commits; returns how many documents. Nothing before a person started it."""
        with self._database.begin() as session:
            progress = progress_of(session, connection_id, lock=True)
            if progress.stage != Stage.LIVE:
                return 0
            connection = session.get_one(Connection, connection_id)
            room = MOST_UNDER_WAY - under_way(session, connection_id)
            ready = self._ready(session, connection, progress, max(room, 0))
            batches = list(self._batches(session, connection, ready, as_drafts=False))
        return self._woken(batches, len(ready))

    def work_here(self, clinic_id: int, advance: Callable[[Subject], None]) -> None:
        """Do what is under way of a clinic in this process, rather than wait for a worker."""
        query = select(AccountingDocument.batch_id).where(
            AccountingDocument.clinic_id == clinic_id, AccountingDocument.state == DocumentState.POSTING
        )
        with self._database.reading() as session:
            batches = sorted({batch_id for batch_id in session.scalars(query) if batch_id is not None})
        for batch_id in batches:
            advance(Subject(BATCH_KIND, batch_id))

    def plan_trial(self, connection_id: int) -> int:
        """Plan the first five as drafts, for a person to look at; commits; returns how many. Once."""
        with self._database.begin() as session:
            progress = progress_of(session, connection_id, lock=True)
            if progress.stage != Stage.SETTING_UP:
                return 0
            connection = session.get_one(Connection, connection_id)
            ready = self._ready(session, connection, progress, TRIAL_DOCUMENTS)
            if ready:
                progress.stage = Stage.TRIAL
            batches = list(self._batches(session, connection, ready, as_drafts=True))
        return self._woken(batches, len(ready))

    def _ready(
        self, session: Session, connection: Connection, progress: AccountingProgress, most: int
    ) -> list[AccountingDocument]:
        """The oldest that have rested and are mapped; those that are not are held."""
        settings, around = settings_of(connection), surroundings(session, connection, progress)
        rested = AccountingDocument.changed_at <= self._clock.now() - timedelta(hours=settings.settle_hours)
        query = select(AccountingDocument).where(
            AccountingDocument.connection_id == connection.id, AccountingDocument.state == DocumentState.SEEN, rested
        )
        ready = list[AccountingDocument]()
        for document in session.scalars(query.order_by(AccountingDocument.issue_day, AccountingDocument.number)):
            if len(ready) >= most:
                break
            code = reason_to_hold(document, settings, around)
            if code is None:
                ready.append(document)
            else:
                document.state, document.reason = DocumentState.HELD, code
        return ready

    def _batches(
        self, session: Session, connection: Connection, ready: Sequence[AccountingDocument], *, as_drafts: bool
    ) -> Iterator[AccountingBatch]:
        """One task for up to 25 of one kind."""
        now = self._clock.now()
        for is_credit in (False, True):
            documents = [one for one in ready if one.is_credit is is_credit]
            for start in range(0, len(documents), MOST_AT_ONCE):
                part = documents[start : start + MOST_AT_ONCE]
                batch = AccountingBatch(connection_id=connection.id, as_drafts=as_drafts, made_at=now)
                session.add(batch)
                session.flush()
                for document in part:
                    document.state, document.reason = DocumentState.POSTING, None
                    document.batch_id = batch.id
                task = PlannedTask(POST, connection_id=connection.id, items=tuple(one.subject for one in part))
                store.plan(session, clinic_id=connection.clinic_id, subject=batch.subject, tasks=[task], now=now)
                yield batch

    def _woken(self, batches: Sequence[AccountingBatch], count: int) -> int:
        for batch in batches:
            self._wake(batch.subject)
        return count


def reason_to_hold(document: AccountingDocument, settings: AccountingSettings, around: Surroundings) -> str | None:
    """Why a document cannot be posted as things are; None when it can."""
    try:
        sale_of(document, settings, around, contact_id="-")
    except Held as held:
        return held.code
    return None


def surroundings(session: Session, connection: Connection, progress: AccountingProgress | None) -> Surroundings:
    """What the vendor last said of the books, and the names of practitioners and locations as last read."""
    company = progress.company if progress else {}
    locked = company.get("locked_until")
    return Surroundings(
        currency=str(company.get("currency", "")),
        locked_until=date.fromisoformat(locked) if locked else None,
        names=_names(session, connection.clinic_id),
    )


def under_way(session: Session, connection_id: int) -> int:
    """How many documents are being posted."""
    query = select(func.count()).where(
        AccountingDocument.connection_id == connection_id, AccountingDocument.state == DocumentState.POSTING
    )
    return session.scalar(query) or 0


def look_again(session: Session, connection_id: int, *, reason: str | None = None) -> None:
    """What was held is looked at again, because a setting or a lock date has changed. The caller commits."""
    held = [AccountingDocument.connection_id == connection_id, AccountingDocument.state == DocumentState.HELD]
    if reason is not None:
        held.append(AccountingDocument.reason == reason)
    session.execute(update(AccountingDocument).where(*held).values(state=DocumentState.SEEN, reason=None))


def _names(session: Session, clinic_id: int) -> Mapping[str, str]:
    found = last_reading(session, clinic_id)
    if found is None:
        return {}
    people = {one.cliniko_id: one.name for one in found.practitioners}
    return people | {one.cliniko_id: one.name for one in found.locations}
