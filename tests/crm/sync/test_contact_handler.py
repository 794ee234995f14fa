"""The CRM sync as a task: once, late, twice, refused and cancelled."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import sync_config
from booking_app.tasks.records import LeaseLost
from tests.crm.sync.samples import FACTS, facts, work
from tests.crm.sync.walk import Walk
from tests.crm.vendors.hubspot.double import Account, answering, client, lost_answer, problem

EMAIL = FACTS.email
PROOF = ConsentProof(is_given=True, wording="News, please.", given_at=datetime(2026, 11, 21, tzinfo=UTC))


def ready_account(**state: Any) -> Account:
    """An account in which our properties have been made."""
    account = Account(**state)
    faults, account.faults = account.faults, []
    client(account, tags=("Web",)).schema.apply()
    account.requests.clear()
    account.faults = faults
    return account


def handler(account: Account, booking: CrmFacts = FACTS, subscription: int | None = None, **raw: object) -> Walk:
    config = sync_config("hubspot", raw)
    vendor = client(account, names=config.names, subscription=subscription)
    return Walk(OpenConnection(vendor, config), booking)


def refused(do: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value


def test_a_booking_becomes_a_contact() -> None:
    account = ready_account()
    effect = handler(account).act(work())
    assert effect.note is None
    assert effect.remote_id is not None
    assert account.contacts[effect.remote_id]["booking_next_at"] == "2026-11-23T22:30:00Z"


def test_a_probe_after_a_lost_answer_finds_the_contact_and_nothing_is_written_again() -> None:
    account = ready_account(faults=[None, None, lost_answer])
    with pytest.raises(RemoteFailure) as caught:
        handler(account).act(work())
    assert caught.value.failure is Failure.UNKNOWN_OUTCOME
    found = handler(account).probe(work(attempts=2))
    assert found is not None
    assert list(account.contacts) == [found.remote_id]


def test_a_probe_that_finds_older_values_leaves_the_work_to_be_done() -> None:
    account = ready_account(contacts={"12": {"email": EMAIL, "firstname": "Nora"}})
    assert handler(account).probe(work()) is None
    assert {method for method, _ in account.requests} == {"GET"}


def test_a_field_the_account_lacks_is_left_out_and_named_for_the_clinic() -> None:
    account = ready_account()
    del account.properties["booking_source"]
    walk = handler(account)
    assert walk.contact.act(work()).note == "not_in_account:booking_source"


def test_the_field_that_was_left_out_parks_a_step_of_its_own_until_it_is_there() -> None:
    account = ready_account()
    definition = account.properties.pop("booking_source")
    walk = handler(account)
    walk.act(work())
    failure = refused(lambda: walk.step("fields", work()))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "hubspot_no_field:booking_source")
    account.properties["booking_source"] = definition
    effect = walk.step("fields", work(attempts=2))
    assert account.contacts[str(effect.remote_id)]["booking_source"] == "Online booking"


def test_many_missing_fields_make_one_short_code() -> None:
    walk = handler(Account())
    note = walk.contact.act(work()).note or ""
    assert note.startswith("not_in_account:booking_source")
    assert len(note) <= 200
    assert refused(lambda: walk.step("fields", work())).code == (
        "hubspot_no_field:booking_source,booking_utm_source,booking_utm_medium+7"
    )


def test_a_contact_without_consent_is_a_success_with_a_note() -> None:
    account = ready_account()
    unwilling = facts(email_marketing=False)
    effect = handler(account, unwilling, only_with_consent=True).act(work())
    assert effect.note == "consent:no_marketing_consent"
    assert handler(account, unwilling, only_with_consent=True).probe(work()) == effect
    assert account.requests == []


def test_the_contact_joins_the_list_and_gets_its_tags() -> None:
    account = ready_account()
    effect = handler(account, list="77", tags=["Web"]).act(work())
    assert account.lists["77"] == [effect.remote_id]
    assert account.contacts[str(effect.remote_id)]["booking_tags"] == ";Web"


def test_a_list_that_is_gone_does_not_undo_the_contact() -> None:
    account = ready_account()
    walk = handler(account, list="78", tags=["Web"])
    walk.contact_id = walk.contact.act(work()).remote_id
    failure = refused(lambda: walk.step("tags", work()))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "hubspot_404:list")
    assert walk.step("record", work()).remote_id is not None
    assert len(account.contacts) == 1
    account.lists["78"] = []
    walk.step("tags", work(attempts=2))
    assert account.lists["78"] == list(account.contacts)


def test_a_missing_right_to_lists_does_not_pause_the_connection() -> None:
    account = ready_account(faults=[None, None, None, answering(problem(403, "MISSING_SCOPES", "crm.lists.write"))])
    failure = refused(lambda: handler(account, list="77").act(work()))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "hubspot_403:MISSING_SCOPES")


def test_a_limit_met_at_the_list_brings_the_task_back() -> None:
    limit = problem(429, "RATE_LIMITS", "slow down", policyName="TEN_SECONDLY_ROLLING")
    account = ready_account(faults=[None, None, None, answering(limit)])
    with pytest.raises(RemoteFailure) as caught:
        handler(account, list="77").act(work())
    assert (caught.value.failure, caught.value.retry_after) == (Failure.RATE, 10)
    assert handler(account, list="77").act(work(attempts=2)).remote_id in account.lists["77"]
    assert len(account.contacts) == 1


@pytest.mark.parametrize(
    ("status", "category", "failure"),
    [
        (401, "INVALID_AUTHENTICATION", Failure.AUTH),
        (429, "RATE_LIMITS", Failure.RATE),
        (503, "X", Failure.TRANSIENT),
    ],
)
def test_a_refusal_of_the_contact_itself_goes_to_the_task_runner(status: int, category: str, failure: Failure) -> None:
    with pytest.raises(RemoteFailure) as caught:
        handler(Account(faults=[answering(problem(status, category, "no"))])).act(work())
    assert caught.value.failure is failure


def test_a_booking_cancelled_before_the_sync_makes_no_contact() -> None:
    account = ready_account()
    effect = handler(account, facts(is_cancelled=True, next_booking_at=None)).act(work())
    assert effect.note == "cancelled_before_handover"
    assert account.contacts == {}


def test_a_booking_cancelled_later_takes_its_time_out_of_the_contact() -> None:
    account = ready_account()
    handler(account).act(work())
    effect = handler(account, facts(is_cancelled=True, next_booking_at=None)).act(work(name="contact_cancelled:3"))
    assert account.contacts[str(effect.remote_id)]["booking_next_at"] == ""
    assert account.contacts[str(effect.remote_id)]["firstname"] == "Nora"


def test_a_yes_to_marketing_subscribes_and_an_earlier_no_is_kept() -> None:
    willing = facts(email_consent=PROOF)
    account = ready_account()
    assert handler(account, willing, subscription=9).act(work()).note is None
    assert account.subscriptions == {EMAIL: "SUBSCRIBED"}
    account.subscriptions[EMAIL] = "UNSUBSCRIBED"
    assert handler(account, willing, subscription=9).act(work()).note == "consent:kept_opt_out"


def test_a_lost_lease_stops_before_anything_is_written() -> None:
    def lost() -> None:
        raise LeaseLost("another worker")

    account = ready_account()
    with pytest.raises(LeaseLost):
        handler(account).act(work(check_lease=lost))
    assert {method for method, _ in account.requests} <= {"GET"}


def test_a_task_without_its_connection_is_a_setting_to_fix() -> None:
    with pytest.raises(RemoteFailure) as caught:
        handler(Account()).act(work(connection_id=None))
    assert caught.value.failure is Failure.CONFIG
