"""Whom documents are made out to: known by our own number, made with the first document, never changed afterwards."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from booking_app.accounting.connections import settings_of
from booking_app.accounting.mapping import Held, contact_number
from booking_app.accounting.models import AccountingContact, AccountingDocument
from booking_app.accounting.vendors.contract import Books
from booking_app.accounting.vendors.records import NewContact, Outcome, RemoteContact
from booking_app.catalogue.snapshots import last_reading
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.pms.practice import Practice

LONGEST_NAME, LONGEST_EMAIL = 255, 255
FORBIDDEN = str.maketrans({"<": None, ">": None})

Named = Mapping[str, str | Held]  # our number -> the vendor's id, or why there is none


class Contacts:
    """Safe to share between threads. `practices` are asked for names only where the clinic wants them sent."""

    def __init__(self, *, database: Database, clock: Clock, practices: Callable[[int], Practice]) -> None:
        self._database = database
        self._clock = clock
        self._practices = practices

    def ensure(
        self, connection: Connection, documents: Sequence[AccountingDocument], books: Books, *, key: str
    ) -> Named:
        """The contact of every document, by our number; makes the missing ones and keeps them. Raises RemoteFailure.

        Safe to repeat: a number is looked for before it is made, and there is one contact a number.
        """
        settings = settings_of(connection)
        wanted = {contact_number(one, settings): one for one in documents}
        found: dict[str, str | Held] = dict(self._known(connection.id, list(wanted)))
        missing = [number for number in wanted if number not in found]
        for number, contact in books.find_contacts(missing).items():
            if number in wanted:
                found[number] = self._taken(connection.id, contact)
        to_make = {number: one for number, one in wanted.items() if number not in found}
        if to_make:
            found.update(self._made(connection, to_make, books, key))
        return found

    def _made(
        self, connection: Connection, documents: Mapping[str, AccountingDocument], books: Books, key: str
    ) -> dict[str, str | Held]:
        contacts = [self._contact(connection, number, one) for number, one in documents.items()]
        outcomes = dict(books.create_contacts(contacts, key=f"{key}:c"))
        taken = [one for one in contacts if _is_taken(outcomes.get(one.number))]
        there = books.find_contacts([one.number for one in taken])  # an earlier call may have arrived after all
        outcomes.update({number: Outcome(remote_id=one.remote_id) for number, one in there.items()})
        taken = [one for one in taken if one.number not in there]
        if taken:
            told_apart = [NewContact(one.number, f"{one.name} ({_tail(one.number)})", one.email) for one in taken]
            outcomes.update(books.create_contacts(told_apart, key=f"{key}:d"))
        return {one.number: self._result(connection.id, one.number, outcomes.get(one.number)) for one in contacts}

    def _result(self, connection_id: int, number: str, outcome: Outcome | None) -> str | Held:
        if outcome is None or outcome.remote_id is None:
            return Held((outcome.refusal if outcome else None) or "refused")
        self._keep(connection_id, number, outcome.remote_id)
        return outcome.remote_id

    def _taken(self, connection_id: int, contact: RemoteContact) -> str | Held:
        if not contact.is_active:
            return Held("contact_archived")
        self._keep(connection_id, contact.number, contact.remote_id)
        return contact.remote_id

    def _contact(self, connection: Connection, number: str, document: AccountingDocument) -> NewContact:
        """By the clinic's choice: a pseudonym, the location, or the name as the practice system has it."""
        settings = settings_of(connection)
        if settings.privacy == "one_contact":
            return NewContact(number, self._location_name(connection.clinic_id, document.location_id))
        if settings.privacy == "named":
            patient = self._practices(connection.clinic_id).current_patient(document.patient_id)
            if patient is not None:
                name = f"{patient.first_name} {patient.last_name}".translate(FORBIDDEN)
                email = patient.email if patient.email.isascii() and len(patient.email) <= LONGEST_EMAIL else ""
                return NewContact(number, " ".join(name.split())[:LONGEST_NAME] or f"Patient {_tail(number)}", email)
        return NewContact(number, f"Patient {_tail(number)}")

    def _location_name(self, clinic_id: int, location_id: str) -> str:
        with self._database.reading() as session:
            clinic = session.get_one(Clinic, clinic_id)
            found = last_reading(session, clinic_id)
        names = {one.cliniko_id: one.name for one in found.locations} if found else {}
        name = f"Cliniko patients – {names.get(location_id, clinic.name)}"
        return " ".join(name.translate(FORBIDDEN).split())[:LONGEST_NAME]

    def _known(self, connection_id: int, numbers: Sequence[str]) -> dict[str, str]:
        with self._database.reading() as session:
            query = select(AccountingContact).where(
                AccountingContact.connection_id == connection_id, AccountingContact.number.in_(numbers)
            )
            return {row.number: row.remote_id for row in session.scalars(query)}

    def _keep(self, connection_id: int, number: str, remote_id: str) -> None:
        with self._database.begin() as session:
            mine = (AccountingContact.connection_id == connection_id, AccountingContact.number == number)
            row = session.scalar(select(AccountingContact).where(*mine))
            if row is None:
                row = AccountingContact(connection_id=connection_id, number=number, made_at=self._clock.now())
                session.add(row)
            row.remote_id = remote_id


def _is_taken(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.refusal == "contact_taken"


def _tail(number: str) -> str:
    return number.removeprefix("clk-").removeprefix("l")
