"""Connections to CRMs: added and changed by the file's rules, their secrets sealed and never told again."""

from typing import Any

import pytest
from sqlalchemy import select

from booking_app.clinics.models import Clinic
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.crm.vendors.webhook.signing import read_secrets
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.clinic_file.exporting import exported_files
from booking_app.setup.crm import CrmConnections
from booking_sandbox.demo_keys import DEMO_HUBSPOT_TOKEN
from tests.setup.conftest import Office


@pytest.fixture
def crm(office: Office) -> CrmConnections:
    return office.setup.crm


def secret_of(office: Office, connection_id: int) -> str:
    row = office.setup.crm.get(office.clinic, connection_id)
    return office.shop.services.keyring.unseal(row.secret).decode()


def add_webhook(office: Office, **raw: Any) -> int:
    values = {"url": "https://hooks.example.com/in", **raw}
    return office.setup.crm.add(office.author, office.clinic, "webhook", values, "whsec_" + "A" * 43 + "=")


def test_a_connection_is_stored_as_the_file_would_store_it(office: Office, crm: CrmConnections) -> None:
    added = crm.add(
        office.author, office.clinic, "mailchimp",
        {"list": "a1b2", "tags": ["online"], "fields": {"first_name": "FNAME"}, "only_with_consent": True},
        "5a4d0b0c7e1f4c2a9d3e6b8f70112233-us19",
    )  # fmt: skip
    row = crm.get(office.clinic, added)
    assert row.config == {
        "list": "a1b2", "tags": ["online"], "fields": {"first_name": "FNAME"}, "only_with_consent": True,
        "send_category": False, "send_service_name": False, "send_practitioner": False,
        "send_landing_path": False, "leave_out": [], "double_opt_in": True, "do_not_disturb_without_consent": False,
    }  # fmt: skip
    toml = exported_files(office.shop.services.database, "demo")["clinic.toml"].decode()
    assert 'vendor = "mailchimp"' in toml and "us19" not in toml
    assert "us19" not in repr(office.changes())


@pytest.mark.parametrize(
    ("vendor", "raw", "secret", "problem"),
    [
        ("gohighlevel", {}, "pit-x", ("account", "is missing: the id of the GoHighLevel location is required")),
        ("hubspot", {"account": "x"}, "pat-x", ("account", "is for gohighlevel and activecampaign only")),
        ("webhook", {"url": "ftp://x"}, "s", ("url", "must be a web address beginning with https:// or http://")),
        ("hubspot", {}, "  ", ("secret", "must be the token, copied whole")),
        ("hubspot", {"fields": {"medicare": "x"}}, "pat-x", ("fields", 'has the unknown key "medicare"')),
        ("hubspot", {"fields": {"first_name": "lastname"}}, "pat-x", ("fields", "sends two of our names")),
        ("salesforce", {}, "x", ("vendor", "must be one of: hubspot")),
    ],
)
def test_what_cannot_work_is_refused_in_words(
    office: Office, crm: CrmConnections, vendor: str, raw: dict[str, Any], secret: str, problem: tuple[str, str]
) -> None:
    before = crm.all(office.clinic)
    with pytest.raises(SettingsInvalid) as refused:
        crm.add(office.author, office.clinic, vendor, raw, secret)
    key, words = problem
    assert refused.value.problems[key].startswith(words)
    assert [row.id for row in crm.all(office.clinic)] == [row.id for row in before]


def test_settings_are_changed_without_touching_the_secret(office: Office, crm: CrmConnections) -> None:
    hubspot = next(row for row in crm.all(office.clinic) if row.vendor == "hubspot")
    values = crm.values(office.clinic, hubspot.id)
    changed = {**values, "tags": ["from-web"], "send_category": True}
    crm.save(office.author, office.clinic, hubspot.id, changed, revision=revision_of(values))
    stored = crm.values(office.clinic, hubspot.id)
    assert (stored["tags"], stored["send_category"]) == (["from-web"], True)
    assert secret_of(office, hubspot.id) == DEMO_HUBSPOT_TOKEN
    with pytest.raises(ChangedMeanwhile):
        crm.save(office.author, office.clinic, hubspot.id, values, revision=revision_of(values))


def test_another_token_takes_its_place_and_a_paused_connection_goes_on(office: Office, crm: CrmConnections) -> None:
    hubspot = next(row for row in crm.all(office.clinic) if row.vendor == "hubspot")
    crm.pause(office.author, office.clinic, hubspot.id)
    paused = crm.get(office.clinic, hubspot.id)
    assert (paused.state, paused.paused_code) == ("paused", "paused_by_staff")
    crm.replace_secret(office.author, office.clinic, hubspot.id, "pat-ap1-another")
    assert crm.get(office.clinic, hubspot.id).state == "active"
    assert secret_of(office, hubspot.id) == "pat-ap1-another"
    assert [change.action for change in office.changes()] == ["connection.secret_replaced", "connection.paused"]
    assert "pat-ap1" not in repr(office.changes())


def test_a_webhook_secret_is_rotated_without_a_gap(office: Office, crm: CrmConnections) -> None:
    webhook = add_webhook(office)
    first = secret_of(office, webhook)
    fresh = crm.begin_rotation(office.author, office.clinic, webhook)
    assert secret_of(office, webhook) == f"{fresh} {first}"
    assert len(read_secrets(secret_of(office, webhook))) == 2
    assert crm.is_rotating(crm.get(office.clinic, webhook))
    again = crm.begin_rotation(office.author, office.clinic, webhook)
    assert secret_of(office, webhook) == f"{again} {fresh}"
    crm.end_rotation(office.author, office.clinic, webhook)
    assert secret_of(office, webhook) == again
    assert not crm.is_rotating(crm.get(office.clinic, webhook))
    assert fresh not in repr(office.changes())


def test_a_removed_connection_is_gone_with_its_secret(office: Office, crm: CrmConnections) -> None:
    webhook = add_webhook(office)
    crm.remove(office.author, office.clinic, webhook)
    with pytest.raises(LookupError):
        crm.get(office.clinic, webhook)


def test_another_clinics_connection_is_not_there(office: Office, crm: CrmConnections) -> None:
    webhook = add_webhook(office)
    with office.shop.services.database.begin() as session:
        session.add(Clinic(slug="other", name="Other", time_zone="Australia/Perth"))
    with office.shop.services.database.reading() as session:
        other = session.scalars(select(Clinic).where(Clinic.slug == "other")).one()
    for verb in (crm.pause, crm.resume, crm.remove, crm.begin_rotation, crm.end_rotation):
        with pytest.raises(LookupError):
            verb(office.author, other, webhook)
    with pytest.raises(LookupError):
        crm.replace_secret(office.author, other, webhook, "x")
    key = office.setup.key.stored(office.clinic)
    assert key is not None
    with pytest.raises(LookupError):
        crm.pause(office.author, office.clinic, key.id)  # the key to Cliniko has a screen of its own
