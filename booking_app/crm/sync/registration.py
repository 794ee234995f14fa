"""What the CRM package registers: its kinds of task with their words, and which tasks follow a change of a booking."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from booking_app.bookings.follow_ups import Change, Occasion
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.crm.registry import Connectors
from booking_app.crm.sync.booking_facts import CrmFactsReader
from booking_app.crm.sync.contacts import Withheld, contact_of
from booking_app.crm.sync.event_handler import EventHandler
from booking_app.crm.sync.handlers import crm_handlers
from booking_app.crm.sync.planning import CONSENT, CONTACT, EVENT, FIELDS, RECORD, TAGS, event_task, sync_tasks
from booking_app.crm.vendors.registered import SPECS, WEBHOOK
from booking_app.tasks.kinds import Lane, TaskKind, TaskWords
from booking_app.tasks.records import PlannedTask

GROUP = "CRM"
WORDS: Mapping[str, TaskWords] = {
    CONTACT: TaskWords(GROUP, "Contact sent", "A contact did not reach the CRM"),
    FIELDS: TaskWords(GROUP, "Fields of the contact filled in", "Fields of a contact did not reach the CRM"),
    TAGS: TaskWords(GROUP, "Contact tagged", "A contact could not be tagged, or put on its list, in the CRM"),
    RECORD: TaskWords(
        GROUP, "Booking noted with the contact", "A booking could not be noted with its contact in the CRM"
    ),
    CONSENT: TaskWords(GROUP, "Consent noted", "A patient's consent to email could not be noted in the CRM"),
    EVENT: TaskWords(GROUP, "Event sent", "A webhook did not reach its receiver"),
}


def crm_task_kinds(
    *, database: Database, clock: Clock, facts: CrmFactsReader, connectors: Connectors
) -> list[TaskKind]:
    """Every kind of task that tells a CRM or a webhook of a booking."""
    handlers = {
        **crm_handlers(database=database, clock=clock, load_facts=facts.contact_facts, open_connection=connectors.open),
        EVENT: EventHandler(load_event=facts.booking_event, open_webhook=connectors.open_webhook),
    }
    return [TaskKind(name=name, handler=handlers[name], words=words, lane=Lane.SYNC) for name, words in WORDS.items()]


def plan_crm(session: Session, occasion: Occasion) -> list[PlannedTask]:
    """The tasks that tell every CRM and webhook of a clinic of a change of a booking."""
    told = "" if occasion.change is Change.BOOKED else f"{occasion.change}.{occasion.revision}"
    if occasion.change is Change.CANCELLED:
        told = occasion.change.value  # a booking is cancelled once
    connections = [each for each in connections_of(session, occasion.clinic_id) if each.vendor in SPECS]
    return [task for each in connections for task in tasks_for(each, after=occasion.after, occasion=told)]


def tasks_for(connection: Connection, *, after: str | None, occasion: str = "") -> Iterable[PlannedTask]:
    """The tasks of one connection; `occasion` is unique among the changes of a booking, "" for the booking itself."""
    if connection.vendor == WEBHOOK:
        return [event_task(connection.id, after=after, occasion=occasion)]
    return sync_tasks(connection.vendor, connection.id, after=after, occasion=occasion)


class ContactCheck:
    """Asks a CRM whether it has the contact of a booking."""

    def __init__(self, facts: CrmFactsReader, connectors: Connectors) -> None:
        self._facts = facts
        self._connectors = connectors

    def is_there(self, booking_id: int, connection_id: int) -> bool | None:
        """None where it is not meant to be. Raises RemoteFailure."""
        opened = self._connectors.open(connection_id)
        try:
            contact = contact_of(self._facts.contact_facts(booking_id), opened.config)
        except Withheld:
            return None
        return opened.vendor.contacts.find(contact.email) is not None
