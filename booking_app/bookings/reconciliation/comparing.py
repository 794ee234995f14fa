"""The rules: a booking as noted here beside what was read of it. Pure: reads nothing and changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from booking_app.bookings.desk_changes import DeskChange, change_of
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.reconciliation.records import Finding, Kind
from booking_app.pms.records import Appointment, StoredDocument, StoredForm
from booking_app.tasks.models import Task, TaskState

GONE = "gone"
# What the task runner says has been done, or has stopped where a person has to look; all else is under way or decided.
SETTLED = (TaskState.DONE, TaskState.PARKED)
DOCUMENT_TASKS = {"document": "signed", "signature_png": "signature"}  # a file's marker is this and the reference
DESK_KINDS = {
    DeskChange.CANCELLED: Kind.APPOINTMENT_CANCELLED,
    DeskChange.ARCHIVED: Kind.APPOINTMENT_ARCHIVED,
    DeskChange.MOVED: Kind.APPOINTMENT_MOVED,
    DeskChange.ATTENDANCE: Kind.APPOINTMENT_ATTENDANCE,
}


@dataclass(frozen=True)
class Noted:
    """A booking and its tasks by name, as they stood before Cliniko was read."""

    booking: Booking
    tasks: Mapping[str, Task]

    @property
    def is_confirmed(self) -> bool:
        return self.booking.state == BookingState.CONFIRMED

    def settled(self, name: str) -> Task | None:
        task = self.tasks.get(name)
        return task if task is not None and task.state in SETTLED else None


@dataclass(frozen=True)
class Seen:
    """What stands of one booking elsewhere. `contacts` by connection: whether a contact that was made is there."""

    appointment: Appointment | None
    forms: Sequence[StoredForm] = ()
    documents: Sequence[StoredDocument] = ()
    contacts: Mapping[str, bool] = field(default_factory=dict)


def compare(noted: Noted, seen: Seen) -> Iterator[Finding]:
    """Every difference; of a booking whose appointment does not stand, only that."""
    if not noted.is_confirmed:
        yield from _over_here(noted, seen)
        return
    of_appointment = _appointment(noted, seen)
    if of_appointment is not None:
        yield of_appointment
    if seen.appointment is None or not seen.appointment.is_live:
        return
    yield from _form(noted, seen)
    for name, prefix in DOCUMENT_TASKS.items():
        yield from _document(noted, seen, name, f"{prefix}-{noted.booking.reference}")
    for connection, is_there in seen.contacts.items():
        if not is_there:
            yield Finding(kind=Kind.CONTACT_MISSING, ours="done", theirs=f"{connection}: {GONE}")


def _over_here(noted: Noted, seen: Seen) -> Iterator[Finding]:
    if seen.appointment is not None and seen.appointment.is_live:
        yield Finding(kind=Kind.APPOINTMENT_LIVE, ours=noted.booking.state, theirs="live")


def _appointment(noted: Noted, seen: Seen) -> Finding | None:
    booking, there = noted.booking, seen.appointment
    if there is None:
        return Finding(kind=Kind.APPOINTMENT_MISSING, ours=booking.state, theirs=GONE)
    change = change_of(booking, there)
    if change is None:
        return None
    if change is not DeskChange.MOVED:
        return Finding(kind=DESK_KINDS[change], ours=booking.state, theirs=change.value)
    return Finding(kind=DESK_KINDS[change], ours=_when(booking), theirs=_when(there))


def _form(noted: Noted, seen: Seen) -> Iterator[Finding]:
    task = noted.settled("form")
    if task is None:
        return
    named = [one for one in seen.forms if noted.booking.reference in one.name or one.cliniko_id == task.remote_id]
    finished = any(one.is_finished and not one.is_archived for one in named)
    if finished and task.state == TaskState.PARKED:
        yield Finding(kind=Kind.FORM_UNNOTED, ours=_stopped(task), theirs="completed", task_id=task.id)
    elif not finished:
        yield _lacking_form(task, named)


def _lacking_form(task: Task, named: Sequence[StoredForm]) -> Finding:
    if any(one.is_archived for one in named):
        return Finding(kind=Kind.FORM_ARCHIVED, ours=_stopped(task), theirs="archived")
    if named:
        return Finding(kind=Kind.FORM_UNFINISHED, ours=_stopped(task), theirs="not completed")
    return Finding(kind=Kind.FORM_MISSING, ours=_stopped(task), theirs=GONE, task_id=task.id)


def _document(noted: Noted, seen: Seen, name: str, marker: str) -> Iterator[Finding]:
    task = noted.settled(name)
    if task is None or task.note == "nothing was signed":
        return
    named = [one for one in seen.documents if marker in one.description or one.cliniko_id == task.remote_id]
    is_there = any(not one.is_archived for one in named)
    if is_there and task.state == TaskState.PARKED:
        yield Finding(kind=Kind.DOCUMENT_UNNOTED, ours=_stopped(task), theirs="attached", task_id=task.id)
    elif not is_there and named:
        yield Finding(kind=Kind.DOCUMENT_ARCHIVED, ours=_stopped(task), theirs="archived")
    elif not is_there:
        yield Finding(kind=Kind.DOCUMENT_MISSING, ours=_stopped(task), theirs=GONE, task_id=task.id)


def _stopped(task: Task) -> str:
    return task.state if not task.code else f"{task.state}: {task.code}"


def _when(one: Booking | Appointment) -> str:
    """Start and end in UTC, and the ids of whom, where and what for."""
    ids = "/".join(each or "?" for each in (one.practitioner_id, one.location_id, one.service_id))
    return f"{one.starts_at:%Y-%m-%d %H:%M} to {one.ends_at:%H:%M} UTC ({ids})"
