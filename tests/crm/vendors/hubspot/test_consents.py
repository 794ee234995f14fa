"""HubSpot's subscriptions follow a fresh yes and never overrule a no."""

from datetime import UTC, datetime

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.records import ConsentProof
from tests.crm.vendors.hubspot.double import Account, answering, client, problem

EMAIL = "nora@example.com"
YES = ConsentProof(is_given=True, wording="Send me news by e-mail.", given_at=datetime(2026, 11, 21, 1, 2, tzinfo=UTC))
NO = ConsentProof(is_given=False, wording="Send me news by e-mail.", given_at=datetime(2026, 11, 21, 1, 2, tzinfo=UTC))


def test_a_fresh_yes_subscribes_with_its_wording_and_time() -> None:
    account = Account()
    assert client(account, subscription=9).consents.follow(EMAIL, YES) == "raised"
    assert account.subscriptions == {EMAIL: "SUBSCRIBED"}
    assert account.bodies[-1]["legalBasisExplanation"] == (
        "Ticked in an online booking at 2026-11-21T01:02:00Z: Send me news by e-mail."
    )


@pytest.mark.parametrize(
    "account", [Account(subscriptions={EMAIL: "UNSUBSCRIBED"}), Account(has_left_all=True)], ids=["this one", "all"]
)
def test_somebody_who_left_stays_out(account: Account) -> None:
    assert client(account, subscription=9).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert {method for method, _ in account.requests} == {"GET"}


def test_somebody_subscribed_is_not_written_again() -> None:
    account = Account(subscriptions={EMAIL: "SUBSCRIBED"})
    assert client(account, subscription=9).consents.follow(EMAIL, YES) == "unchanged"


@pytest.mark.parametrize(
    ("proof", "subscription_id"), [(NO, 9), (YES, None)], ids=["box left empty", "no subscription"]
)
def test_nothing_is_asked_where_nothing_can_follow(proof: ConsentProof, subscription_id: int | None) -> None:
    account = Account()
    assert client(account, subscription=subscription_id).consents.follow(EMAIL, proof) == "unchanged"
    assert account.requests == []


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_resubscription_that_happened_all_the_same_is_reported(is_listed: bool) -> None:
    told = {"setStatusSuccessReason": "RESUBSCRIBE_OCCURRED"}
    answer = httpx.Response(200, json={"results": [told]} if is_listed else told)
    account = Account(faults=[None, None, answering(answer)])
    assert client(account, subscription=9).consents.follow(EMAIL, YES) == "resubscribed"


def refused_write() -> Account:
    """An account that has nothing to say but that the write is not as it should be."""
    refusal = problem(400, "VALIDATION_ERROR", "Invalid input")
    return Account(faults=[None, None, answering(refusal)])


@pytest.mark.parametrize(
    ("subscription_id", "code"), [(42, "hubspot_404:subscription"), (9, "hubspot_400:VALIDATION_ERROR")]
)
def test_a_refused_write_is_looked_into_and_a_missing_subscription_named(subscription_id: int, code: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(refused_write(), subscription=subscription_id).consents.follow(EMAIL, YES)
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, code)
