"""All steps of a CRM sync in their order, as the task runner would do them for one booking and one connection."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from booking_app.crm.sync.case import Cases
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.contact_handler import ContactHandler
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.sync.planning import AFTER_BOOKING, AFTER_CHANGE
from booking_app.crm.sync.step_handlers import step_handlers
from booking_app.tasks.records import Effect, Work


@dataclass
class Walk:
    """A booking before a connection. `act` does the contact, then every step after it; notes come together."""

    connection: OpenConnection
    booking: CrmFacts
    contact_id: str | None = None
    lacked: list[bool] = field(default_factory=list)

    @property
    def cases(self) -> Cases:
        return Cases(
            load_facts=lambda _: self.booking,
            open_connection=lambda _: self.connection,
            known_contact=lambda _booking, _connection: self.contact_id,
            is_overtaken=lambda _work, _contact_id: False,
        )

    @property
    def contact(self) -> ContactHandler:
        def plan_rest(_session: Session, _work: Work, lacks_fields: bool) -> None:
            self.lacked.append(lacks_fields)

        return ContactHandler(self.cases, plan_rest=plan_rest)

    def probe(self, work: Work) -> Effect | None:
        return self.contact.probe(work)

    def act(self, work: Work) -> Effect:
        done = self.contact.act(work)
        self.contact_id = done.remote_id
        steps = AFTER_CHANGE if self.booking.is_cancelled else AFTER_BOOKING
        effects = [done, *(self.step(kind, work) for kind in steps)]
        notes = list(dict.fromkeys(effect.note for effect in effects if effect.note))
        return Effect(remote_id=done.remote_id, note=" ".join(notes) or None)

    def step(self, kind: str, work: Work) -> Effect:
        return step_handlers(self.cases)[kind].act(work)
