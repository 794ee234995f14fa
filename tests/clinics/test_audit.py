"""What is written down of a change, and what never is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command

from booking_app.clinics.audit import MASK, AuditLog, Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.migrations.upgrade import alembic_config

AUTHOR = Author(None, datetime(2026, 11, 26, 1, tzinfo=UTC))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    fresh = Database(f"sqlite:///{tmp_path / 'audit.sqlite3'}")
    command.upgrade(alembic_config(fresh.url), "head")
    with fresh.begin() as session:
        session.add(Clinic(id=1, slug="demo", name="Demo", time_zone="UTC"))
        session.add(Clinic(id=2, slug="other", name="Other", time_zone="UTC"))
    return fresh


def test_only_what_differs_is_kept(database: Database) -> None:
    with database.begin() as session:
        record(session, AUTHOR, 1, "rules.saved", before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
    (change,) = AuditLog(database).changes(1)
    assert (change.before, change.after) == ({"b": 2}, {"b": 3})


def test_saving_without_a_change_writes_nothing(database: Database) -> None:
    with database.begin() as session:
        record(session, AUTHOR, 1, "rules.saved", before={"a": 1}, after={"a": 1})
    assert AuditLog(database).changes(1) == []


@pytest.mark.parametrize("key", ["secret", "api_key", "webhook_secret", "token", "new_password"])
def test_a_secret_is_masked_at_any_depth(database: Database, key: str) -> None:
    with database.begin() as session:
        record(session, AUTHOR, 1, "crm.saved", after={"vendor": {"inner": [{key: "s3cret"}]}, key: "s3cret"})
    (change,) = AuditLog(database).changes(1)
    assert change.after == {"vendor": {"inner": [{key: MASK}]}, key: MASK}


def test_a_clinic_sees_its_own_changes_newest_first_by_kind(database: Database) -> None:
    with database.begin() as session:
        for clinic_id, action in ((1, "rules.saved"), (2, "rules.saved"), (1, "people.added"), (1, "rule_s.x")):
            record(session, AUTHOR, clinic_id, action)
    log = AuditLog(database)
    assert [change.action for change in log.changes(1)] == ["rule_s.x", "people.added", "rules.saved"]
    assert [change.action for change in log.changes(1, noun="rules")] == ["rules.saved"]
    assert [change.action for change in log.changes(1, limit=1, offset=1)] == ["people.added"]
