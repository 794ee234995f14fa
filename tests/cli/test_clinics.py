"""`clinic import / export / list` and `doctor` on a machine without a network."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import select

import booking_app
from booking_app.cli.wiring import Services
from booking_app.clinics.models import Connection
from tests.cli.conftest import Run, refused

DEMO = Path(booking_app.__file__).parent / "setup" / "examples" / "demo"
SECRETS = {"DEMO_CLINIKO_KEY": "MS0xMjM0NTY3ODkw-au1", "DEMO_HUBSPOT_TOKEN": "pat-au1-synthetic"}
NOWHERE = {"BOOKING_CLINIKO_BASE_URL": "http://127.0.0.1:9/v1", "BOOKING_HUBSPOT_BASE_URL": "http://127.0.0.1:9"}


@pytest.fixture
def imported(run: Run, services: Services, tmp_path: Path) -> Any:
    copytree(DEMO, tmp_path / "demo")
    return run("clinic", "import", "demo/clinic.toml", **SECRETS)


class TestAClinicAsAFile:
    def test_is_imported_and_listed_with_its_page(self, run: Run, imported: Any) -> None:
        assert (imported.exit_code, imported.stderr) == (0, "")
        assert imported.stdout == "demo: imported. Its booking page is http://127.0.0.1:8000/b/demo\n"
        assert run("clinic", "list").stdout == "demo\tHarbour Street Health\thttp://127.0.0.1:8000/b/demo\n"

    def test_keeps_its_secrets_sealed(self, services: Services, imported: Any) -> None:
        with services.database.reading() as session:
            secrets = list(session.scalars(select(Connection.secret)))
        assert secrets
        opened = {services.keyring.unseal(secret).decode() for secret in secrets}
        assert SECRETS["DEMO_CLINIKO_KEY"] in opened
        assert not any(value.encode() in secret for secret in secrets for value in SECRETS.values())

    def test_comes_out_again_without_its_secrets(self, run: Run, imported: Any, tmp_path: Path) -> None:
        assert run("clinic", "export", "demo", "out").exit_code == 0
        written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.toml"))
        assert 'slug = "demo"' in written
        assert not any(value in written for value in SECRETS.values())

    def test_without_the_secret_it_names_is_refused(self, run: Run, services: Services) -> None:
        said = refused(run("clinic", "import", str(DEMO / "clinic.toml"), DEMO_HUBSPOT_TOKEN="x"))
        assert "DEMO_CLINIKO_KEY" in said


class TestTheDoctor:
    def test_says_what_to_do_first(self, run: Run, services: Services) -> None:
        result = run("doctor")
        assert result.exit_code == 1
        assert "booking-app clinic import FILE.toml" in result.stdout
        assert result.stderr.startswith("Error: Something needs fixing")

    def test_names_what_cannot_be_reached(self, run: Run, imported: Any) -> None:
        result = run("doctor", "--clinic", "demo", **NOWHERE)
        assert result.exit_code == 1
        (line,) = [line for line in result.stdout.splitlines() if "demo: Cliniko" in line]
        assert line.startswith("!")

    def test_shows_no_secret(self, run: Run, imported: Any, services: Services) -> None:
        said = run("doctor", **NOWHERE).output
        keys = (services.settings.secret_key, *services.settings.encryption_keys, services.settings.seal_key)
        assert not any(secret in said for secret in (*SECRETS.values(), *keys))

    def test_of_an_unknown_clinic_is_refused(self, run: Run, services: Services) -> None:
        result = run("doctor", "--clinic", "nobody")
        assert (result.exit_code, result.stderr) == (1, "Error: There is no clinic nobody.\n")


def test_purge_tells_how_much_went(run: Run, services: Services) -> None:
    result = run("purge")
    assert (result.exit_code, result.stdout) == (0, "Purged 0 bookings and 0 drafts.\n")
