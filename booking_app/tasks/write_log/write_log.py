"""Writing the write log and forgetting it in time."""

from datetime import timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from booking_app.core.clock import Clock
from booking_app.core.db import Database
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
        """Add a finished call, if it was a write; commits. Never raises: the remote system has done its part."""
        if method in READS:
            return
        row = RemoteWrite(
            at=self._clock.now(), connection_id=connection_id, task_id=task_id, method=method, route=route[:200],
            status=status,
        )  # fmt: skip
        try:
            with self._database.begin() as session:
                session.add(row)
        except SQLAlchemyError as error:
            log.warning("write_log_failed", connection_id=connection_id, task_id=task_id, error=type(error).__name__)

    def forget(self) -> None:
        """Delete what is older than a year; commits. Safe to repeat, safe beside others."""
        with self._database.begin() as session:
            session.execute(delete(RemoteWrite).where(RemoteWrite.at < self._clock.now() - KEPT))
