"""What this package registers with the tasks: its kinds, their words, and where the console shows their subjects."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.contacts import Contacts
from booking_app.accounting.decisions import REPOST, VOID
from booking_app.accounting.handlers import PostHandler, TakeBackHandler
from booking_app.accounting.models import BATCH_KIND, INVOICE_KIND, AccountingDocument
from booking_app.accounting.opening import Opener
from booking_app.accounting.posting import POST
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskWords
from booking_app.tasks.records import Handler

GROUP = "Accounting"
WORDS: Mapping[str, TaskWords] = {
    POST: TaskWords(GROUP, "Invoices posted", "Invoices could not be posted to the accounting system"),
    VOID: TaskWords(GROUP, "Invoice taken back", "An invoice could not be taken back in the accounting system"),
    REPOST: TaskWords(GROUP, "Invoice taken back", "An edited invoice could not be taken back to be posted again"),
}
LEASE = timedelta(seconds=150)  # several calls: contacts that are missing, then the documents


def accounting_task_kinds(*, database: Database, clock: Clock, opener: Opener, contacts: Contacts) -> list[TaskKind]:
    """Posting, and taking back."""
    handlers: dict[str, Handler] = {
        POST: PostHandler(database=database, clock=clock, opener=opener, contacts=contacts),
        VOID: TakeBackHandler(database=database, clock=clock, opener=opener, again=False),
        REPOST: TakeBackHandler(database=database, clock=clock, opener=opener, again=True),
    }
    return [
        TaskKind(name=name, handler=handlers[name], words=words, lane=Lane.SYNC, lease=LEASE)
        for name, words in WORDS.items()
    ]


def _numbers(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    rows = session.execute(
        select(AccountingDocument.id, AccountingDocument.number).where(AccountingDocument.id.in_(ids))
    )
    return {row.id: str(row.number) for row in rows}


def _batches(_session: Session, ids: Collection[int]) -> Mapping[int, str]:
    return {batch_id: str(batch_id) for batch_id in ids}


SUBJECTS = (
    SubjectKind(
        INVOICE_KIND, "Invoice", _numbers, lambda slug, number: f"/console/{slug}/accounting/invoices?number={number}"
    ),
    SubjectKind(BATCH_KIND, "Invoices", _batches, lambda slug, _: f"/console/{slug}/accounting/invoices?state=needs"),
)
