"""Doing something about a difference. What a person removed is never made again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.desk_changes import DeskChanges
from booking_app.bookings.reconciliation.comparing import DESK_KINDS, Noted, Seen
from booking_app.bookings.reconciliation.models import MismatchRow
from booking_app.bookings.reconciliation.records import Done, Finding, Kind
from booking_app.tasks import decisions
from booking_app.tasks.models import TaskState

FOLLOWED = tuple(DESK_KINDS.values())
LEFT = (Kind.FORM_ARCHIVED, Kind.DOCUMENT_ARCHIVED)
UNNOTED = (Kind.FORM_UNNOTED, Kind.DOCUMENT_UNNOTED)
MISSING = (Kind.FORM_MISSING, Kind.DOCUMENT_MISSING)


def fix(
    session: Session, changes: DeskChanges, noted: Noted, seen: Seen, finding: Finding, now: datetime
) -> Done | None:
    """What was done; None when the booking has changed since it was read, and so nothing is known. Caller commits."""
    if finding.kind in FOLLOWED and seen.appointment is not None:
        followed = changes.follow(session, noted.booking.id, seen.appointment, seen_revision=noted.booking.revision)
        return Done.FOLLOWED if followed else None
    if finding.kind in LEFT:
        return Done.LEFT
    if finding.kind in UNNOTED and finding.task_id is not None:
        return Done.REPLAYED if decisions.reopen(session, finding.task_id, now) else None
    if finding.kind in MISSING and finding.task_id is not None:
        return _send_again(session, noted, finding, finding.task_id, now)
    return Done.NEEDS_PERSON


def _send_again(session: Session, noted: Noted, finding: Finding, task_id: int, now: datetime) -> Done:
    """Once: what goes missing a second time is being taken away by somebody. Not when the answers are purged."""
    if noted.booking.sealed_facts is None or _was_sent_again(session, noted.booking.id, finding.kind):
        return Done.NEEDS_PERSON
    is_parked = finding.ours.startswith(TaskState.PARKED)
    is_open = decisions.reopen(session, task_id, now) if is_parked else decisions.replay(session, task_id, now)
    return Done.REPLAYED if is_open else Done.NEEDS_PERSON


def _was_sent_again(session: Session, booking_id: int, kind: Kind) -> bool:
    earlier = select(MismatchRow.id).where(
        MismatchRow.booking_id == booking_id, MismatchRow.kind == kind, MismatchRow.done == Done.REPLAYED
    )
    return session.scalar(earlier.limit(1)) is not None
