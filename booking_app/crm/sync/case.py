"""One booking before one open connection: what every step of the CRM sync works on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.sync.connections import OpenConnectionById
from booking_app.crm.sync.contacts import as_known_there, contact_of
from booking_app.crm.sync.facts import CrmFacts, LoadCrmFacts
from booking_app.crm.vendors.config import CrmSyncConfig
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.records import Contact, FoundContact
from booking_app.tasks.records import Work

LONGEST_NOTE = 200

# By booking and connection: the contact's id at the vendor, where the contact's own task has learnt it.
KnownContact = Callable[[int, int], str | None]
# By task and contact id: whether a newer booking of the same contact has been sent.
IsOvertaken = Callable[[Work, str], bool]


@dataclass(frozen=True)
class Case:
    """The booking as it is now, however old the task; `known_id` is the contact's id as far as it is known.

    `is_overtaken` says of a contact's id whether a newer booking of theirs has been told: then who they are, where they
    came from and what they agreed to is that one's to say, and this booking changes its own record alone.
    """

    vendor: Vendor
    config: CrmSyncConfig
    facts: CrmFacts
    contact: Contact
    known_id: str | None
    is_overtaken: Callable[[str], bool]

    def contact_for(self, found: FoundContact | None) -> Contact:
        """What is to be written over what is there: the marks of a first visit only where there are none."""
        return as_known_there(self.contact, found, self.config.names)

    def contact_id(self) -> str | None:
        """The contact's id at the vendor, asked for where it is not known; None when there is no such contact."""
        return self.known_id or self.found_id()

    def found_id(self) -> str | None:
        """The contact's id as the vendor knows it now: records are merged and deleted there."""
        found = self.vendor.contacts.find(self.contact.email)
        return found.remote_id if found else None


class Cases:
    """Opens what a task needs. Calls nobody but `load_facts`, which may read from Cliniko."""

    def __init__(
        self, *, load_facts: LoadCrmFacts, open_connection: OpenConnectionById, known_contact: KnownContact,
        is_overtaken: IsOvertaken,
    ) -> None:  # fmt: skip
        self._load_facts = load_facts
        self._open_connection = open_connection
        self._known_contact = known_contact
        self._is_overtaken = is_overtaken

    def read(self, work: Work) -> Case:
        """Raises Withheld when nobody of this booking may go to this CRM, RemoteFailure when it cannot be opened."""
        if work.connection_id is None:
            raise RemoteFailure("handover:no_connection", failure=Failure.CONFIG)
        connection, facts = self._open_connection(work.connection_id), self._load_facts(work.subject_id)
        return Case(
            vendor=connection.vendor.within(deadline=work.deadline, before_write=work.check_lease),
            config=connection.config,
            facts=facts,
            contact=contact_of(facts, connection.config),
            known_id=self._known_contact(work.subject_id, work.connection_id),
            is_overtaken=partial(self._is_overtaken, work),
        )


def short_note(notes: list[str]) -> str | None:
    """Codes as the note of a task, None when there are none."""
    return " ".join(notes)[:LONGEST_NOTE] or None
