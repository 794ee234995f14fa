"""`keys rotate`: what is sealed moves to the newest key, so that the old one may go."""

import pytest
from sqlalchemy import select

from booking_app.cli.key_rotation import BATCH
from booking_app.cli.wiring import Services
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.sealing import Keyring, new_sealing_key
from tests.cli.conftest import Run

OLD, NEW = new_sealing_key(), new_sealing_key()


@pytest.fixture(autouse=True)
def sealed(services: Services) -> None:
    """More secrets than one batch, under the old key."""
    with services.database.begin() as session:
        clinic = Clinic(slug="demo", name="Demo", time_zone="Australia/Adelaide")
        session.add(clinic)
        session.flush()
        secrets = (Keyring([OLD]).seal(f"secret {number}".encode()) for number in range(BATCH + 1))
        session.add_all(Connection(clinic_id=clinic.id, vendor="webhook", secret=secret) for secret in secrets)


def secrets_of(services: Services) -> list[bytes]:
    with services.database.reading() as session:
        return list(session.scalars(select(Connection.secret).order_by(Connection.id)))


def test_the_old_key_may_go_afterwards(run: Run, services: Services) -> None:
    result = run("keys", "rotate", BOOKING_ENCRYPTION_KEYS=f"{NEW},{OLD}")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{BATCH + 1} values are sealed under the newest key." in result.stdout
    alone = Keyring([NEW])
    assert [alone.unseal(secret) for secret in secrets_of(services)] == [b"secret %d" % n for n in range(BATCH + 1)]


def test_repeating_it_is_harmless(run: Run, services: Services) -> None:
    for _ in range(2):
        assert run("keys", "rotate", BOOKING_ENCRYPTION_KEYS=f"{NEW},{OLD}").exit_code == 0
    assert Keyring([NEW]).unseal(secrets_of(services)[0]) == b"secret 0"


def test_without_the_old_key_it_is_refused_and_nothing_changes(run: Run, services: Services) -> None:
    before = secrets_of(services)
    result = run("keys", "rotate", BOOKING_ENCRYPTION_KEYS=NEW)
    assert result.exit_code == 1
    assert "BOOKING_ENCRYPTION_KEYS" in result.stderr and len(result.stderr.splitlines()) == 1
    assert secrets_of(services) == before
