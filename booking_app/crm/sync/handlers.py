"""The task runner handlers of the CRM sync to CRMs, by the kind of their tasks."""

from sqlalchemy.orm import Session

from booking_app.bookings.subject import subject_of
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.crm.sync.case import Cases
from booking_app.crm.sync.connections import OpenConnectionById
from booking_app.crm.sync.contact_handler import ContactHandler
from booking_app.crm.sync.facts import LoadCrmFacts
from booking_app.crm.sync.newest import is_overtaken
from booking_app.crm.sync.planning import CONTACT, fields_after, steps_after
from booking_app.crm.sync.step_handlers import step_handlers
from booking_app.tasks import lookups, store
from booking_app.tasks.records import Handler, Work


def crm_handlers(
    *, database: Database, clock: Clock, load_facts: LoadCrmFacts, open_connection: OpenConnectionById
) -> dict[str, Handler]:
    """A handler for each step. The kind "contact" is also that of tasks from before there were steps."""

    def known_contact(booking_id: int, connection_id: int) -> str | None:
        with database.reading() as session:
            return lookups.remote_id_of(
                session, subject=subject_of(booking_id), connection_id=connection_id, kind=CONTACT
            )

    def plan_rest(session: Session, work: Work, lacks_fields: bool) -> None:
        if work.connection_id is None:
            return
        rest = steps_after(work.name, work.connection_id)
        if lacks_fields:
            rest.append(fields_after(work.name, work.connection_id))
        planned = {task.name for task in lookups.tasks_of(session, work.subject)}
        tasks = [task for task in rest if task.name not in planned]
        store.plan(session, clinic_id=work.clinic_id, subject=work.subject, tasks=tasks, now=clock.now())

    def overtaken(work: Work, contact_id: str) -> bool:
        with database.reading() as session:
            return is_overtaken(session, work, contact_id)

    cases = Cases(
        load_facts=load_facts, open_connection=open_connection, known_contact=known_contact, is_overtaken=overtaken
    )
    return {CONTACT: ContactHandler(cases, plan_rest=plan_rest), **step_handlers(cases)}
