"""`[accounting]` of a clinic's file: what it may hold, and what an import leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from booking_app.accounting.connections import accounting_connection, settings_of
from booking_app.accounting.settings import tax_pair
from booking_app.clinics.models import Connection
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.setup.clinic_file.importing import import_clinic
from tests.setup.clinic_file import conftest
from tests.setup.clinic_file.conftest import CLINIC, NOW

ENVIRON = {**conftest.ENVIRON, "XERO_ID": "an-id", "XERO_SECRET": "a-secret"}
HEAD = '[accounting]\nvendor = "xero"\nclient_id_env = "XERO_ID"\nclient_secret_env = "XERO_SECRET"\n'
Write = Callable[[str], Path]


def test_settings_are_typed_and_an_import_keeps_the_organisation(
    database: Database, keyring: Keyring, write: Write
) -> None:
    text = f"""{CLINIC}
{HEAD}start_date = 2026-07-01
track_practitioner = true
[[accounting.tax]]
name = "GST"
rate = 10.0
code = "OUTPUT"
"""
    import_clinic(database, keyring, write(text), environ=ENVIRON, now=NOW)
    with database.begin() as session:
        row = session.scalars(select(Connection).where(Connection.vendor == "xero")).one()
        row.config = {**row.config, "tenant_id": "t-1", "tenant_name": "Harbour"}
    import_clinic(database, keyring, write(text + "\n# again\n"), environ=ENVIRON, now=NOW)
    with database.reading() as session:
        row = session.scalars(select(Connection).where(Connection.vendor == "xero")).one()
        settings = settings_of(row)
    assert (row.config["client_id"], row.config["tenant_id"]) == ("an-id", "t-1")
    assert keyring.unseal(row.secret) == b"a-secret"
    assert settings.track_practitioner == "Practitioner"
    assert settings.taxes == {tax_pair("GST", "10"): "OUTPUT"}
    assert str(settings.start_date) == "2026-07-01"


def test_a_file_without_it_leaves_the_stored_connection(database: Database, keyring: Keyring, write: Write) -> None:
    import_clinic(database, keyring, write(f"{CLINIC}\n{HEAD}"), environ=ENVIRON, now=NOW)
    import_clinic(database, keyring, write(CLINIC), environ=conftest.ENVIRON, now=NOW)
    with database.reading() as session:
        assert accounting_connection(session, 1) is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('privacy = "open"', "privacy in [accounting] must be one of: pseudonym, one_contact, named"),
        ('start_date = "soon"', "start_date in [accounting] must be a day like 2026-07-01"),
        ("terms_days = 400", "terms_days in [accounting] must be a whole number from 0 to 365"),
        ('number_prefix = "a b"', "number_prefix in [accounting] must be 1 to 10 letters"),
        ('payments = "settled"', "payments in [accounting] must be one of: none"),
        ('[[accounting.tax]]\nrate = "x"\ncode = "A"', "rate in [[accounting.tax]] must be per cent from 0 to 100"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(refused: Callable[..., list[str]], line: str, said: str) -> None:
    (sentence,) = refused(f"{CLINIC}\n{HEAD}{line}\n", ENVIRON)
    assert said in sentence


def test_a_variable_that_is_not_set_is_named(refused: Callable[..., list[str]]) -> None:
    sentences = refused(f"{CLINIC}\n{HEAD}", {**conftest.ENVIRON, "XERO_ID": "x"})
    assert sentences == [sentences[0]] and "XERO_SECRET" in sentences[0]
