"""A budget over a real database, with a clock that moves when somebody naps."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import booking_app.pms.rate_budget.models  # noqa: F401 - its tables
from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from booking_app.pms.rate_budget.budget import Budget

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TABLES = ("request_budget", "request_count")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables[name] for name in TABLES])
    yield database
    database.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def budget(database: Database, clock: FixedClock, naps: list[float]) -> Iterator[Budget]:
    def pause(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(seconds=seconds)

    budget = Budget(database=database, clock=clock, pause=pause)
    yield budget
    budget.close()
