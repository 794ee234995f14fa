"""Which booking decides what a contact says: the newest of those that its CRM was told of.

Two bookings are one person's where the CRM made them one contact. Its id outlives what is purged here.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.crm.sync.planning import CONTACT, StepName
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import Work

CANCELLED = "cancelled_before_handover"  # the note of a sync that told nothing of the booking but its end
OVERTAKEN = "newer_booking_told"  # the note of one that left what a newer booking has written


def is_overtaken(session: Session, work: Work, contact_id: str) -> bool:
    """Whether a newer booking than that of `work` has been sent to the same contact of the same connection."""
    own_task = StepName(CONTACT, "", StepName.read(work.name).connection).of(CONTACT)
    newer = select(Task.id).where(
        Task.subject_kind == work.subject.kind,
        Task.subject_id > work.subject_id,
        Task.connection_id == work.connection_id,
        Task.name == own_task,
        Task.remote_id == contact_id,
        Task.state == TaskState.DONE,
        Task.note.is_distinct_from(CANCELLED),
    )
    return session.scalar(newer.limit(1)) is not None
