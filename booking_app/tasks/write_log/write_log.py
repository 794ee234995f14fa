"""Writing the write log and forgetting it in time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.tasks.records import current_writes
from booking_app.tasks.write_log.models import RemoteWrite

KEPT = timedelta(days=365)
READS = ("GET", "HEAD")

log = structlog.get_logger(__name__)


class WriteLog:
    """Shared between threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def record(self, *, connection_id: int, task_id: int | None, method: str, route: str, status: int | None) -> None:
        """Add a finished call, if it was a write; commits. Never raises: the remote system has done its part.

        Within a task it is left to the transaction that ends the try, which saves a commit a call.
        """
        if method in READS:
            return
        row = {
            "at": self._clock.now(), "connection_id": connection_id, "task_id": task_id, "method": method,
            "route": route[:200], "status": status,
        }  # fmt: skip
        of_try = current_writes.get()
        if of_try is not None:
            of_try.append(row)
            return
        try:
            with self._database.begin() as session:
                keep_writes(session, [row])
        except SQLAlchemyError as error:
            log.warning("write_log_failed", connection_id=connection_id, task_id=task_id, error=type(error).__name__)

    def forget(self) -> None:
        """Delete what is older than a year; commits. Safe to repeat, safe beside others."""
        with self._database.begin() as session:
            session.execute(delete(RemoteWrite).where(RemoteWrite.at < self._clock.now() - KEPT))


def keep_writes(session: Session, writes: Sequence[dict[str, Any]]) -> None:
    """Add rows of the write log. The caller commits."""
    if writes:
        session.execute(insert(RemoteWrite), writes)
