"""A person in the CRMs of a clinic: shown as they stand there, and erased where the vendor's API can."""

from typing import Any

from booking_app.bookings.person.records import Erased, FoundPerson
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.crm.registry import Connectors
from booking_app.crm.vendors.registered import SPECS, WEBHOOK

ERASED = "{title}: the contact was erased."
NOBODY = "{title}: no contact has this address."
UNREACHED = "{title}: could not be reached ({code}); the contact is still there. Do it again later, or delete it there."
RECEIVER = "{title}: the clinic’s own receiver keeps what it was told; ask whoever runs it."
NO_ADDRESS = "CRMs: contacts are known by their e-mail address, and none is known here. Look for the person there."


class CrmData:
    """The part of this package; safe to share between threads."""

    name = "crm"

    def __init__(self, *, database: Database, connectors: Connectors) -> None:
        self._database = database
        self._connectors = connectors

    def export(self, person: FoundPerson) -> Any:
        return [self._exported(connection, person) for connection in self._connections(person)]

    def erase(self, person: FoundPerson) -> Erased:
        """Every connection for itself, so that one that fails keeps no other from it. A paused one is asked, too."""
        connections = self._connections(person)
        if connections and not person.emails:
            return Erased(left=(NO_ADDRESS,))
        done, left = list[str](), list[str]()
        for connection in connections:
            self._erase(connection, person, done, left)
        return Erased(done, left)

    def _erase(self, connection: Connection, person: FoundPerson, done: list[str], left: list[str]) -> None:
        title = SPECS[connection.vendor].title
        if connection.vendor == WEBHOOK:
            left.append(RECEIVER.format(title=title))
            return
        try:
            contacts = self._connectors.open(connection.id, even_paused=True).vendor.contacts
            erased = [contacts.erase(email) for email in person.emails]
        except RemoteFailure as failure:
            left.append(UNREACHED.format(title=title, code=failure.code))
            return
        done.append((ERASED if any(erased) else NOBODY).format(title=title))
        if any(erased) and SPECS[connection.vendor].after_erasing:
            left.append(SPECS[connection.vendor].after_erasing)

    def _exported(self, connection: Connection, person: FoundPerson) -> dict[str, Any]:
        title = SPECS[connection.vendor].title
        if connection.vendor == WEBHOOK:
            return {"crm": title, "note": RECEIVER.format(title=title)}
        try:
            contacts = self._connectors.open(connection.id, even_paused=True).vendor.contacts
            found = [contacts.find(email) for email in person.emails]
        except RemoteFailure as failure:
            return {"crm": title, "not_reached": failure.code}
        return {"crm": title, "contacts": [{"id": one.remote_id, **one.values} for one in found if one]}

    def _connections(self, person: FoundPerson) -> list[Connection]:
        with self._database.reading() as session:
            return [one for one in connections_of(session, person.clinic.id) if one.vendor in SPECS]
