"""A clinic's connections from its file: secrets sealed, those that stay kept under their ids."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from booking_app.accounting.connecting import kept_config
from booking_app.accounting.connections import accounting_connection
from booking_app.accounting.posting import look_again
from booking_app.catalogue.snapshots import forget_readings
from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Connection
from booking_app.core.sealing import Keyring, Unsealable
from booking_app.crm.vendors.registered import SPECS
from booking_app.deposits.vendors.registered import SPECS as PAYMENT_VENDORS
from booking_app.setup.clinic_file.schema import (
    AccountingSection,
    ClinicFileSections,
    CrmEntry,
    DepositMethodEntry,
)

CLINIKO = "cliniko"


def store_connections(
    session: Session, keyring: Keyring, clinic_id: int, sections: ClinicFileSections, secrets: Mapping[str, str]
) -> None:
    """Make the file's connections the clinic's. The caller commits. Without [cliniko] the stored key stays."""
    if sections.cliniko is not None:
        name = sections.cliniko.api_key_env
        found = next(iter(connections_of(session, clinic_id, CLINIKO)), None)
        row = found or Connection(clinic_id=clinic_id, vendor=CLINIKO)
        if _put_secret(row, keyring, name, secrets[name]) and found is not None:
            forget_readings(session, clinic_id)  # another key may open another account
        session.add(row)
    _store_crm(session, keyring, clinic_id, sections.crm, secrets)
    methods = sections.deposits.methods if sections.deposits else ()
    _store_methods(session, keyring, clinic_id, methods, secrets)
    if sections.accounting is not None:
        _store_accounting(session, keyring, clinic_id, sections.accounting, secrets)
    session.flush()


def config_of(entry: CrmEntry) -> dict[str, Any]:
    """What the CRM sync reads: everything but the vendor and the token, absent values left out."""
    values = {name: value for name, value in asdict(entry).items() if name not in ("vendor", "token_env")}
    values |= {"tags": list(entry.tags), "leave_out": list(entry.leave_out)}
    return {name: value for name, value in values.items() if value is not None}


def _store_crm(
    session: Session, keyring: Keyring, clinic_id: int, entries: Sequence[CrmEntry], secrets: Mapping[str, str]
) -> None:
    rows = [row for row in connections_of(session, clinic_id) if row.vendor in SPECS]
    kept = _kept(rows, entries)
    for row in rows:
        if row not in kept.values():
            session.delete(row)
    for place, entry in enumerate(entries):
        row = kept.get(place) or Connection(clinic_id=clinic_id, vendor=entry.vendor)
        row.config = config_of(entry)
        _put_secret(row, keyring, entry.token_env, secrets[entry.token_env])
        session.add(row)
        session.flush()  # ids in the order of the file


def _store_methods(
    session: Session, keyring: Keyring, clinic_id: int, entries: Sequence[DepositMethodEntry],
    secrets: Mapping[str, str],
) -> None:  # fmt: skip
    """Make the file's ways to pay the clinic's; money under way keeps its connection, known by its vendor."""
    rows = {row.vendor: row for row in connections_of(session, clinic_id) if row.vendor in PAYMENT_VENDORS}
    for entry in entries:
        row = rows.pop(entry.vendor, None) or Connection(clinic_id=clinic_id, vendor=entry.vendor)
        webhook = entry.webhook_secret_env
        row.config = {"webhook_secret_env": webhook} if webhook else {}
        secret = " ".join(secrets[name] for name in (entry.secret_env, webhook) if name)
        _put_secret(row, keyring, entry.secret_env, secret)
        session.add(row)
        session.flush()
    for row in rows.values():
        session.delete(row)


def _store_accounting(
    session: Session, keyring: Keyring, clinic_id: int, section: AccountingSection, secrets: Mapping[str, str]
) -> None:
    """The app and the settings; the authorisation and the organisation stay, and what was held is looked at again."""
    row = accounting_connection(session, clinic_id) or Connection(clinic_id=clinic_id, vendor=section.vendor, config={})
    values = {name: value for name, value in asdict(section).items() if name not in ("vendor", "client_secret_env")}
    values |= {name: [asdict(each) for each in getattr(section, name)] for name in ("tax", "account", "description")}
    row.config = {**kept_config(row), **values, "client_id": secrets[section.client_id_env]}
    _put_secret(row, keyring, section.client_secret_env, secrets[section.client_secret_env])
    session.add(row)
    session.flush()
    look_again(session, row.id)


def _kept(rows: Sequence[Connection], entries: Sequence[CrmEntry]) -> dict[int, Connection]:
    """Which stored connection goes on as which entry: by vendor and variable, then by vendor alone.

    A task of the task runner knows its connection by id, so a connection whose variable was renamed must stay the same.
    """
    kept: dict[int, Connection] = {}
    for is_same in (
        lambda row, entry: (row.vendor, row.secret_env) == (entry.vendor, entry.token_env),
        lambda row, entry: row.vendor == entry.vendor,
    ):
        for place, entry in enumerate(entries):
            free = (row for row in rows if row not in kept.values() and is_same(row, entry))
            if place not in kept and (row := next(free, None)) is not None:
                kept[place] = row
    return kept


def _put_secret(row: Connection, keyring: Keyring, name: str, secret: str) -> bool:
    """Seal a secret that is not there yet; whether it was another one. Importing makes a paused connection active."""
    is_new = row.secret is None or _unsealed(row, keyring) != secret
    if is_new:
        row.secret = keyring.seal(secret.encode())
        row.account_key = None
    row.secret_env = name
    row.state, row.paused_code = "active", None
    return is_new


def _unsealed(row: Connection, keyring: Keyring) -> str | None:
    try:
        return keyring.unseal(row.secret).decode()
    except Unsealable:
        return None
