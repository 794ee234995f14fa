"""A person in the accounting system: their invoices stay, because tax law keeps them; their name goes."""

from typing import Any

from sqlalchemy import select

from booking_app.accounting.connections import accounting_connection
from booking_app.accounting.models import AccountingContact, AccountingDocument
from booking_app.accounting.opening import Opener
from booking_app.bookings.person.records import Erased, FoundPerson
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure

RENAMED = "Xero: the contact has a pseudonym for a name now, and no email address."
KEPT = (
    "Xero: {count} invoices and credit notes stay, there and here as numbers, days and amounts: tax law has them kept. "
    "PDFs and Xero’s own history may still show a name; only Xero can take it out there."
)
REFUSED = "Xero: the contact could not be renamed ({code}); do it there by hand."
UNREACHED = (
    "Xero: could not be reached ({code}); the contact still has its name. Do it again later, or rename it there."
)


class AccountingData:
    """The part of this package; safe to share between threads."""

    name = "accounting"

    def __init__(self, *, database: Database, opener: Opener) -> None:
        self._database = database
        self._opener = opener

    def export(self, person: FoundPerson) -> Any:
        """The numbers, days and amounts of their invoices, and their contacts' ids there."""
        return {
            "invoices": [
                {"number": row.number, "day": row.issue_day.isoformat(), "cents": row.gross_cents, "state": row.state}
                for row in self._documents(person)
            ],
            "contacts": [row.remote_id for row in self._contacts(person)],
        }

    def erase(self, person: FoundPerson) -> Erased:
        done, left = list[str](), list[str]()
        for row in self._contacts(person):
            self._rename(row, done, left)
        count = len(self._documents(person))
        if count:
            left.append(KEPT.format(count=count))
        return Erased(done, left)

    def _rename(self, row: AccountingContact, done: list[str], left: list[str]) -> None:
        try:
            books = self._opener.open(row.connection_id, even_paused=True, is_waited_for=True)
            refusal = books.pseudonymise(row.remote_id, f"Patient {row.number.removeprefix('clk-')}")
        except RemoteFailure as failure:
            left.append(UNREACHED.format(code=failure.code))
            return
        if refusal is None:
            done.append(RENAMED)
        else:
            left.append(REFUSED.format(code=refusal))

    def _documents(self, person: FoundPerson) -> list[AccountingDocument]:
        query = select(AccountingDocument).where(
            AccountingDocument.clinic_id == person.clinic.id, AccountingDocument.patient_id.in_(person.patient_ids)
        )
        with self._database.reading() as session:
            return list(session.scalars(query.order_by(AccountingDocument.number)))

    def _contacts(self, person: FoundPerson) -> list[AccountingContact]:
        numbers = [f"clk-{patient_id}" for patient_id in person.patient_ids]
        with self._database.reading() as session:
            connection = accounting_connection(session, person.clinic.id)
            if connection is None:
                return []
            query = select(AccountingContact).where(
                AccountingContact.connection_id == connection.id, AccountingContact.number.in_(numbers)
            )
            return list(session.scalars(query))
