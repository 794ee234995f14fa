"""A clinic in a database of either kind, and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from booking_app.clinics.models import Clinic
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from tests.databases import database_with_tables


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as database:
        with database.begin() as session:
            session.add(Clinic(id=1, slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide"))
        yield database


@pytest.fixture
def clock() -> FixedClock:
    """Saturday evening in Adelaide."""
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
