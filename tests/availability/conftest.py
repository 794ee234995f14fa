"""A clinic's availability over a real database, with a clock that stands still."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import booking_app.availability.models  # noqa: F401 - its table
from booking_app.availability.availability import Availability
from booking_app.availability.records import Slot, Window
from booking_app.catalogue.records import LocationView
from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from tests.availability.fakes import FakePractice

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # Monday 23 November 2026, 9:00 in Adelaide
ADELAIDE = LocationView(cliniko_id="adelaide", name="Adelaide", time_zone="Australia/Adelaide")
PERTH = LocationView(cliniko_id="perth", name="Perth", time_zone="Australia/Perth")


def at(day: date, hour: int, minute: int = 0, zone: str = "Australia/Adelaide") -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass
class Clinic:
    """An availability with its surroundings; `ask` fills in what most tests do not care about."""

    availability: Availability
    practice: FakePractice
    clock: FixedClock
    database: Database

    def ask(self, **changed: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "practice": self.practice,
            "account_key": "au1-31001",
            "location": ADELAIDE,
            "practitioner_ids": ["mia"],
            "service_id": "physio",
            "account_time_zone": self.practice.zone,
            "rules": Window(earliest_at=self.clock.now(), latest_day=date(2027, 1, 22)),
            "minutes": 30,
        }
        return asked | changed

    def days(self, **changed: Any) -> list[list[datetime]]:
        week = self.availability.week(**self.ask(from_day=date(2026, 11, 23)) | changed)
        return [[slot.starts_at for slot in day.slots] for day in week.days]

    def near(self, **changed: Any) -> list[Slot]:
        return self.availability.nearest(**self.ask() | changed)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["slot_window"]])
    yield database
    database.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def clinic(database: Database, clock: FixedClock) -> Clinic:
    practice = FakePractice(clock=clock, zone="Australia/Adelaide")

    def pause(seconds: float) -> None:
        clock.advance(seconds=seconds)

    return Clinic(Availability(database, clock, pause), practice, clock, database)


def every_half_hour(day: date, hours: range, zone: str = "Australia/Adelaide") -> list[datetime]:
    opening = at(day, hours.start, zone=zone)
    return [opening + timedelta(minutes=30 * step) for step in range(2 * len(hours))]
