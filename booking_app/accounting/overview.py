"""What stands where: counts, lists, one document as it will be posted, and what posting everything would mean."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from booking_app.accounting.connections import accounting_connection, settings_of, stored_progress
from booking_app.accounting.documents import lines_of
from booking_app.accounting.mapping import Held, Surroundings, contact_number, sale_of
from booking_app.accounting.models import AccountingContact, AccountingDocument, DocumentState
from booking_app.accounting.posting import reason_to_hold, surroundings
from booking_app.accounting.reading import waits_until
from booking_app.accounting.settings import TaxPair
from booking_app.accounting.vendors.contract import MOST_AT_ONCE
from booking_app.accounting.vendors.records import Sale
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database

PAGE = 50
CALLS_PER_DAY = 1000  # Xero's smallest plan
TO_POST = (DocumentState.SEEN, DocumentState.HELD)


@dataclass(frozen=True)
class Shown:
    """A document as a list shows it: no name, no treatment. `code` says why it waits, None where nothing is wrong."""

    id: int
    number: int
    vendor_number: str | None
    day: date
    cents: int
    state: str
    code: str | None
    status: str


@dataclass(frozen=True)
class Detail:
    """One document with what would be posted now; `sale` is None where `code` says what is missing."""

    shown: Shown
    patient_id: str
    sale: Sale | None
    posted_cents: int | None
    posted_at: datetime | None
    vendor_status: str | None
    waits_until: datetime
    batch_id: int | None


@dataclass(frozen=True)
class Sum:
    """Documents and cents under a heading."""

    count: int = 0
    cents: int = 0


@dataclass(frozen=True)
class Preview:
    """What posting everything that waits would mean. Amounts are cents with tax, credit notes taken off."""

    invoices: int
    credits: int
    cents: int
    new_contacts: int
    months: Mapping[str, Sum]
    taxes: Mapping[TaxPair, Sum]
    unmapped: tuple[TaxPair, ...]
    held: Mapping[str, int]
    calls: int

    @property
    def days(self) -> int:
        """How many days of the vendor's smallest plan that takes."""
        return -(-self.calls // CALLS_PER_DAY)


class AccountingOverview:
    """Reads only what is kept here; asks nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, clinic: Clinic) -> dict[str, int]:
        """Documents by state; `edited` counts those that were changed after they were posted."""
        with self._database.reading() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return {}
            mine = AccountingDocument.connection_id == connection.id
            rows = session.execute(
                select(AccountingDocument.state, func.count()).where(mine).group_by(AccountingDocument.state)
            )
            counts = {str(state): int(count) for state, count in rows}
            edited = select(func.count()).where(mine, *_is_edited())
            return {**counts, "edited": session.scalar(edited) or 0}

    def listed(
        self, clinic: Clinic, *, state: str = "", page: int = 1, number: int | None = None
    ) -> tuple[list[Shown], bool]:
        """A page of documents, the newest first, and whether there are more. `state` "" is all, "needs" waits for a
        person."""
        with self._database.reading() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return [], False
            query = select(AccountingDocument).where(AccountingDocument.connection_id == connection.id)
            if number is not None:
                query = query.where(AccountingDocument.number == number)
            elif state == "edited":
                query = query.where(*_is_edited())
            elif state == "needs":
                query = query.where(AccountingDocument.state.in_((DocumentState.HELD, DocumentState.REFUSED)))
            elif state:
                query = query.where(AccountingDocument.state == state)
            newest = query.order_by(AccountingDocument.issue_day.desc(), AccountingDocument.id.desc())
            rows = session.scalars(newest.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
            return [shown(row) for row in rows[:PAGE]], len(rows) > PAGE

    def one(self, clinic: Clinic, document_id: int) -> Detail | None:
        """A document of this clinic; None for any other."""
        with self._database.reading() as session:
            row = session.get(AccountingDocument, document_id)
            connection = accounting_connection(session, clinic.id)
            if row is None or connection is None or row.connection_id != connection.id:
                return None
            settings, around = settings_of(connection), _around(session, connection)
            sale, held = None, None
            try:
                sale = sale_of(row, settings, around, contact_id=contact_number(row, settings))
            except Held as error:
                held = error.code
            return Detail(
                shown=shown(row, held),
                patient_id=row.patient_id,
                sale=sale,
                posted_cents=row.posted_cents,
                posted_at=row.posted_at,
                vendor_status=row.vendor_status,
                waits_until=waits_until(row, settings.settle_hours),
                batch_id=row.batch_id,
            )

    def preview(self, clinic: Clinic) -> Preview | None:
        """What waits to be posted, in sums; None where nothing is connected."""
        with self._database.reading() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return None
            rows = session.scalars(
                select(AccountingDocument).where(
                    AccountingDocument.connection_id == connection.id, AccountingDocument.state.in_(TO_POST)
                )
            ).all()
            return _preview(session, connection, rows)


def shown(row: AccountingDocument, held: str | None = None) -> Shown:
    """The row for a list; `held` is why it cannot be posted as things are now."""
    code = row.reason
    if row.is_edited:
        code = "archived_after" if row.is_archived else "edited"
    elif row.state in TO_POST:
        code = held or row.reason
    return Shown(row.id, row.number, row.vendor_number, row.issue_day, row.gross_cents, row.state, code, row.status)


def _preview(session: Session, connection: Connection, rows: Sequence[AccountingDocument]) -> Preview:
    settings, around = settings_of(connection), _around(session, connection)
    months, taxes = defaultdict[str, Sum](Sum), defaultdict[TaxPair, Sum](Sum)
    held, numbers = Counter[str](), set[str]()
    for row in rows:
        months[f"{row.issue_day:%Y-%m}"] = _plus(months[f"{row.issue_day:%Y-%m}"], row.gross_cents)
        for line in lines_of(row):
            taxes[line.tax] = _plus(taxes[line.tax], line.cents)
        code = reason_to_hold(row, settings, around)
        if code is not None:
            held[code] += 1
        numbers.add(contact_number(row, settings))
    known = select(func.count()).where(
        AccountingContact.connection_id == connection.id, AccountingContact.number.in_(sorted(numbers))
    )
    new_contacts = len(numbers) - (session.scalar(known) or 0) if len(numbers) <= 20_000 else len(numbers)
    return Preview(
        invoices=sum(not row.is_credit for row in rows),
        credits=sum(row.is_credit for row in rows),
        cents=sum(row.gross_cents for row in rows),
        new_contacts=new_contacts,
        months=dict(sorted(months.items())),
        taxes=dict(sorted(taxes.items())),
        unmapped=tuple(sorted(pair for pair in taxes if pair not in settings.taxes)),
        held=dict(held),
        calls=_calls(len(rows), new_contacts),
    )


def _calls(documents: int, contacts: int) -> int:
    """What the vendor is asked, with a tenth for what has to be looked up."""
    batches = -(-documents // MOST_AT_ONCE)
    return -(-(batches + 2 * min(batches, contacts)) * 11 // 10)


def _plus(before: Sum, cents: int) -> Sum:
    return Sum(before.count + 1, before.cents + cents)


def _around(session: Session, connection: Connection) -> Surroundings:
    return surroundings(session, connection, stored_progress(session, connection.id))


def _is_edited() -> tuple[ColumnElement[bool], ...]:
    return (
        AccountingDocument.state == DocumentState.POSTED,
        AccountingDocument.posted_fingerprint != AccountingDocument.fingerprint,
    )
