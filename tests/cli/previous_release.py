"""A clinic's database as the release of revision 0001 left it, and what that release had already done elsewhere."""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from alembic import command
from sqlalchemy import Column, Date, DateTime, LargeBinary, MetaData, Table, func, insert, select, text

from booking_app.core.db import Database
from booking_app.migrations.upgrade import alembic_config
from booking_sandbox.demo_keys import DEMO_HUBSPOT_TOKEN
from booking_sandbox.server import SandboxServer

# Rows that the program of commit 079bdee wrote while it ran over its own sandbox: one booking that waits for Cliniko,
# one that is confirmed with everything after it still to be done, one that is being cancelled, and two open drafts.
# The bytes of long finished files were replaced, and the sandbox's address by the word SANDBOX.
WRITTEN = Path(__file__).with_suffix(".json")
LEFT_AT = datetime(2026, 11, 21, 0, 1, tzinfo=UTC)  # the holds of the drafts are not over yet
WAITING, CONFIRMED, CANCELLING = "pia.specimen@example.com", "otto.example@example.com", "ines.quandary@example.com"
# The keys that the rows were sealed with. They open nothing but this file.
ENVIRONMENT = {
    "BOOKING_SECRET_KEY": "a synthetic secret of the previous release",
    "BOOKING_ENCRYPTION_KEYS": "YSBzeW50aGV0aWMga2V5LCAzMiBieXRlcyBsb25nLi4=",
    "BOOKING_SEAL_KEY": b"a synthetic seal, 32 bytes long.".hex(),
}


def written(sandbox: SandboxServer) -> dict[str, Any]:
    """What the release left, with this sandbox in place of the one that it worked with."""
    told: dict[str, Any] = json.loads(WRITTEN.read_text().replace("SANDBOX", sandbox.url.removeprefix("http://")))
    return told


def lay_out_database(url: str, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Make the database of revision 0001 at the address and fill it."""
    command.upgrade(alembic_config(url), "0001")
    database = Database(url)
    known = MetaData()
    known.reflect(database.engine)
    with database.begin() as session:
        for name, each in rows.items():
            for row in each:
                session.execute(insert(known.tables[name]).values(_row(known.tables[name], row)))
        if not database.is_sqlite:
            for table in known.tables.values():
                if "id" in table.c and (last := session.scalar(select(func.max(table.c.id)))):
                    session.execute(text(f"select setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))
    database.dispose()


def lay_out_remotes(sandbox: SandboxServer, told: Mapping[str, Any]) -> None:
    """Cliniko and the CRM as the release left them; the sandbox's clock stands where the release stopped."""
    sandbox.control.reset(LEFT_AT)
    sandbox.control.clear_faults()
    home = sandbox.control.account("demo")
    for name, rows in told["cliniko"].items():
        for row in rows:
            home.table(name).put(row)
    newest = max(row["id"] for rows in told["cliniko"].values() for row in rows)
    while home.new_id() < newest:
        pass
    for properties in told["contacts"]:
        typed = {name: properties[name] for name in ("email", "firstname", "lastname", "phone")}
        address, token = f"{sandbox.hubspot_url}/crm/v3/objects/contacts", f"Bearer {DEMO_HUBSPOT_TOKEN}"
        made = httpx.post(address, json={"properties": typed}, headers={"Authorization": token})
        assert made.status_code == 201, made.text


def _row(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name], value) for name, value in row.items() if value is not None}


def _value(column: Column[Any], value: Any) -> Any:
    """A value of the file as its column takes it."""
    match column.type:
        case LargeBinary():
            return b64decode(value)
        case DateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case _:
            return value
