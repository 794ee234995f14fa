"""Limits over a real database, with a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import booking_app.core.rate_limits.models  # noqa: F401 - its table
from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from booking_app.core.rate_limits.rate_limits import RateLimits


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["rate_count"]])
    yield database
    database.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def limits(database: Database, clock: FixedClock) -> RateLimits:
    return RateLimits(database, clock)
