"""Which catalogues are read again, and by whom where several workers look at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.catalogue.catalogue_refresh import CLAIMED_FOR, FRESH_FOR, CatalogueRefresh
from booking_app.catalogue.models import CatalogueSnapshot
from booking_app.clinics.models import Clinic
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.pms.errors import PracticeUnavailable
from tests.databases import database_with_tables

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as opened:
        with opened.begin() as session:
            session.add(Clinic(slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide"))
        yield opened


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


class Away:
    """A practice system that cannot be reached; counts who asked."""

    asked = 0

    def __call__(self, _clinic_id: int) -> Any:
        self.asked += 1
        raise PracticeUnavailable("no_answer")


def test_one_worker_reads_and_the_others_leave_it_to_it(database: Database, clock: FixedClock) -> None:
    away = Away()
    workers = [CatalogueRefresh(database=database, practices=away, clock=clock) for _ in range(3)]
    for worker in workers:
        worker.run()
    assert away.asked == 1
    clock.advance(seconds=CLAIMED_FOR.total_seconds())
    for worker in workers:
        worker.run()
    assert away.asked == 2


def test_what_was_read_lately_is_left_alone(database: Database, clock: FixedClock) -> None:
    with database.begin() as session:
        clinic_id = session.scalars(select(Clinic.id)).one()
        session.add(CatalogueSnapshot(clinic_id=clinic_id, body={}, taken_at=NOW, account_key="a"))
    away = Away()
    refresh = CatalogueRefresh(database=database, practices=away, clock=clock)
    clock.advance(seconds=FRESH_FOR.total_seconds())
    refresh.run()
    assert away.asked == 0
    clock.advance(seconds=1)
    refresh.run()
    assert away.asked == 1
