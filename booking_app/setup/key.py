"""A clinic's key to Cliniko: tried before it is kept, replaced in place, never shown again."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from booking_app.catalogue.curation import curation_of, put_account_zone
from booking_app.catalogue.snapshots import forget_readings
from booking_app.clinics.audit import Author, record
from booking_app.clinics.changes import Change, changing
from booking_app.clinics.connections import connections_of, resume
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practice
from booking_app.pms.records import Account
from booking_app.pms.rights import Right
from booking_app.pms.sentences import cliniko_sentence
from booking_app.setup.checking import checked_values
from booking_app.setup.clinic_file.schema import ClinikoSection

CLINIKO = "cliniko"
Trial = Callable[[str], tuple[Account, Practice]]  # by the key's text; raises RemoteFailure


@dataclass(frozen=True)
class KeyReport:
    """What came of trying a key. `problem` is a sentence, empty when Cliniko took it."""

    account: Account | None
    rights: tuple[Right, ...] = ()
    problem: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.account is not None

    @property
    def missing(self) -> tuple[Right, ...]:
        return tuple(right for right in self.rights if not right.is_given)


class OtherAccount(Exception):
    """The key opens another Cliniko account than the one in use; `report` says which. Nothing was stored."""

    def __init__(self, report: KeyReport) -> None:
        super().__init__("another account")
        self.report = report


class ClinikoKeys:
    """Nothing here raises for what Cliniko answers: that is part of the report. Saving commits."""

    def __init__(self, *, database: Database, keyring: Keyring, trial: Trial, replay: Callable[[int], int]) -> None:
        self._database = database
        self._keyring = keyring
        self._trial = trial
        self._replay = replay

    def stored(self, clinic: Clinic) -> Connection | None:
        """The connection as it is kept; its secret is sealed."""
        with self._database.reading() as session:
            return _connection(session, clinic.id)

    def check(self, clinic: Clinic) -> KeyReport | None:
        """Try the stored key, also a paused one; None when there is none."""
        connection = self.stored(clinic)
        return None if connection is None else self.try_key(self._keyring.unseal(connection.secret).decode())

    def try_key(self, key: str) -> KeyReport:
        """Ask Cliniko whose key this is and what it may read. A few calls; nothing is kept."""
        try:
            account, practice = self._trial(key.strip())
            return KeyReport(account, practice.rights())
        except RemoteFailure as failure:
            return KeyReport(None, problem=cliniko_sentence(failure.code))

    def save(self, author: Author, clinic: Clinic, key: str, *, allow_other_account: bool = False) -> KeyReport:
        """Keep a key that Cliniko accepts, in place of the one before, and go on with what waited for it.

        A refused key is not kept. Raises OtherAccount unless that is wanted: holds, slots and bookings belong to an
        account.
        """
        report = self.try_key(key)
        if report.account is None:
            return report
        with self._database.begin() as session:
            row = _connection(session, clinic.id)
            is_other = row is not None and row.account_key not in (None, report.account.account_key)
            if is_other and not allow_other_account:
                raise OtherAccount(report)
            if is_other:
                forget_readings(session, clinic.id)
            connection_id = self._keep(session, author, clinic, row, key.strip(), report.account)
        self._replay(connection_id)
        return report

    def account_zone(self, clinic: Clinic) -> str | None:
        """The zone that the clinic gave for an account which does not tell its own."""
        with self._database.reading() as session:
            return curation_of(session, clinic.id).account_time_zone

    def save_account_zone(self, author: Author, clinic: Clinic, zone: str, *, revision: str) -> None:
        """Raises SettingsInvalid, ChangedMeanwhile."""
        values = checked_values(ClinikoSection, {"account_time_zone": zone}, without=("api_key_env",))

        def about(session: Session, stored: Clinic) -> dict[str, str | None]:
            return {"account_time_zone": curation_of(session, stored.id).account_time_zone}

        with changing(self._database, clinic.id, Change(author, "cliniko.zone_saved", about, revision)) as (session, _):
            put_account_zone(session, clinic.id, values["account_time_zone"])

    def _keep(
        self, session: Session, author: Author, clinic: Clinic, row: Connection | None, key: str, account: Account
    ) -> int:
        before = {"account": row.account_key, "api_key": "kept"} if row else {}
        row = row or Connection(clinic_id=clinic.id, vendor=CLINIKO, config={})
        row.secret = self._keyring.seal(key.encode())
        row.account_key, row.budget_key = account.account_key, account.budget_key
        session.add(row)
        session.flush()
        resume(session, row.id)
        after = {"account": account.account_key, "api_key": "replaced"}
        record(session, author, clinic.id, "cliniko.key_saved", before=before, after=after)
        return row.id


def _connection(session: Session, clinic_id: int) -> Connection | None:
    return next(iter(connections_of(session, clinic_id, CLINIKO)), None)
