"""A booking's way into each CRM, as tasks over real HTTP: once, late, twice, lost, refused and fixed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from booking_app.tasks.records import PlannedTask
from booking_sandbox.hubspot.portal import SUBSCRIPTION_ID
from tests.crm.sync.conftest import CRMS, Desk, on_one_crm
from tests.crm.sync.crm import CONSENT_CALLS, CONTACT_CALLS, RECORD_CALLS, TAG_CALLS, Crm
from tests.crm.sync.office import Office
from tests.crm.sync.samples import YES

MOVED_TO = datetime.fromisoformat("2026-11-25T14:00:00+10:30")


def test_a_booking_arrives_step_by_step(office: Office) -> None:
    office.sync()
    office.work()
    assert office.states() == {"contact": "done", "tags": "done", "record": "done", "consent": "done"}
    (record,) = office.crm.records()
    assert record.splitlines()[:2] == ["Appointment booked online", "Reference: BK-7Q2M4X9A"]
    assert [tag.lower() for tag in office.crm.tags()] == ["web"]
    assert not any(word in record for word in ("Pelvic", "Physio", "Fern", "Nora", "example.com"))


def test_a_repeat_of_every_step_makes_nothing_twice(office: Office) -> None:
    office.sync()
    office.work()
    office.repeat()
    assert set(office.states().values()) == {"done"}
    assert (len(office.crm.contacts()), len(office.crm.records()), len(office.crm.tags())) == (1, 1, 1)


@pytest.mark.parametrize("calls", [CONTACT_CALLS, RECORD_CALLS, TAG_CALLS], ids=["contact", "record", "tags"])
def test_an_answer_lost_after_it_was_done_makes_no_second_one(
    office: Office, calls: dict[str, tuple[str, str]]
) -> None:
    office.crm.fault("drop_after", calls[office.crm.vendor])
    office.sync()
    office.work()
    assert "unknown_outcome" in {task.failure for task in office.tasks().values()}
    office.work(hours=1)
    assert set(office.states().values()) == {"done"}
    assert (len(office.crm.contacts()), len(office.crm.records()), len(office.crm.tags())) == (1, 1, 1)


@pytest.mark.parametrize("vendor", CONSENT_CALLS)
def test_an_answer_lost_after_a_consent_was_taken_subscribes_once(office: Office) -> None:
    _let_follow_consent(office)
    office.change(email_marketing=False)  # so that nobody is asked upon joining
    office.told()
    office.change(email_consent=YES)
    office.crm.fault("drop_after", CONSENT_CALLS[office.crm.vendor])
    office.repeat("consent")
    assert office.tasks()["consent"].failure == "unknown_outcome"
    office.work(hours=1)
    assert (office.states()["consent"], office.tasks()["consent"].note) == ("done", None)
    assert office.crm.is_subscribed()
    assert _calls(office, CONSENT_CALLS) == 1


@on_one_crm
def test_a_record_in_doubt_holds_up_nothing_and_makes_no_second_contact(office: Office) -> None:
    office.crm.fault("status", RECORD_CALLS[office.crm.vendor], status=500, times=2)
    office.sync()
    office.work()
    assert office.states() == {"contact": "done", "tags": "done", "record": "ready", "consent": "done"}
    contact_calls = _calls(office, CONTACT_CALLS)
    office.work(hours=1)
    office.work(hours=1)
    assert office.states()["record"] == "done"
    assert _calls(office, CONTACT_CALLS) == contact_calls


@pytest.mark.parametrize("vendor", [vendor for vendor in CRMS if vendor != "mailchimp"])
def test_a_contact_that_was_merged_meanwhile_is_looked_for_again(office: Office) -> None:
    office.crm.fault("status", RECORD_CALLS[office.crm.vendor], status=500)
    office.told()
    office.crm.is_merged()
    office.work(hours=1)
    assert (office.states()["record"], len(office.crm.records()), len(office.crm.contacts())) == ("done", 1, 1)


def test_a_contact_that_was_deleted_meanwhile_stays_deleted(office: Office) -> None:
    office.crm.fault("status", RECORD_CALLS[office.crm.vendor], status=500)
    office.told()
    office.crm.is_deleted()
    office.work(hours=1)
    assert (office.states()["record"], office.tasks()["record"].note) == ("done", "no_contact")
    assert office.crm.contacts() == []


@on_one_crm
def test_a_cancellation_that_overtakes_its_booking_makes_nobody(office: Office) -> None:
    office.sync()
    office.cancel()
    office.sync("cancelled")
    office.work()
    assert set(office.states().values()) == {"done"}
    assert (office.crm.contacts(), office.crm.records()) == ([], [])


@on_one_crm
def test_a_cancellation_that_overtakes_the_booking_of_a_known_person_writes_nothing_down(office: Office) -> None:
    office.sync()
    office.work()
    office.change(reference="BK-9Z8Y7X6W")
    office.cancel()
    office.sync("overtaken")
    office.work()
    (record,) = office.crm.records()
    assert "BK-9Z8Y7X6W" not in record
    assert office.tasks()["record_overtaken"].note == "cancelled_before_handover"


def test_a_cancellation_changes_the_record_and_takes_the_time_out(office: Office) -> None:
    office.sync()
    office.work()
    office.cancel()
    office.sync("cancelled")
    office.work()
    (record,) = office.crm.records()
    assert "State: cancelled" in record
    assert office.crm.value("next_booking_at") is None
    assert office.tasks()["record_cancelled"].note is None


def test_another_time_changes_the_record(office: Office) -> None:
    office.sync()
    office.work()
    office.change(starts_at=MOVED_TO, ends_at=MOVED_TO + timedelta(minutes=30), next_booking_at=MOVED_TO)
    office.sync("moved2")
    office.work()
    (record,) = office.crm.records()
    assert "Time: 2026-11-25 14:00 (UTC+10:30)" in record
    assert (office.crm.value("next_booking_at") or "").startswith("2026-11-25")


FIRST = {"utm_source": "newsletter", "utm_medium": "email", "referrer_host": "news.example.com"}
LATER = {"utm_source": "search", "utm_campaign": "spring", "referrer_host": "search.example.com"}


def test_the_first_visit_is_written_once_and_the_latest_always(office: Office) -> None:
    office.change(attribution=FIRST)
    office.sync()
    office.work()
    office.change(attribution=LATER)
    office.sync("again")
    office.work()
    told = [
        office.crm.value(name) for name in ("first_utm_source", "first_referrer_host", "utm_source", "referrer_host")
    ]
    assert told == ["newsletter", "news.example.com", "search", "search.example.com"]
    assert office.crm.value("first_utm_campaign") is None  # the marks of two visits are not mixed


@on_one_crm
def test_who_came_without_any_mark_at_first_did_not_come_by_a_later_campaign(office: Office) -> None:
    office.change(attribution={})
    office.sync()
    office.work()
    office.change(attribution=LATER)
    office.sync("again")
    office.work()
    assert (office.crm.value("first_utm_source"), office.crm.value("utm_source")) == (None, "search")


def test_the_evidence_of_a_consent_stands_beside_it(office: Office) -> None:
    office.change(email_consent=replace(YES, source="online booking BK-7Q2M4X9A"))
    office.sync()
    office.work()
    assert office.crm.value("consent_wording") == "Send me news."
    assert office.crm.value("consent_source") == "online booking BK-7Q2M4X9A"
    assert (office.crm.value("consent_at") or "").startswith("2026-11-21T09:00:00")


@on_one_crm
def test_a_contact_without_an_address_ends_with_a_note(office: Office) -> None:
    office.change(email=" ")
    office.sync()
    office.work()
    assert {(task.state, task.note) for task in office.tasks().values()} <= {("done", "no_email"), ("cancelled", None)}
    assert office.tasks()["contact"].note == "no_email"
    assert office.crm.contacts() == []


def test_a_patient_who_did_not_come_is_recorded(office: Office) -> None:
    office.sync()
    office.work()
    office.change(is_missed=True, next_booking_at=None)
    office.sync("missed")
    office.work()
    (record,) = office.crm.records()
    assert "State: did not come" in record


def test_somebody_who_opted_out_stays_out_whatever_is_ticked(office: Office) -> None:
    _let_follow_consent(office)
    office.sync()
    office.work()
    office.crm.has_left()
    office.change(email_consent=YES)
    office.sync("again")
    office.plan(PlannedTask(f"consent_again:{office.crm.vendor}:1", kind="consent", connection_id=office.connection_id))
    office.work()
    assert office.tasks()["consent_again"].note == "consent:kept_opt_out"
    assert not office.crm.is_subscribed()


def test_a_fresh_yes_subscribes_who_never_said_no(office: Office) -> None:
    _let_follow_consent(office)
    office.change(email_consent=YES)
    office.sync()
    office.work()
    assert (office.states()["consent"], office.tasks()["consent"].note) == ("done", None)
    assert office.crm.is_subscribed()


@on_one_crm
def test_fields_that_are_missing_park_one_step_and_it_goes_on_after_fixing(desk: Desk, vendor: str) -> None:
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    office.sync()
    office.work()
    states = office.states()
    assert (states["contact"], states["fields"], states["consent"]) == ("done", "parked", "done")
    assert (office.tasks()["fields"].code or "").startswith(f"{vendor}_no_field:")
    assert office.crm.value("utm_source") is None
    desk.connecting.apply_schema(office.connection_id)
    office.task_runner.resume_connection(office.connection_id)
    office.work()
    assert set(office.states().values()) == {"done"}
    assert office.crm.value("utm_source") == "newsletter"
    assert (len(office.crm.contacts()), len(office.crm.records())) == (1, 1)


@on_one_crm
def test_an_expired_token_pauses_the_connection_and_a_new_one_goes_on(office: Office) -> None:
    kept = office.give_token(b"0123456789abcdef-us19")
    office.sync()
    office.work()
    assert (office.tasks()["contact"].failure, office.states()["tags"]) == ("auth", "waiting")
    assert office.parked == [f"contact:{office.crm.vendor}:{office.connection_id}"]
    assert office.connection_state() == "paused"
    office.give_token(kept)
    office.fixed()
    office.work()
    assert set(office.states().values()) == {"done"}


@on_one_crm
def test_a_task_of_the_release_before_gets_the_steps_it_did_not_know(office: Office) -> None:
    name = f"contact:{office.crm.vendor}:{office.connection_id}"
    office.plan(PlannedTask(name, kind="contact", connection_id=office.connection_id))
    office.work()
    assert office.states() == {"contact": "done", "tags": "done", "record": "done", "consent": "done"}


def _calls(office: Office, calls: dict[str, tuple[str, str]]) -> int:
    method, path = calls[office.crm.vendor]
    made = office.desk.sandbox.control.calls(service=office.crm.vendor)
    return sum(call.method == method and path.strip("$") in call.path for call in made)


def _let_follow_consent(office: Office) -> None:
    """What each vendor needs so that its own subscription follows."""
    if office.crm.vendor == "hubspot":
        office.set_up(subscription=SUBSCRIPTION_ID)
