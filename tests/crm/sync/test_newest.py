"""The newest booking decides what its contact says: an older one that comes late, or again, leaves it so."""

from datetime import datetime, timedelta

import pytest

from booking_app.crm.sync.facts import Person
from booking_sandbox.hubspot.portal import SUBSCRIPTION_ID
from tests.crm.sync.conftest import Desk, on_one_crm
from tests.crm.sync.crm import Crm
from tests.crm.sync.office import Office
from tests.crm.sync.samples import NO, YES

pytestmark = on_one_crm

LATER = datetime.fromisoformat("2026-12-01T09:00:00+10:30")
NEWER = {
    "reference": "BK-8R3N5Y2B", "patient": Person("Nora", "Fern", "+61491570158"), "is_returning": True,
    "starts_at": LATER, "ends_at": LATER + timedelta(minutes=30), "email_marketing": False, "email_consent": NO,
    "attribution": {"utm_source": "search", "utm_medium": "cpc", "referrer_host": "search.example.com"},
}  # fmt: skip
LATEST = {
    "last_name": "Fern", "mobile": "+61491570158", "utm_source": "search", "utm_medium": "cpc",
    "referrer_host": "search.example.com", "email_marketing": "false", "patient_kind": "returning",
}  # fmt: skip


@pytest.fixture
def older(office: Office) -> Office:
    office.change(email_consent=YES)
    return office


@pytest.fixture
def newer(older: Office) -> Office:
    return older.another(older.booking_id + 1, **NEWER)


def written(office: Office) -> dict[str, str | None]:
    return {name: office.crm.value(name) for name in LATEST}


def test_a_repeat_of_an_older_booking_leaves_what_the_newer_one_wrote(older: Office, newer: Office) -> None:
    older.told()
    newer.told()
    assert written(older) == LATEST
    older.repeat()
    assert written(older) == LATEST
    assert older.crm.value("first_utm_source") == "newsletter"
    assert (set(older.states().values()), older.tasks()["contact"].note) == ({"done"}, "newer_booking_told")
    assert len(older.crm.records()) == 2


def test_an_older_booking_that_comes_late_brings_its_record_and_tags_alone(older: Office, newer: Office) -> None:
    newer.told()
    older.told()
    assert written(older) == LATEST
    assert set(older.states().values()) == {"done"}
    assert len(older.crm.records()) == 2


def test_an_older_booking_that_is_moved_changes_when_somebody_is_expected_and_no_more(
    older: Office, newer: Office
) -> None:
    older.told()
    newer.told()
    older.change(starts_at=LATER, next_booking_at=LATER)
    older.told("moved.2")
    assert written(older) == LATEST
    assert (older.crm.value("next_booking_at") or "").startswith(("2026-11-30T22:30", "2026-12-01"))
    assert older.tasks()["record_moved.2"].note is None


def test_an_older_yes_raises_nothing_once_the_newer_booking_has_said_no(older: Office, newer: Office) -> None:
    if older.crm.vendor == "hubspot":
        older.set_up(subscription=SUBSCRIPTION_ID)
    newer.told()
    older.told()
    assert older.tasks()["consent"].note == "newer_booking_told"
    assert older.crm.value("consent_wording") is None
    assert not older.crm.is_subscribed() or older.crm.vendor == "gohighlevel"  # which knows shut and not shut alone


def test_fields_that_an_older_booking_waited_for_are_the_newer_ones_to_fill(desk: Desk, vendor: str) -> None:
    older = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    newer = older.another(6, **NEWER)
    older.told()
    newer.told()
    assert desk.connecting.apply_schema(older.connection_id).problem is None
    older.fixed()
    newer.work()
    older.work()
    assert (older.states()["fields"], newer.states()["fields"]) == ("done", "done")
    assert written(older) == LATEST


def test_a_newer_booking_that_was_cancelled_before_it_was_told_has_no_word(older: Office, newer: Office) -> None:
    older.told()
    newer.cancel()
    newer.told()
    older.change(attribution={"utm_source": "leaflet"})
    older.repeat("contact")
    assert (older.crm.value("utm_source"), older.tasks()["contact"].note) == ("leaflet", None)


def test_a_newer_booking_of_somebody_else_has_no_word(older: Office, newer: Office) -> None:
    older.told()
    newer.change(email="otto.fern@example.com")
    newer.told()
    older.repeat("contact")
    assert (older.tasks()["contact"].note, len(older.crm.contacts())) == (None, 2)
