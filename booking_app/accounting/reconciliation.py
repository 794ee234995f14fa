"""What was posted beside what stands there: totals first, then every difference by its class, each with a next step.

Nothing is put right by itself: what is paid or closed is changed only by a person.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.connections import (
    accounting_connection,
    accounting_connections,
    progress_of,
    settings_of,
    stored_progress,
)
from booking_app.accounting.documents import in_cents, in_money, lines_of
from booking_app.accounting.models import AccountingDifference, AccountingDocument, DocumentState, Stage
from booking_app.accounting.opening import Opener
from booking_app.accounting.vendors.records import RemoteSale
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure

EVERY = timedelta(hours=24)
LATE = timedelta(hours=48)  # after which an invoice that is not posted is worth a line
MOST_WHY = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Found:
    """One difference. Amounts are cents with tax, credit notes below zero; None where one side has nothing."""

    kind: str
    number: str
    day: date
    document_id: int | None
    ours: int | None
    theirs: int | None
    detail: str = ""


@dataclass(frozen=True)
class Month:
    """What both sides say of a month, by the day of the document. Cents; `differences` counts those not accepted."""

    month: str
    ours: int
    theirs: int
    differences: int

    @property
    def gap(self) -> int:
        return self.ours - self.theirs


@dataclass(frozen=True)
class Report:
    """The last comparison. `open_ones` wait for a person, `accepted` were let stand by one."""

    compared_at: datetime | None
    months: tuple[Month, ...]
    open_ones: tuple[AccountingDifference, ...]
    accepted: tuple[AccountingDifference, ...]


class AccountingReconciliation:
    """Safe to share between threads; any number of workers may run it."""

    def __init__(self, *, database: Database, clock: Clock, opener: Opener) -> None:
        self._database = database
        self._clock = clock
        self._opener = opener

    def run(self) -> int:
        """Compare every started connection once a day; returns how many. One that fails stops no other."""
        with self._database.reading() as session:
            connections = list(accounting_connections(session))
        return sum(self._is_compared(connection) for connection in connections)

    def compare(self, connection_id: int) -> int:
        """Compare now; commits; returns how many differences wait for a person. Raises RemoteFailure."""
        connection = self._opener.connection(connection_id)
        settings = settings_of(connection)
        with self._database.reading() as session:
            rows = list(
                session.scalars(select(AccountingDocument).where(AccountingDocument.connection_id == connection_id))
            )
        days = [row.issue_day for row in rows]
        if settings.start_date:
            days.append(settings.start_date)
        there: Sequence[RemoteSale] = ()
        if days:
            books = self._opener.open(connection_id, is_waited_for=True)
            last = max(*days, self._clock.now().date()) + timedelta(days=settings.terms_days + 31)
            there = books.sales_between(min(days), last, prefix=settings.number_prefix)
        found = list(differences(rows, there, now=self._clock.now()))
        return self._keep(connection_id, found, _totals(rows, there))

    def report(self, clinic: Clinic) -> Report:
        """The last comparison of the clinic; empty before the first."""
        with self._database.reading() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return Report(None, (), (), ())
            progress = stored_progress(session, connection.id)
            told = progress.company.get("compared", {}) if progress else {}
            query = select(AccountingDifference).where(AccountingDifference.connection_id == connection.id)
            rows = session.scalars(query.order_by(AccountingDifference.day, AccountingDifference.number)).all()
        open_ones = tuple(row for row in rows if row.accepted_at is None)
        at = told.get("at")
        return Report(
            compared_at=datetime.fromisoformat(at) if at else None,
            months=tuple(
                Month(month, ours, theirs, sum(f"{row.day:%Y-%m}" == month for row in open_ones))
                for month, ours, theirs in told.get("months", ())
            ),
            open_ones=open_ones,
            accepted=tuple(row for row in rows if row.accepted_at is not None),
        )

    def accept(self, author: Author, clinic: Clinic, difference_id: int, why: str) -> bool:
        """Let a difference stand, with the reason, while it stays the same. False where there is no such difference."""
        with self._database.begin() as session:
            row = session.get(AccountingDifference, difference_id)
            connection = accounting_connection(session, clinic.id)
            if row is None or connection is None or row.connection_id != connection.id:
                return False
            row.accepted_at, row.accepted_by, row.accepted_why = author.at, author.staff_id, why[:MOST_WHY]
            after = {"number": row.number, "kind": row.kind, "why": row.accepted_why}
            record(session, author, clinic.id, "accounting.difference_accepted", after=after)
        return True

    def _is_compared(self, connection: Connection) -> bool:
        now = self._clock.now()
        with self._database.reading() as session:
            progress = stored_progress(session, connection.id)
            at = progress.company.get("compared", {}).get("at") if progress else None
            is_started = progress is not None and progress.stage == Stage.LIVE
        if not is_started or (at and now - datetime.fromisoformat(at) < EVERY):
            return False
        try:
            self.compare(connection.id)
        except RemoteFailure as failure:
            log.warning("books_not_compared", connection_id=connection.id, code=failure.code)
            return False
        return True

    def _keep(self, connection_id: int, found: Sequence[Found], totals: Mapping[str, tuple[int, int]]) -> int:
        """Write down what there is now. What was accepted stays so while its amounts are the same."""
        now = self._clock.now()
        with self._database.begin() as session:
            progress = progress_of(session, connection_id, lock=True)
            months = [[month, ours, theirs] for month, (ours, theirs) in sorted(totals.items())]
            progress.company = {**progress.company, "compared": {"at": now.isoformat(), "months": months}}
            kept = _rows(session, connection_id)
            for one in found:
                _put(session, connection_id, kept.pop((one.kind, one.number), None), one, now)
            for row in kept.values():
                session.delete(row)
            session.flush()
            return sum(row.accepted_at is None for row in _rows(session, connection_id).values())


def differences(rows: Iterable[AccountingDocument], there: Iterable[RemoteSale], *, now: datetime) -> Iterator[Found]:
    """Every difference between what was posted and what stands there. Pure."""
    sales = {sale.number: sale for sale in there}
    documents = list(rows)
    for row in documents:
        if row.state == DocumentState.POSTED:
            yield from _posted(row, sales.get(row.vendor_number or ""))
        elif row.state == DocumentState.VOIDED:
            sale = sales.get(row.vendor_number or "")
            if sale is not None and sale.status != "voided":
                yield _found("not_voided", row, sale)
        elif row.state != DocumentState.SKIPPED and now - row.changed_at > LATE:
            yield Found("not_posted", str(row.number), row.issue_day, row.id, row.gross_cents, None, row.reason or "")
    known = {row.vendor_number for row in documents if row.vendor_number}
    for sale in sales.values():
        if sale.number not in known and sale.status != "voided":
            yield Found("extra", sale.number, sale.day, None, None, _cents(sale))
    yield from _twice(sales.values())


def report_csv(report: Report) -> str:
    """The differences for a spreadsheet: numbers, days, amounts; nothing of a patient."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Number", "Day", "Difference", "Cliniko", "Accounting", "Accepted", "Why"])
    for row in (*report.open_ones, *report.accepted):
        ours = "" if row.ours_cents is None else str(in_money(row.ours_cents))
        theirs = "" if row.theirs_cents is None else str(in_money(row.theirs_cents))
        accepted = f"{row.accepted_at:%Y-%m-%d}" if row.accepted_at else ""
        writer.writerow([row.number, row.day.isoformat(), row.kind, ours, theirs, accepted, _plain(row.accepted_why)])
    return text.getvalue()


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _posted(row: AccountingDocument, sale: RemoteSale | None) -> Iterator[Found]:
    if sale is None:
        yield _found("missing", row, None)
        return
    if sale.status == "voided":
        yield _found("voided_there", row, sale)
        return
    if row.is_edited:
        yield _found("archived_here" if row.is_archived else "edited_here", row, sale)
    elif _cents(sale) != row.gross_cents:
        yield _found("total_differs", row, sale)
    elif sale.day != row.issue_day and " of " not in sale.reference:
        yield _found("date_differs", row, sale, detail=sale.day.isoformat())
    else:
        yield from _tax(row, sale)
    yield from _status(row, sale)


def _tax(row: AccountingDocument, sale: RemoteSale) -> Iterator[Found]:
    """Up to a cent a line is how two ways of rounding differ."""
    theirs = in_cents(sale.tax) * (-1 if sale.is_credit else 1)
    if abs(theirs - row.tax_cents) > len(lines_of(row)):
        yield Found("tax_differs", _number(row), row.issue_day, row.id, row.tax_cents, theirs)


def _status(row: AccountingDocument, sale: RemoteSale) -> Iterator[Found]:
    if row.gross_cents == 0 or row.is_credit:
        return
    if sale.status == "paid" and row.status == "open":
        yield _found("paid_there", row, sale)


def _twice(sales: Iterable[RemoteSale]) -> Iterator[Found]:
    by_reference = defaultdict[str, list[RemoteSale]](list)
    for sale in sales:
        if sale.status != "voided" and sale.reference.startswith("Cliniko "):
            by_reference[sale.reference.split(" of ")[0]].append(sale)
    for same in by_reference.values():
        for sale in sorted(same, key=lambda one: one.number)[1:]:
            yield Found("twice", sale.number, sale.day, None, None, _cents(sale), sale.reference)


def _found(kind: str, row: AccountingDocument, sale: RemoteSale | None, *, detail: str = "") -> Found:
    return Found(
        kind, _number(row), row.issue_day, row.id, row.gross_cents, None if sale is None else _cents(sale), detail
    )


def _number(row: AccountingDocument) -> str:
    return row.vendor_number or str(row.number)


def _cents(sale: RemoteSale) -> int:
    return in_cents(-sale.total if sale.is_credit else sale.total)


def _totals(rows: Iterable[AccountingDocument], there: Iterable[RemoteSale]) -> dict[str, tuple[int, int]]:
    """By month what should be there and what is: everything that counts as a sale."""
    ours, theirs = defaultdict[str, int](int), defaultdict[str, int](int)
    for row in rows:
        if row.state not in (DocumentState.SKIPPED, DocumentState.VOIDED) and not row.is_archived:
            ours[f"{row.issue_day:%Y-%m}"] += row.gross_cents
    for sale in there:
        if sale.status != "voided":
            theirs[f"{sale.day:%Y-%m}"] += _cents(sale)
    return {month: (ours[month], theirs[month]) for month in {*ours, *theirs}}


def _rows(session: Session, connection_id: int) -> dict[tuple[str, str], AccountingDifference]:
    query = select(AccountingDifference).where(AccountingDifference.connection_id == connection_id)
    return {(row.kind, row.number): row for row in session.scalars(query)}


def _put(session: Session, connection_id: int, row: AccountingDifference | None, found: Found, now: datetime) -> None:
    if row is None:
        row = AccountingDifference(
            connection_id=connection_id, kind=found.kind, number=found.number, found_at=now, accepted_why=""
        )
        session.add(row)
    elif (row.ours_cents, row.theirs_cents) != (found.ours, found.theirs):
        row.accepted_at, row.accepted_by, row.accepted_why = None, None, ""
    row.day, row.document_id, row.detail = found.day, found.document_id, found.detail[:120]
    row.ours_cents, row.theirs_cents = found.ours, found.theirs
