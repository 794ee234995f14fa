"""Which tasks send a booking to one CRM, and what they are called.

Every step waits for the contact and for nothing else: one that is parked holds up no other. They run in this order all
the same, because a tag or a record may start the clinic's own automations, which want to find the contact's fields.
"""

from dataclasses import dataclass

from booking_app.tasks.records import PlannedTask

CONTACT, FIELDS, TAGS, RECORD, CONSENT = "contact", "fields", "tags", "record", "consent"
EVENT = "event"  # a webhook's only step
AFTER_BOOKING = (TAGS, RECORD, CONSENT)
AFTER_CHANGE = (RECORD,)  # a cancellation, another time, a patient who did not come


@dataclass(frozen=True)
class StepName:
    """The name of a task: what it does, upon which change of the booking ("" for the booking itself), and where to."""

    step: str
    occasion: str
    connection: str

    @classmethod
    def read(cls, name: str) -> "StepName":
        told, _, connection = name.partition(":")
        step, _, occasion = told.partition("_")
        return cls(step, occasion, connection)

    def of(self, step: str) -> str:
        """The name of another step upon the same change."""
        occasion = f"_{self.occasion}" if self.occasion else ""
        return f"{step}{occasion}:{self.connection}"


def sync_tasks(vendor: str, connection_id: int, *, after: str | None, occasion: str = "") -> list[PlannedTask]:
    """The tasks of one connection, to follow the task `after`. `occasion` is unique among the changes of a booking."""
    name = StepName(CONTACT, occasion, f"{vendor}:{connection_id}")
    contact = PlannedTask(name.of(CONTACT), after, kind=CONTACT, connection_id=connection_id)
    return [contact, *steps_after(contact.name, connection_id)]


def event_task(connection_id: int, *, after: str | None, occasion: str = "") -> PlannedTask:
    """The task that tells a webhook; it has no steps."""
    name = StepName(EVENT, occasion, f"webhook:{connection_id}").of(EVENT)
    return PlannedTask(name, after, kind=EVENT, connection_id=connection_id)


def steps_after(contact_task: str, connection_id: int) -> list[PlannedTask]:
    """What follows a task that sends the contact."""
    name = StepName.read(contact_task)
    steps = AFTER_CHANGE if name.occasion else AFTER_BOOKING
    return [PlannedTask(name.of(step), contact_task, kind=step, connection_id=connection_id) for step in steps]


def fields_after(contact_task: str, connection_id: int) -> PlannedTask:
    """What follows a contact of which the account did not take every field."""
    name = StepName.read(contact_task)
    return PlannedTask(name.of(FIELDS), contact_task, kind=FIELDS, connection_id=connection_id)
