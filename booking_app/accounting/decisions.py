"""What a person decides about one document: try again, take it back, post it anew."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.accounting.connections import accounting_connection
from booking_app.accounting.handlers import next_revision
from booking_app.accounting.models import BATCH_KIND, AccountingDocument, DocumentState
from booking_app.accounting.posting import look_again
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks import store
from booking_app.tasks.lookups import tasks_of
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.records import PlannedTask, Subject

VOID, REPOST = "accounting_void", "accounting_repost"


class AccountingDecisions:
    """Every verb commits, and says False where there is no such document or nothing to decide."""

    def __init__(
        self, *, database: Database, clock: Clock, wake: Callable[[Subject], None], retry: Callable[[int], bool]
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._retry = retry

    def retry(self, author: Author, clinic: Clinic, document_id: int) -> bool:
        """Post it now if it can be: the task that it waits in is tried again, looking first."""
        with self._database.begin() as session:
            document = self._found(session, clinic, document_id)
            if document is None:
                return False
            if document.state == DocumentState.HELD:
                document.state, document.reason = DocumentState.SEEN, None
                return True
            parked = self._parked(session, document)
            if parked:
                self._record(session, author, document, "accounting.retried")
        return sum(self._retry(task_id) for task_id in parked) > 0

    def retry_all(self, clinic: Clinic) -> int:
        """Everything that was held or refused is tried again; returns how many tasks were opened."""
        with self._database.begin() as session:
            connection = accounting_connection(session, clinic.id)
            if connection is None:
                return 0
            look_again(session, connection.id)
            parked = session.scalars(
                select(Task.id).where(Task.connection_id == connection.id, Task.state == TaskState.PARKED)
            ).all()
        return sum(self._retry(task_id) for task_id in parked)

    def take_back(self, author: Author, clinic: Clinic, document_id: int) -> bool:
        """Void it there, or delete it while it is a draft."""
        return self._plan(author, clinic, document_id, VOID, "accounting.taken_back")

    def post_again(self, author: Author, clinic: Clinic, document_id: int) -> bool:
        """Take it back and post it as it stands now, under the next number."""
        with self._database.begin() as session:
            document = self._found(session, clinic, document_id)
            if document is not None and document.state == DocumentState.VOIDED and not document.is_archived:
                session.add(next_revision(document))
                self._record(session, author, document, "accounting.posted_again")
                return True
        return self._plan(author, clinic, document_id, REPOST, "accounting.posted_again")

    def _plan(self, author: Author, clinic: Clinic, document_id: int, kind: str, action: str) -> bool:
        with self._database.begin() as session:
            document = self._found(session, clinic, document_id)
            if document is None or document.state != DocumentState.POSTED:
                return False
            planned = tasks_of(session, document.subject)
            waiting = [task for task in planned if task.state in (TaskState.READY, TaskState.PARKED)]
            if not waiting:
                name = f"{kind}.{len(planned) + 1}"
                task = PlannedTask(name, kind=kind, connection_id=document.connection_id)
                now = self._clock.now()
                store.plan(session, clinic_id=clinic.id, subject=document.subject, tasks=[task], now=now)
            self._record(session, author, document, action)
            subject, parked = document.subject, [task.id for task in waiting if task.state == TaskState.PARKED]
        for task_id in parked:
            self._retry(task_id)
        self._wake(subject)
        return True

    def _parked(self, session: Session, document: AccountingDocument) -> list[int]:
        subjects = [document.subject, *([Subject(BATCH_KIND, document.batch_id)] if document.batch_id else [])]
        tasks = [task for subject in subjects for task in tasks_of(session, subject)]
        return [task.id for task in tasks if task.state == TaskState.PARKED]

    def _found(self, session: Session, clinic: Clinic, document_id: int) -> AccountingDocument | None:
        document = session.get(AccountingDocument, document_id)
        connection = accounting_connection(session, clinic.id)
        if document is None or connection is None or document.connection_id != connection.id:
            return None
        return document

    def _record(self, session: Session, author: Author, document: AccountingDocument, action: str) -> None:
        record(session, author, document.clinic_id, action, after={"invoice": document.number})
