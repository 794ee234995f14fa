"""Connections to CRMs and webhooks: added, changed, paused and given new secrets, none of which is shown again."""

import base64
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from booking_app.clinics.audit import Author, record
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.connections import connections_of, pause, resume
from booking_app.clinics.keys import keys_of
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.crm.vendors.config import CrmSyncConfigInvalid
from booking_app.crm.vendors.registered import SPECS, WEBHOOK, sync_config
from booking_app.setup.checking import SettingsInvalid, checked_values
from booking_app.setup.clinic_file.connections import config_of
from booking_app.setup.clinic_file.references import connection_problems
from booking_app.setup.clinic_file.schema import CrmEntry

BY_STAFF = "paused_by_staff"
TYPED = "TYPED_IN_THE_CONSOLE"  # stands in for the name of a variable, which a typed secret has not
LONGEST_SECRET = 1000
APART = ("vendor", "token_env")


class CrmConnections:
    """By clinic and connection id; a connection of another clinic is a LookupError. Every verb commits."""

    def __init__(self, *, database: Database, keyring: Keyring, replay: Callable[[int], int]) -> None:
        self._database = database
        self._keyring = keyring
        self._replay = replay

    def all(self, clinic: Clinic) -> tuple[Connection, ...]:
        with self._database.reading() as session:
            return tuple(row for row in connections_of(session, clinic.id) if row.vendor in SPECS)

    def get(self, clinic: Clinic, connection_id: int) -> Connection:
        """Raises LookupError."""
        with self._database.reading() as session:
            return _required(session, clinic, connection_id)

    def values(self, clinic: Clinic, connection_id: int) -> dict[str, Any]:
        """What a form is filled from. Raises LookupError."""
        return settings_of(self.get(clinic, connection_id))

    def add(self, author: Author, clinic: Clinic, vendor: str, raw: Mapping[str, Any], secret: str) -> int:
        """Returns the new connection's id. It takes part in bookings from now on. Raises SettingsInvalid."""
        problems: dict[str, str] = {}
        entry = _entry(vendor, raw, problems)
        secret = _checked_secret(secret, problems)
        if problems or entry is None:
            raise SettingsInvalid(problems)
        with self._database.begin() as session:
            row = Connection(clinic_id=clinic.id, vendor=vendor, config=config_of(entry))
            row.secret = self._keyring.seal(secret.encode())
            session.add(row)
            session.flush()
            record(session, author, clinic.id, "connection.added", after={"vendor": vendor, **settings_of(row)})
            return row.id

    def save(
        self, author: Author, clinic: Clinic, connection_id: int, raw: Mapping[str, Any], *, revision: str
    ) -> None:
        """Change everything but the secret; what was parked for a setting is tried again.

        Raises SettingsInvalid, ChangedMeanwhile, LookupError.
        """
        problems: dict[str, str] = {}
        entry = _entry(self.get(clinic, connection_id).vendor, raw, problems)
        if problems or entry is None:
            raise SettingsInvalid(problems)
        with self._changing(author, clinic, connection_id, "connection.saved", revision) as (_, row):
            row.config = config_of(entry)
        self._replay(connection_id)

    def replace_secret(self, author: Author, clinic: Clinic, connection_id: int, secret: str) -> None:
        """Take another token; a paused connection goes on. Raises SettingsInvalid, LookupError."""
        problems: dict[str, str] = {}
        secret = _checked_secret(secret, problems)
        if problems:
            raise SettingsInvalid(problems)
        with self._database.begin() as session:
            row = _required(session, clinic, connection_id)
            self._put_secret(session, author, row, secret, "connection.secret_replaced")
            resume(session, row.id)
        self._replay(connection_id)

    def begin_rotation(self, author: Author, clinic: Clinic, connection_id: int) -> str:
        """A new webhook secret, returned this once. Messages are signed with it and with the one before, until
        `end_rotation`. Raises LookupError for what is no webhook."""
        fresh = new_webhook_secret()
        with self._database.begin() as session:
            row = _required_webhook(session, clinic, connection_id)
            current = self._secrets(row)[:1]
            self._put_secret(session, author, row, " ".join([fresh, *current]), "connection.rotation_begun")
        return fresh

    def end_rotation(self, author: Author, clinic: Clinic, connection_id: int) -> None:
        """Sign with the newest secret alone. Raises LookupError."""
        with self._database.begin() as session:
            row = _required_webhook(session, clinic, connection_id)
            self._put_secret(session, author, row, self._secrets(row)[0], "connection.rotation_ended")

    def is_rotating(self, connection: Connection) -> bool:
        return connection.vendor == WEBHOOK and len(self._secrets(connection)) > 1

    def pause(self, author: Author, clinic: Clinic, connection_id: int) -> None:
        """Send nothing until it is resumed; tasks wait. Raises LookupError."""
        with self._changing(author, clinic, connection_id, "connection.paused") as (session, row):
            pause(session, row.id, BY_STAFF)

    def resume(self, author: Author, clinic: Clinic, connection_id: int) -> None:
        """Go on, with what waited first. Raises LookupError."""
        with self._changing(author, clinic, connection_id, "connection.resumed") as (session, row):
            resume(session, row.id)
        self._replay(connection_id)

    def remove(self, author: Author, clinic: Clinic, connection_id: int) -> None:
        """Forget it and its secret; what waits for it is parked, and says so. Raises LookupError."""
        with self._database.begin() as session:
            row = _required(session, clinic, connection_id)
            record(session, author, clinic.id, "connection.removed", before={"vendor": row.vendor, **settings_of(row)})
            session.delete(row)

    @contextmanager
    def _changing(
        self, author: Author, clinic: Clinic, connection_id: int, action: str, revision: str | None = None
    ) -> Iterator[tuple[Session, Connection]]:
        def about(session: Session, _clinic: Clinic) -> dict[str, Any]:
            row = _required(session, clinic, connection_id)
            return {"vendor": row.vendor, "state": row.state, **settings_of(row)}

        def seen(session: Session, _clinic: Clinic) -> dict[str, Any]:
            return settings_of(_required(session, clinic, connection_id))

        change = Change(author, action, about, revision, seen)
        with changing(self._database, clinic.id, change) as (session, _):
            yield session, _required(session, clinic, connection_id)

    def _secrets(self, row: Connection) -> list[str]:
        return self._keyring.unseal(row.secret).decode().split()

    def _put_secret(self, session: Session, author: Author, row: Connection, secret: str, action: str) -> None:
        row.secret = self._keyring.seal(secret.encode())
        row.account_key = None
        after = {"vendor": row.vendor, "connection": row.id, "secret": "replaced"}
        record(session, author, row.clinic_id, action, after=after)


def settings_of(row: Connection) -> dict[str, Any]:
    """Everything that is set of a connection but its secret, whole, as JSON."""
    defaults = {key: each.default for key, each in keys_of(CrmEntry).items() if key not in APART}
    return {**defaults, "tags": [], "fields": {}, **row.config}


def new_webhook_secret() -> str:
    """As Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _entry(vendor: str, raw: Mapping[str, Any], problems: dict[str, str]) -> CrmEntry | None:
    """The connection as an entry of the clinic's file; None with the problems noted."""
    try:
        values = checked_values(CrmEntry, {**raw, "vendor": vendor, "token_env": TYPED})
    except SettingsInvalid as invalid:
        problems.update(invalid.problems)
        return None
    entry = CrmEntry(**values)
    problems.update(connection_problems(entry))
    try:
        sync_config(vendor, config_of(entry))
    except CrmSyncConfigInvalid as invalid_config:
        problems["fields"] = str(invalid_config).removeprefix("fields ")
    return entry


def _checked_secret(secret: str, problems: dict[str, str]) -> str:
    text = secret.strip()
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        problems["secret"] = "must be the token, copied whole"  # noqa: S105 - a sentence
    return text


def _required(session: Session, clinic: Clinic, connection_id: int) -> Connection:
    row = session.get(Connection, connection_id)
    if row is None or row.clinic_id != clinic.id or row.vendor not in SPECS:
        raise LookupError(connection_id)
    return row


def _required_webhook(session: Session, clinic: Clinic, connection_id: int) -> Connection:
    row = _required(session, clinic, connection_id)
    if row.vendor != WEBHOOK:
        raise LookupError(connection_id)
    return row
