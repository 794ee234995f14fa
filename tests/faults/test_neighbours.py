"""One clinic's Cliniko does not answer: what the patients of another clinic notice of it, over real HTTP. Nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.estate import Estate, build_estate, own_ids
from booking_app.setup.clinic_file.importing import import_clinic
from booking_sandbox.server import SandboxServer
from tests.faults.shop import LOCATION, SERVICE, Shop, reopen_shop

STALL_SECONDS = 8.0  # longer than any page waits
WEB_THREADS = 8


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return build_estate(tmp_path / "estate", 2)


@pytest.fixture
def street(estate: Estate, tmp_path: Path) -> Iterator[Shop]:
    """Two clinics, each with an account of its own, in one process."""
    with SandboxServer(fixture=estate.fixture) as sandbox:
        shop = reopen_shop(sandbox, tmp_path)
        database, keyring = shop.services.database, shop.services.keyring
        for file in estate.clinics.values():
            import_clinic(database, keyring, file, environ=estate.secrets, now=shop.clock.now())
        yield shop
        shop.services.close()


def week(number: int, weeks_ahead: int) -> str:
    service, location = own_ids(SERVICE, number), own_ids(LOCATION, number)
    first = datetime.now(UTC).date() + timedelta(weeks=weeks_ahead)
    return f"/b/clinic{number}/times?service={service}&location={location}&practitioner=any&from={first}"


def test_a_neighbours_times_come_while_a_clinic_stalls(street: Shop) -> None:
    for number in (1, 2):
        street.client.page(f"/b/clinic{number}?stay=1")  # which reads its catalogue
    street.sandbox.control.fault("delay", account="clinic1", path="available_times", seconds=STALL_SECONDS, times=None)
    app = street.client.application
    with ThreadPoolExecutor(WEB_THREADS) as threads:
        stalled = [threads.submit(app.test_client().get, week(1, ahead)) for ahead in range(1, WEB_THREADS)]
        answer = app.test_client().get(week(2, 1))
        assert answer.status_code == 200
        assert "Choose a date and time" in answer.text
        assert not all(one.done() for one in stalled), "the neighbour waited for the clinic that stalls"
        answers = [one.result() for one in stalled]
    assert {one.status_code for one in answers} == {503}, "and the clinic's own visitors are told, in time"
