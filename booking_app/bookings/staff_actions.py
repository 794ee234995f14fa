"""What a person at the clinic does about a booking: replay, give up, hand out its document."""

from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.bookings.overview import parked_task_ids
from booking_app.bookings.subject import BOOKING
from booking_app.clinics.audit import Author, record
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.intake.proof import first_rendering
from booking_app.tasks.models import Task
from booking_app.tasks.runner import TaskRunner


class StaffActions:
    """Every verb is about what one clinic has, commits, and is written down; False or None for what others have."""

    def __init__(self, *, database: Database, task_runner: TaskRunner, keyring: Keyring) -> None:
        self._database = database
        self._task_runner = task_runner
        self._keyring = keyring

    def retry(self, author: Author, clinic_id: int, task_id: int) -> bool:
        """Try a parked or given-up task again, after looking whether it has happened."""
        if not self._owns(clinic_id, task_id) or not self._task_runner.retry(task_id):
            return False
        self._write_down(author, clinic_id, "retried", task_id)
        return True

    def retry_all(self, author: Author, clinic_id: int) -> int:
        """Try everything again that waits for a person; returns how many."""
        with self._database.reading() as session:
            waiting = parked_task_ids(session, clinic_id)
        return sum(self.retry(author, clinic_id, task_id) for task_id in waiting)

    def give_up(self, author: Author, clinic_id: int, task_id: int) -> bool:
        """Decide that a task will not happen; it may be tried again after all."""
        if not self._owns(clinic_id, task_id) or not self._task_runner.give_up(task_id):
            return False
        self._write_down(author, clinic_id, "given_up", task_id)
        return True

    def document(self, author: Author, clinic_id: int, reference: str) -> bytes | None:
        """The signed PDF as it was first made; None where there is none, or it is with Cliniko alone by now."""
        with self._database.begin() as session:
            booking_id = session.scalar(
                select(Booking.id).where(Booking.clinic_id == clinic_id, Booking.reference == reference)
            )
            kept = first_rendering(session, booking_id, self._keyring) if booking_id is not None else None
            if kept is not None:
                record(session, author, clinic_id, "booking.document_opened", after={"booking": reference})
        return kept.pdf if kept else None

    def note_export(self, author: Author, clinic_id: int, rows: int, *, has_names: bool) -> None:
        """Write down that bookings were taken out as a table, how many, and whether with names."""
        with self._database.begin() as session:
            record(session, author, clinic_id, "booking.exported", after={"bookings": rows, "with_names": has_names})

    def _owns(self, clinic_id: int, task_id: int) -> bool:
        with self._database.reading() as session:
            task = session.get(Task, task_id)
            return task is not None and task.clinic_id == clinic_id

    def _write_down(self, author: Author, clinic_id: int, verb: str, task_id: int) -> None:
        with self._database.begin() as session:
            task = session.get_one(Task, task_id)
            named = self._task_runner.kinds.references(session, task.subject_kind, [task.subject_id])
            reference = named.get(task.subject_id, str(task.subject_id))
            action = f"booking.task_{verb}" if task.subject_kind == BOOKING else f"task.{verb}"
            record(session, author, clinic_id, action, after={task.subject_kind: reference, "task": task.name})
