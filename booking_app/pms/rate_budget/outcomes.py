"""How calls ended, counted in memory and added to the table every few seconds, so that a call costs no write for it."""

import threading
from collections import Counter

import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking_app.core.db import Database
from booking_app.pms.rate_budget.models import RequestCount

FLUSH_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Outcomes:
    """Safe to share between threads. A process that is killed loses the counts of some seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._timer: threading.Timer | None = None

    def count(self, key: str, outcome: str) -> None:
        """One more call of a key that ended so. Waits for nothing."""
        with self._lock:
            self._counts[(key, outcome)] += 1
            if self._timer is None:
                self._timer = threading.Timer(FLUSH_SECONDS, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Add what was counted to the table; commits. What cannot be written now is kept for the next time."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with self._database.begin() as session:
                self._add(session, counts)
        except SQLAlchemyError as error:
            log.warning("request_counts_not_written", error=type(error).__name__)
            with self._lock:
                self._counts.update(counts)

    def close(self) -> None:
        """Write what is left."""
        with self._lock:
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.flush()

    def _add(self, session: Session, counts: Counter[tuple[str, str]]) -> None:
        # In one order everywhere, so that two processes never wait for each other in a circle.
        rows = [{"key": key, "outcome": outcome, "total": total} for (key, outcome), total in sorted(counts.items())]
        adding = insert_of(session)(RequestCount).values(rows)
        session.execute(
            adding.on_conflict_do_update(
                index_elements=[RequestCount.key, RequestCount.outcome],
                set_={"total": RequestCount.total + adding.excluded.total},
            )
        )


def insert_of(session: Session) -> type[postgresql.Insert] | type[sqlite.Insert]:
    """The dialect's own INSERT, which knows what to do about a row that is there already."""
    return postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert
