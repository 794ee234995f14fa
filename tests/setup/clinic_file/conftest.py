"""Clinic files on disk, a real database, and the secrets they name."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booking_app.core.db import Base, Database
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.setup import clinic_file
from booking_app.setup.clinic_file.importing import import_clinic
from booking_app.setup.clinic_file.problems import ClinicFileInvalid

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
EXAMPLES = Path(clinic_file.__file__).parents[1] / "examples"
ENVIRON = {
    name: f"secret of {name}"
    for name in (
        "CLINIKO_API_KEY", "HUBSPOT_TOKEN", "DEMO_CLINIKO_KEY", "DEMO_HUBSPOT_TOKEN", "EVERYKEY_CLINIKO_KEY",
        "EVERYKEY_HUBSPOT_TOKEN", "EVERYKEY_GOHIGHLEVEL_TOKEN", "EVERYKEY_ACTIVECAMPAIGN_TOKEN",
        "EVERYKEY_MAILCHIMP_KEY", "EVERYKEY_WEBHOOK_SECRET", "EVERYKEY_STRIPE_KEY", "EVERYKEY_STRIPE_WEBHOOK_SECRET",
        "EVERYKEY_XERO_CLIENT_ID", "EVERYKEY_XERO_CLIENT_SECRET",
    )
}  # fmt: skip
CLINIC = """\
[clinic]
slug = "harbour"
name = "Harbour Street Health"
time_zone = "Australia/Adelaide"

[cliniko]
api_key_env = "CLINIKO_API_KEY"
"""


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring([new_sealing_key()])


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table, to be copied: making tables takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "booking.sqlite3"
    database = Database(f"sqlite:///{file}")
    Base.metadata.create_all(database.engine)
    database.dispose()
    return file


@pytest.fixture
def new_database(tmp_path: Path, empty_database: Path) -> Iterator[Callable[[], Database]]:
    """Makes another empty database."""
    made: list[Database] = []

    def make() -> Database:
        file = shutil.copy(empty_database, tmp_path / f"booking{len(made)}.sqlite3")
        database = Database(f"sqlite:///{file}")
        made.append(database)
        return database

    yield make
    for database in made:
        database.dispose()


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a clinic's file into a folder of its own."""
    folder = tmp_path / "clinic"
    folder.mkdir()

    def written(text: str) -> Path:
        file = folder / "clinic.toml"
        file.write_text(text)
        return file

    return written


@pytest.fixture
def refused(database: Database, keyring: Keyring, write: Callable[[str], Path]) -> Callable[..., list[str]]:
    """The lines said about a file that must be refused."""

    def said(text: str, environ: dict[str, str] = ENVIRON) -> list[str]:
        with pytest.raises(ClinicFileInvalid) as caught:
            import_clinic(database, keyring, write(text), environ=environ, now=NOW)
        return str(caught.value).splitlines()

    return said
