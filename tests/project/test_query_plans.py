"""What grows with the years is found by an index: no list, figure or purge reads a table from end to end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from booking_app.bookings.overview import Overview, Wanted
from booking_app.bookings.purging import Purging
from booking_app.bookings.statistics.insight import Insight
from booking_app.catalogue.catalogue_refresh import CatalogueRefresh
from booking_app.catalogue.models import CatalogueSnapshot
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.pages.ops.collector import Collector
from booking_app.setup.design.waivers import WaiverDesign
from tests.databases import database_with_tables

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GROWING = ("booking", "task", "signed_document")
Statement = tuple[str, Any]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with database_with_tables(database_url) as opened:
        with opened.begin() as session:
            session.add(Clinic(slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide"))
        yield opened


@pytest.fixture
def clinic(database: Database) -> Clinic:
    with database.reading() as session:
        return session.query(Clinic).one()


@contextmanager
def statements(database: Database) -> Iterator[list[Statement]]:
    """Every statement sent meanwhile, with its parameters."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def plan_of(database: Database, statement: Statement) -> str:
    """How the database would answer, in its own words."""
    sql, parameters = statement
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            return "\n".join(str(row[3]) for row in rows)
        # The tables are empty, and reading an empty one from end to end would be quickest.
        connection.exec_driver_sql("SET enable_seqscan = off")
        return "\n".join(str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {sql}", parameters))


def check_plans(database: Database, work: Callable[[], object]) -> None:
    """No statement of the work reads a growing table without an index that leads to what it wants."""
    with statements(database) as seen:
        work()
    reading = [one for one in seen if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]
    assert reading
    for one in reading:
        plan = plan_of(database, one)
        for table in GROWING:
            assert f"Seq Scan on {table}" not in plan, plan
            for line in plan.splitlines():
                if line.startswith(f"SCAN {table}"):
                    assert "COVERING INDEX" in line, f"{one[0]}\n{plan}"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(when="upcoming"),
        Wanted(when="past", practitioner_id="7"),
        Wanted(day=date(2026, 11, 23)),
        Wanted(state="failed"),
        Wanted(text="BK-7Q2M4XWD"),
        Wanted(text="Quill", patient_ids=frozenset({"7"})),
    ],
    ids=["all", "upcoming", "past", "day", "state", "reference", "name"],
)
def test_the_list_of_bookings(database: Database, clinic: Clinic, wanted: Wanted) -> None:
    overview = Overview(database, Keyring([new_sealing_key()]), FixedClock(NOW))
    check_plans(database, lambda: overview.find(clinic, wanted))


def test_the_first_page_of_the_morning(database: Database, clinic: Clinic) -> None:
    overview = Overview(database, Keyring([new_sealing_key()]), FixedClock(NOW))
    check_plans(database, lambda: overview.of_days(clinic, NOW.date(), NOW.date()))
    check_plans(database, lambda: overview.changed_since(clinic, NOW))


def test_the_figures_of_a_quarter(database: Database, clinic: Clinic) -> None:
    check_plans(database, lambda: Insight(database, FixedClock(NOW)).figures(clinic, 90))


def test_purging(database: Database) -> None:
    check_plans(database, Purging(database=database, keyring=Keyring([new_sealing_key()]), clock=FixedClock(NOW)).run)


def test_the_metrics(database: Database) -> None:
    check_plans(database, lambda: list(Collector(database, FixedClock(NOW)).collect()))


def test_who_signed_a_waiver(database: Database, clinic: Clinic) -> None:
    with statements(database) as seen:
        WaiverDesign(database).signings(clinic, "0" * 64)
    assert not any("sealed_pdf" in sql for sql, _ in seen)
    check_plans(database, lambda: WaiverDesign(database).signings(clinic, "0" * 64))


@pytest.mark.parametrize("reader", ["metrics", "refreshing"])
def test_many_clinics_cost_no_more_statements_than_few(database: Database, reader: str) -> None:
    def read() -> int:
        with statements(database) as seen:
            if reader == "metrics":
                list(Collector(database, FixedClock(NOW)).collect())
            else:
                CatalogueRefresh(database=database, practices=_nobody, clock=FixedClock(NOW)).run()
        return len(seen)

    _add_clinics(database, 2)
    few = read()
    _add_clinics(database, 40)
    assert read() == few


def _nobody(_clinic_id: int) -> Any:
    raise AssertionError("nothing is due")


def _add_clinics(database: Database, count: int) -> None:
    """Clinics whose catalogue has just been read."""
    with database.begin() as session:
        session.query(CatalogueSnapshot).delete()
        for number in range(count):
            slug = f"clinic-{count}-{number}"
            session.add(Clinic(slug=slug, name="Synthetic Health", time_zone="Australia/Adelaide"))
        session.flush()
        for (clinic_id,) in session.query(Clinic.id):
            taken_at = NOW - timedelta(minutes=1)
            session.add(CatalogueSnapshot(clinic_id=clinic_id, body={}, taken_at=taken_at, account_key="a"))
            session.add(Connection(clinic_id=clinic_id, vendor="cliniko", secret=b"s", budget_key=f"user:{clinic_id}"))
