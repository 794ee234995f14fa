"""The task that hands a booking's contact to one CRM."""

from collections.abc import Callable

from booking_app.failures import Failure, RemoteFailure
from booking_app.handover.connections import OpenConnection, OpenConnectionById
from booking_app.handover.contacts import Withheld, contact_of
from booking_app.handover.facts import HandoverFacts, LoadHandoverFacts
from booking_app.ledger.records import Effect, Work
from booking_app.vendors.contract import Vendor
from booking_app.vendors.records import Contact

# What a list, tag or subscription may fail with while the contact itself stands: the hand-over is done, with a note.
SETTING_FAILURES = (Failure.CONFIG, Failure.AUTH, Failure.DATA, Failure.CONFLICT, Failure.CONSENT)
LONGEST_NOTE = 200


class ContactHandler:
    """A ledger handler for every CRM connection; the task says which one. Each act may be repeated without harm."""

    def __init__(self, *, load_facts: LoadHandoverFacts, open_connection: OpenConnectionById) -> None:
        self._load_facts = load_facts
        self._open_connection = open_connection

    def probe(self, work: Work) -> Effect | None:
        """Done when the CRM has every value we would send. Lists and tags are simply set again."""
        connection, facts = self._opened(work), self._load_facts(work.booking_id)
        if facts.is_cancelled or connection.config.list_id or connection.config.tags or facts.email_consent:
            return None
        try:
            contact = contact_of(facts, connection.config)
        except Withheld as withheld:
            return Effect(note=withheld.reason)
        found = connection.vendor.find_contact(contact.email)
        if found and found.carries(connection.vendor.payload_of(contact)):
            return Effect(remote_id=found.remote_id)
        return None

    def act(self, work: Work) -> Effect:
        """Write the contact as the booking is now, however old the task."""
        connection, facts = self._opened(work), self._load_facts(work.booking_id)
        try:
            contact = contact_of(facts, connection.config)
        except Withheld as withheld:
            return Effect(note=withheld.reason)
        if facts.is_cancelled:
            return _cancelled(connection.vendor, facts)
        return _handed_over(connection, contact, facts)

    def _opened(self, work: Work) -> OpenConnection:
        if work.connection_id is None:
            raise RemoteFailure("handover:no_connection", failure=Failure.CONFIG)
        connection = self._open_connection(work.connection_id)
        vendor = connection.vendor.within(deadline=work.deadline, before_write=work.check_lease)
        return OpenConnection(vendor, connection.config)


def _handed_over(connection: OpenConnection, contact: Contact, facts: HandoverFacts) -> Effect:
    vendor, config = connection.vendor, connection.config
    written = vendor.upsert_contact(contact)
    notes = [*written.warnings, *(f"not_in_account:{name}" for name in written.dropped)]
    if config.list_id:
        list_id = config.list_id
        notes += _beside("list", lambda: vendor.add_to_list(written.remote_id, list_id))
    if config.tags:
        notes += _beside("tags", lambda: vendor.apply_tags(written.remote_id, config.tags))
    notes += _beside("consent", lambda: _consent_notes(vendor, contact.email, facts))
    return Effect(remote_id=written.remote_id, note=_note(notes))


def _cancelled(vendor: Vendor, facts: HandoverFacts) -> Effect:
    """A cancelled booking makes no contact; one that is there learns what is booked now."""
    remote_id = vendor.update_booking(facts.email.strip(), next_booking_at=facts.next_booking_at)
    return Effect(remote_id=remote_id, note=None if remote_id else "cancelled_before_handover")


def _consent_notes(vendor: Vendor, email: str, facts: HandoverFacts) -> list[str]:
    if facts.email_consent is None:
        return []
    change = vendor.set_consent(email, facts.email_consent)
    return [f"consent:{change}"] if change in ("kept_opt_out", "resubscribed") else []


def _beside(part: str, do: Callable[[], list[str] | None]) -> list[str]:
    """Do what stands beside the contact. What only a setting can mend becomes a note; all else is tried again."""
    try:
        return do() or []
    except RemoteFailure as failure:
        if failure.failure not in SETTING_FAILURES:
            raise
        return [f"{part}:{failure.code}"]


def _note(notes: list[str]) -> str | None:
    return " ".join(notes)[:LONGEST_NOTE] or None
