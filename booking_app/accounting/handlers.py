"""The tasks of this package: posting a batch, and taking one document back. Each looks before it repeats."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.connections import settings_of, stored_progress
from booking_app.accounting.contacts import Contacts
from booking_app.accounting.documents import in_cents, in_money
from booking_app.accounting.mapping import Held, contact_number, sale_of, vendor_number
from booking_app.accounting.models import INVOICE_KIND, AccountingBatch, AccountingDocument, DocumentState
from booking_app.accounting.opening import Opener
from booking_app.accounting.posting import surroundings
from booking_app.accounting.vendors.contract import Books
from booking_app.accounting.vendors.records import RemoteSale, Sale
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks.batches import BatchHandler
from booking_app.tasks.records import Effect, ItemResult, Subject, Work


class PostHandler(BatchHandler):
    """Posts the documents of a batch in one call, after making the contacts that are missing."""

    def __init__(self, *, database: Database, clock: Clock, opener: Opener, contacts: Contacts) -> None:
        super().__init__(database, clock)
        self._opener = opener
        self._contacts = contacts

    def look_up(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, str | None]:
        """Those whose number is there, made out of the same invoice to the same amount."""
        connection, documents = self._documents(work, items)
        settings, found = settings_of(connection), dict[Subject, str | None]()
        books = self._books(work)
        for is_credit in (False, True):
            numbers = {vendor_number(one, settings): one for one in documents if one.is_credit is is_credit}
            there = books.find_sales(list(numbers), is_credit=is_credit)
            for number, sale in there.items():
                document = numbers.get(number)
                if document is not None and is_ours(sale, document):
                    self._note({document.id: sale}, {document.id: document.fingerprint})
                    found[document.subject] = sale.remote_id
        return found

    def send(self, work: Work, items: Sequence[Subject]) -> Mapping[Subject, ItemResult]:
        connection, documents = self._documents(work, items)
        results = {one.subject: ItemResult() for one in documents if one.is_archived}
        self._skip([one for one in documents if one.is_archived])
        wanted = [one for one in documents if not one.is_archived]
        books = self._books(work)
        contacts = self._contacts.ensure(connection, wanted, books, key=_key(work, [one.fingerprint for one in wanted]))
        sales, refused = self._sales(connection, wanted, contacts)
        fingerprints = {one.id: one.fingerprint for one in wanted}
        refused |= self._sent(work, books, sales, results, fingerprints)
        for document_id, code in refused.items():
            results[Subject(INVOICE_KIND, document_id)] = ItemResult(code=code)
        self._refuse(refused)
        return results

    def _sent(
        self, work: Work, books: Books, sales: Mapping[int, Sale], results: dict[Subject, ItemResult],
        fingerprints: Mapping[int, str],
    ) -> dict[int, str]:  # fmt: skip
        """Send them; what stands there now is noted, and the rest comes back with the vendor's reasons."""
        if not sales:
            return {}
        key = _key(work, [f"{one.number}:{one.total}" for one in sales.values()])
        outcomes = books.create_sales(list(sales.values()), key=key)
        posted, refused = dict[int, RemoteSale](), dict[int, str]()
        for document_id, sale in sales.items():
            outcome = outcomes.get(sale.number)
            if outcome is None:
                continue
            if outcome.sale is not None:
                posted[document_id] = outcome.sale
            else:
                refused[document_id] = outcome.refusal or "refused"
        posted |= self._there_already(books, sales, refused)
        self._note(posted, fingerprints)
        results |= {Subject(INVOICE_KIND, one): ItemResult(remote_id=sale.remote_id) for one, sale in posted.items()}
        return {document_id: code for document_id, code in refused.items() if document_id not in posted}

    def _there_already(
        self, books: Books, sales: Mapping[int, Sale], refused: Mapping[int, str]
    ) -> dict[int, RemoteSale]:
        """A number that is taken by the very same document: an earlier call has arrived after all."""
        taken = {sales[one].number: one for one, code in refused.items() if code == "number_taken"}
        if not taken:
            return {}
        is_credit = any(one.is_credit for one in sales.values())
        there = books.find_sales(list(taken), is_credit=is_credit)
        return {taken[number]: sale for number, sale in there.items() if _is_same(sale, sales[taken[number]])}

    def _sales(
        self, connection: Connection, documents: Sequence[AccountingDocument], contacts: Mapping[str, str | Held]
    ) -> tuple[dict[int, Sale], dict[int, str]]:
        settings = settings_of(connection)
        with self._database.reading() as session:
            around = surroundings(session, connection, stored_progress(session, connection.id))
            batch_ids = {one.batch_id for one in documents}
            drafts = set(session.scalars(
                select(AccountingBatch.id).where(AccountingBatch.id.in_(batch_ids), AccountingBatch.as_drafts)
            ))  # fmt: skip
        sales, refused = dict[int, Sale](), dict[int, str]()
        for document in documents:
            contact = contacts[contact_number(document, settings)]
            try:
                if isinstance(contact, Held):
                    raise contact
                is_draft = True if document.batch_id in drafts else None
                sales[document.id] = sale_of(document, settings, around, contact_id=contact, is_draft=is_draft)
            except Held as held:
                refused[document.id] = held.code
        return sales, refused

    def _documents(self, work: Work, items: Sequence[Subject]) -> tuple[Connection, list[AccountingDocument]]:
        assert work.connection_id is not None
        connection = self._opener.connection(work.connection_id)
        with self._database.reading() as session:
            query = select(AccountingDocument).where(AccountingDocument.id.in_([item.id for item in items]))
            return connection, list(session.scalars(query.order_by(AccountingDocument.id)))

    def _books(self, work: Work) -> Books:
        assert work.connection_id is not None
        return self._opener.open(work.connection_id).within(deadline=work.deadline, before_write=work.check_lease)

    def _note(self, posted: Mapping[int, RemoteSale], fingerprints: Mapping[int, str]) -> None:
        with self._database.begin() as session:
            for document_id, sale in posted.items():
                note_posted(session, document_id, sale, fingerprints[document_id], self._clock.now())

    def _refuse(self, refused: Mapping[int, str]) -> None:
        with self._database.begin() as session:
            for document_id, code in refused.items():
                document = session.get_one(AccountingDocument, document_id)
                document.state, document.reason = DocumentState.REFUSED, code

    def _skip(self, documents: Sequence[AccountingDocument]) -> None:
        with self._database.begin() as session:
            for one in documents:
                document = session.get_one(AccountingDocument, one.id)
                document.state, document.reason = DocumentState.SKIPPED, "archived"


class TakeBackHandler:
    """Voids one posted document, or deletes it while it is a draft; `again` posts it anew under the next number."""

    def __init__(self, *, database: Database, clock: Clock, opener: Opener, again: bool) -> None:
        self._database = database
        self._clock = clock
        self._opener = opener
        self._again = again

    def probe(self, work: Work) -> Effect | None:
        sale = self._found(work)
        return self._effect(work) if sale is None or sale.status == "voided" else None

    def act(self, work: Work) -> Effect:
        sale = self._found(work)
        refusal = self._books(work).void(sale) if sale else None
        if refusal is not None:
            raise RemoteFailure(refusal, failure=Failure.DATA)
        return self._effect(work)

    def _effect(self, work: Work) -> Effect:
        return Effect(record=partial(self._record, work.subject.id))

    def _record(self, document_id: int, session: Session) -> None:
        document = session.get_one(AccountingDocument, document_id)
        document.state, document.vendor_status = DocumentState.VOIDED, "voided"
        if self._again and not document.is_archived:
            session.add(next_revision(document))

    def _found(self, work: Work) -> RemoteSale | None:
        with self._database.reading() as session:
            document = session.get_one(AccountingDocument, work.subject.id)
        number = document.vendor_number or ""
        return self._books(work).find_sales([number], is_credit=document.is_credit).get(number)

    def _books(self, work: Work) -> Books:
        assert work.connection_id is not None
        return self._opener.open(work.connection_id).within(deadline=work.deadline, before_write=work.check_lease)


def is_ours(sale: RemoteSale, document: AccountingDocument) -> bool:
    """Whether a document there is the one that would be posted: made of the same invoice, to the same amount."""
    same_source = sale.reference.split(" of ")[0] == f"Cliniko {document.cliniko_id}"
    return same_source and sale.status != "voided" and sale.total == abs(in_money(document.gross_cents))


def note_posted(session: Session, document_id: int, sale: RemoteSale, fingerprint: str, now: datetime) -> None:
    """Keep what stands there; `fingerprint` is of what was sent, edited since or not. The caller commits."""
    document = session.get_one(AccountingDocument, document_id)
    document.state, document.reason = DocumentState.POSTED, None
    document.vendor_id, document.vendor_number, document.vendor_status = sale.remote_id, sale.number, sale.status
    document.posted_fingerprint = fingerprint
    document.posted_cents, document.posted_tax_cents = in_cents(sale.total), in_cents(sale.tax)
    document.posted_at = now


def _is_same(there: RemoteSale, sale: Sale) -> bool:
    return (there.reference, there.total) == (sale.reference, sale.total) and there.status != "voided"


def next_revision(document: AccountingDocument) -> AccountingDocument:
    """The same invoice, to be posted under the next number."""
    names = (
        "clinic_id", "connection_id", "cliniko_id", "number", "is_credit", "issue_day", "location_id",
        "practitioner_id", "patient_id", "gross_cents", "tax_cents", "lines", "status", "closed_at", "is_archived",
        "changed_at", "fingerprint",
    )  # fmt: skip
    values = {name: getattr(document, name) for name in names}
    return AccountingDocument(**values, revision=document.revision + 1, state=DocumentState.SEEN)


def _key(work: Work, told: Sequence[str]) -> str:
    """Of this claim and request. What a repeat of the task needs is looked up: the vendor forgets a key in minutes."""
    digest = hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:32]
    return f"cl:{work.connection_id}:{work.task_id}:{work.fence}:{digest}"
