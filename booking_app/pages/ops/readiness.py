"""Whether this process can work: database reachable and of this program's schema, queue writable, keys fitting."""

from collections.abc import Callable

from sqlalchemy import select, text

from booking_app.clinics.models import Connection
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.tasks.queue import WakeQueue


class Readiness:
    """Cheap enough to be asked every few seconds."""

    def __init__(
        self, *, database: Database, queue: WakeQueue, keyring: Keyring, has_schema: Callable[[Database], bool]
    ) -> None:
        self._database = database
        self._queue = queue
        self._keyring = keyring
        self._has_schema = has_schema

    def states(self) -> dict[str, bool]:
        """Each part by name and whether it can be used; never raises."""
        checks = {"database": self._check_database, "queue": self._check_queue, "keys": self._check_keys}
        return {name: _holds(check) for name, check in checks.items()}

    def _check_database(self) -> bool:
        with self._database.reading() as session:
            session.execute(text("select 1"))
        return self._has_schema(self._database)

    def _check_queue(self) -> bool:
        return self._queue.pending() >= 0

    def _check_keys(self) -> bool:
        """A stored secret opens; with none stored there is nothing that could fail."""
        with self._database.reading() as session:
            secret = session.scalar(select(Connection.secret).order_by(Connection.id).limit(1))
        return secret is None or bool(self._keyring.unseal(secret))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is no
        return False
