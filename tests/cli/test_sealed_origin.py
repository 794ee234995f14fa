"""The revision that seals where patients came from takes what is there along, in both directions."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.core.settings import Settings, load_settings
from booking_app.migrations.upgrade import alembic_config, upgrade

CAME = {"utm_source": "spring-mail", "landing_path": "/knee-pain", "gclid": "click"}
BEFORE = "0027"  # the revision before it


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({**os.environ, "BOOKING_DATA_DIR": str(tmp_path)})


def row(database: Database, table: str) -> Any:
    with database.reading() as session:
        return session.execute(text(f"select * from {table}")).mappings().one()


def test_what_is_there_is_sealed_and_comes_back(settings: Settings) -> None:
    config = alembic_config(settings.database_url)
    config.attributes["encryption_keys"] = settings.encryption_keys
    command.upgrade(config, BEFORE)
    database, keyring = Database(settings.database_url), Keyring(settings.encryption_keys)
    with database.begin() as session:
        session.execute(
            text(
                "insert into clinic (slug, name, legal_name, business_number, time_zone, phone, email, website,"
                " locale, allowed_sites, branding, rules, consents, alerts)"
                " values ('demo', 'Demo', '', '', 'UTC', '', '', '',"
                " 'en-AU', '[]', '{}', '{}', '{}', '{}')"
            )
        )
        session.execute(
            text(
                "insert into draft (clinic_id, family, token_hash, visitor, choice, attribution, created_at,"
                " touched_at) values (1, 'f', 'h', 'v', '{}', :came, '2026-11-30', '2026-11-30')"
            ),
            {"came": json.dumps(CAME)},
        )
        session.execute(
            text(
                "insert into booking (clinic_id, reference, family, manage_hash, state, account_key, service_id,"
                " location_id, practitioner_id, any_practitioner, starts_at, ends_at, attribution, sealed_facts,"
                " revision, created_at) values (1, 'BK-1', 'f', 'm', 'confirmed', 'a', 's', 'l', 'p', 0,"
                " '2026-11-30', '2026-11-30', :came, :facts, 0, '2026-11-30')"
            ),
            {"came": json.dumps(CAME), "facts": keyring.seal_json({"details": {}})},
        )
    upgrade(settings)
    draft, booking = row(database, "draft"), row(database, "booking")
    for each in (draft, booking):
        assert "spring-mail" not in str(dict(each)) and json.loads(each["attribution"]) == {}
    assert keyring.unseal_json(draft["sealed_attribution"]) == CAME
    assert keyring.unseal_json(booking["sealed_facts"]) == {"details": {}, "attribution": CAME}
    command.downgrade(config, BEFORE)
    assert json.loads(row(database, "draft")["attribution"]) == CAME
    assert json.loads(row(database, "booking")["attribution"]) == CAME
    database.dispose()


def test_an_empty_database_needs_no_keys(settings: Settings) -> None:
    config = alembic_config(settings.database_url)
    command.upgrade(config, "head")
    command.downgrade(config, BEFORE)
