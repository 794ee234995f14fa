"""Reading the practice system's catalogue, keeping the last good reading, and computing it once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from booking_app.catalogue import snapshots
from booking_app.catalogue.curation import (
    Curation,
    LocationCuration,
    PractitionerCuration,
    ServiceCuration,
    curation_of,
    replace_curation,
)
from booking_app.catalogue.models import CatalogueSnapshot
from booking_app.catalogue.snapshots import forget_readings, obstacles, offered, refresh, snapshot_age
from booking_app.catalogue.storage import from_json, to_json
from booking_app.clinics.models import Clinic
from booking_app.core.db import Base, Database
from booking_app.pms.errors import PracticeUnavailable
from booking_app.pms.records import PracticeCatalogue
from tests.catalogue.samples import SAMPLE, changed

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class FakePractice:
    """Gives a catalogue, or nothing while it is down."""

    def __init__(self, database: Database) -> None:
        self.found: PracticeCatalogue | None = SAMPLE
        self._database = database

    def read_catalogue(self) -> PracticeCatalogue:
        # A transaction left open would make this writer wait, and then fail.
        with self._database.begin() as session:
            session.add(Clinic(slug=f"c{datetime.now(UTC).timestamp()}", name="Another", time_zone="UTC"))
        if self.found is None:
            raise PracticeUnavailable("cliniko_503")
        return self.found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'booking.sqlite3'}")
    tables = [Base.metadata.tables[name] for name in ("clinic", "catalogue_snapshot", "curation_entry")]
    Base.metadata.create_all(database.engine, tables=tables)
    with database.begin() as session:
        session.add(Clinic(id=1, slug="demo", name="Demo", time_zone="Australia/Adelaide"))
    yield database
    database.dispose()


@pytest.fixture
def practice(database: Database) -> FakePractice:
    return FakePractice(database)


def service_names(database: Database) -> list[str]:
    with database.reading() as session:
        catalogue = offered(session, 1)
    return [] if catalogue is None else [service.name for service in catalogue.services.values()]


def test_nothing_is_offered_before_the_first_reading(database: Database) -> None:
    with database.reading() as session:
        assert offered(session, 1) is None
        assert snapshot_age(session, 1, NOW) is None
        assert obstacles(session, 1) == []


def test_a_reading_is_kept_with_its_age(database: Database, practice: FakePractice) -> None:
    refresh(database, 1, practice, NOW)
    with database.reading() as session:
        catalogue = offered(session, 1)
        assert catalogue is not None
        assert catalogue.taken_at == NOW
        assert (catalogue.account_key, catalogue.currency_symbol) == ("au1-31001", "$")
        assert snapshot_age(session, 1, NOW + timedelta(minutes=4)) == timedelta(minutes=4)
        assert [one.cliniko_id for one in obstacles(session, 1)] == ["s4"]
    assert service_names(database) == ["A chat", "Physio", "Pool"]


def test_a_catalogue_survives_storing(database: Database) -> None:
    assert from_json(to_json(SAMPLE)) == SAMPLE


def test_a_failed_reading_keeps_the_last_good_one(database: Database, practice: FakePractice) -> None:
    refresh(database, 1, practice, NOW)
    practice.found = None
    with pytest.raises(PracticeUnavailable):
        refresh(database, 1, practice, NOW + timedelta(hours=1))
    assert service_names(database) == ["A chat", "Physio", "Pool"]


def test_a_new_reading_takes_the_place_of_the_old(database: Database, practice: FakePractice) -> None:
    refresh(database, 1, practice, NOW)
    assert "Pool" in service_names(database)
    practice.found = changed(services={"s2": {"is_bookable": False}})
    refresh(database, 1, practice, NOW + timedelta(minutes=10))
    assert service_names(database) == ["A chat", "Physio"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CatalogueSnapshot)) == 1


def test_the_catalogue_is_computed_once_for_each_reading_and_curation(
    database: Database, practice: FakePractice, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    original = snapshots.curated
    monkeypatch.setattr(snapshots, "curated", lambda *given: (computed.append(1), original(*given))[1])
    refresh(database, 1, practice, NOW)
    for _ in range(5):
        service_names(database)
    assert len(computed) == 1
    with database.begin() as session:
        replace_curation(session, 1, Curation(services=(ServiceCuration(cliniko_id="s1", name="Physio for all"),)))
    assert "Physio for all" in service_names(database)
    service_names(database)
    assert len(computed) == 2


@pytest.mark.parametrize("entry", [ServiceCuration(cliniko_id="s1", name="Changed"), None])
def test_every_change_of_the_curation_shows_at_once(
    database: Database, practice: FakePractice, entry: ServiceCuration | None
) -> None:
    refresh(database, 1, practice, NOW)
    with database.begin() as session:
        replace_curation(session, 1, Curation(services=(ServiceCuration(cliniko_id="s1", name="First"),)))
    assert "First" in service_names(database)
    with database.begin() as session:
        replace_curation(session, 1, Curation(services=(entry,) if entry else ()))
    assert ("Changed" if entry else "Physio") in service_names(database)


def test_two_databases_do_not_share_a_catalogue(database: Database, practice: FakePractice, tmp_path: Path) -> None:
    refresh(database, 1, practice, NOW)
    service_names(database)
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    Base.metadata.create_all(other.engine, tables=list(Base.metadata.tables.values()))
    with other.begin() as session:
        session.add(Clinic(id=1, slug="demo", name="Demo", time_zone="UTC"))
    there = FakePractice(other)
    there.found = changed(services={"s1": {"name": "Something else"}})
    refresh(other, 1, there, NOW)
    assert "Something else" in service_names(other)
    assert "Something else" not in service_names(database)
    other.dispose()


def test_what_a_clinic_says_comes_back_as_it_was_said(database: Database) -> None:
    said = Curation(
        services=(ServiceCuration(cliniko_id="s2", order=3, hidden=True), ServiceCuration(cliniko_id="s1")),
        practitioners=(PractitionerCuration(cliniko_id="p1", equipment=True, photo="a.png"),),
        locations=(LocationCuration(cliniko_id="l1", directions="Upstairs."),),
        account_time_zone="Australia/Adelaide",
    )
    with database.begin() as session:
        replace_curation(session, 1, said)
    with database.reading() as session:
        assert curation_of(session, 1) == said
        assert curation_of(session, 2) == Curation()


def test_readings_of_another_account_are_forgotten(database: Database, practice: FakePractice) -> None:
    refresh(database, 1, practice, NOW)
    with database.begin() as session:
        forget_readings(session, 1)
    with database.reading() as session:
        assert offered(session, 1) is None
