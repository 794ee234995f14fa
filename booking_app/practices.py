"""A clinic's practice, by the clinic's id: one Cliniko client per connection, kept while its key stays the same."""

import threading
from collections.abc import Callable

from sqlalchemy import update

from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.db import Database
from booking_app.failures import Failure
from booking_app.practice.cliniko import ClinikoPractice
from booking_app.practice.errors import PracticeMisconfigured, PracticeRefused
from booking_app.practice.records import Account, Practice
from booking_app.sealing import Keyring

Budget = Callable[[str], None]


class ClinikoPractices:
    """Callable with a clinic's id. Safe to share between threads."""

    def __init__(self, *, database: Database, keyring: Keyring, contact_email: str, base_url: str | None) -> None:
        self._database = database
        self._keyring = keyring
        self._contact_email = contact_email
        self._base_url = base_url
        self._lock = threading.Lock()
        self._open: dict[int, tuple[bytes, ClinikoPractice]] = {}

    def __call__(self, clinic_id: int) -> Practice:
        """Raises PracticeRefused while the connection is paused, PracticeMisconfigured when there is none."""
        connection = self.connection(clinic_id)
        if connection.state == "paused":
            raise PracticeRefused("connection_paused", failure=Failure.AUTH)
        with self._lock:
            secret, practice = self._open.get(connection.id, (b"", None))
            if practice is None or secret != connection.secret:
                practice = ClinikoPractice.connect(
                    self._keyring.unseal(connection.secret).decode(),
                    contact_email=self._contact_email,
                    base_url=self._base_url,
                )
                self._open[connection.id] = (connection.secret, practice)
        if connection.account_key is None:
            self.remember_account(connection.id, practice.whoami())
        return practice

    def connection(self, clinic_id: int) -> Connection:
        """The clinic's connection to Cliniko. Raises PracticeMisconfigured."""
        with self._database.reading() as session:
            found = connections_of(session, clinic_id, "cliniko")
        if not found:
            raise PracticeMisconfigured("cliniko_not_connected")
        return found[0]

    def remember_account(self, connection_id: int, account: Account) -> None:
        """Keep which account the key opens: holds are unique within it. Commits."""
        with self._database.begin() as session:
            session.execute(
                update(Connection).where(Connection.id == connection_id).values(account_key=account.account_key)
            )
