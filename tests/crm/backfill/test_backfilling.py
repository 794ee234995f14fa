"""Past bookings reach a CRM that was connected later: each once, within its limits, and no consent is raised."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from booking_app.bookings.models import Booking
from booking_app.clinics.models import Connection
from booking_app.crm.backfill.backfill import Progress
from booking_app.tasks.models import Task
from tests.faults.shop import Shop

HUBSPOT = 2


@pytest.fixture(autouse=True)
def connected_later(shop: Shop) -> None:
    """As if HubSpot had been connected after everything was done."""
    with shop.services.database.begin() as session:
        session.execute(delete(Task).where(Task.connection_id == HUBSPOT))
    shop.sandbox.control.world.portals["demo"].reset()
    shop.services.connectors.open(HUBSPOT).vendor.schema.apply()
    shop.clock.ahead += timedelta(hours=1)


def backfilled(shop: Shop) -> Progress:
    """Start, let the task runner work, and look at what came of it."""
    backfill = shop.services.backfill
    run_id = backfill.start(HUBSPOT)
    backfill.go_on(run_id)
    shop.work()
    return backfill.go_on(run_id)


def emails(shop: Shop) -> list[str]:
    return [one["properties"]["email"] for one in shop.state()["contacts"]]


def test_a_past_booking_is_sent_once(shop: Shop) -> None:
    progress = backfilled(shop)
    assert (progress.total, progress.done, progress.finished_at is not None) == (1, 1, True)
    assert emails(shop) == ["pat.sample@example.com"]
    again = backfilled(shop)
    assert (again.total, again.done) == (0, 0)
    assert len(emails(shop)) == 1


def test_whoever_is_purged_is_read_back_from_cliniko_and_no_consent_is_raised(shop: Shop) -> None:
    shop.clock.ahead += timedelta(days=2)
    shop.services.purging.run()
    patient = shop.mine("patients")[0]
    shop.sandbox.control.change("demo", "patients", patient["id"], accepted_email_marketing=True)
    backfilled(shop)
    (contact,) = shop.state()["contacts"]
    assert contact["properties"]["firstname"] == "Pat"
    assert "booking_email_marketing" not in contact["properties"]
    assert shop.state()["crm"]["statuses"] == []


def test_a_booking_before_the_day_asked_for_is_left_out(shop: Shop) -> None:
    backfill = shop.services.backfill
    run_id = backfill.start(HUBSPOT, since=shop.booking().created_at + timedelta(seconds=1))
    assert (backfill.go_on(run_id).total, emails(shop)) == (0, [])


def test_a_cancelled_booking_is_left_out(shop: Shop) -> None:
    with shop.services.database.begin() as session:
        session.execute(update(Booking).values(state="cancelled"))
    assert backfilled(shop).total == 0


def test_a_run_that_was_stopped_is_continued(shop: Shop) -> None:
    backfill = shop.services.backfill
    run_id = backfill.start(HUBSPOT)
    assert backfill.start(HUBSPOT) == run_id
    assert backfill.run() == 1
    assert backfill.due(run_id)[0][1] == f"contact:hubspot:{HUBSPOT}"
    shop.work()
    assert backfill.run() == 1
    assert backfill.run() == 0, "it is finished"
    assert len(emails(shop)) == 1


def test_a_paused_connection_holds_it_up_and_parks_nothing(shop: Shop) -> None:
    with shop.services.database.begin() as session:
        session.execute(update(Connection).where(Connection.id == HUBSPOT).values(state="paused"))
    progress = backfilled(shop)
    assert (progress.is_held_up, progress.planned, progress.finished_at) == (True, 0, None)
    with shop.services.database.begin() as session:
        session.execute(update(Connection).where(Connection.id == HUBSPOT).values(state="active"))
    assert backfilled(shop).done == 1


def test_what_the_account_lacks_waits_for_a_person_and_is_counted(shop: Shop) -> None:
    shop.sandbox.control.world.portals["demo"].reset()
    progress = backfilled(shop)
    assert (progress.done, progress.parked, progress.finished_at is not None) == (0, 1, True)


def test_a_crm_that_is_down_leaves_it_under_way(shop: Shop) -> None:
    shop.sandbox.control.fault("status", service="hubspot", status=503, times=None)
    backfill = shop.services.backfill
    run_id = backfill.start(HUBSPOT)
    backfill.go_on(run_id)
    shop.work(rounds=2)
    progress = backfill.go_on(run_id)
    assert (progress.under_way, progress.finished_at) == (1, None)
    shop.sandbox.control.clear_faults()
    shop.work(minutes=5)
    assert backfill.go_on(run_id).done == 1
