"""A list of ActiveCampaign is a subscription: only a fresh yes of somebody who never left puts anybody on it."""

import json
from datetime import UTC, datetime

import pytest

from booking_app.core.failures import Failure
from booking_app.crm.vendors.records import ConsentProof
from booking_sandbox.activecampaign.account import LIST_ID
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused

EMAIL = "nora@example.com"
OTHER_LIST = "2"
GIVEN_AT = datetime(2026, 11, 21, 1, 2, tzinfo=UTC)
YES = ConsentProof(is_given=True, wording="Send me news by e-mail.", given_at=GIVEN_AT)
NO = ConsentProof(is_given=False, wording="Send me news by e-mail.", given_at=GIVEN_AT)


def test_a_fresh_yes_subscribes_without_the_mark_of_a_resubscription(sandbox: Sandbox) -> None:
    sandbox.has(EMAIL)
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "raised"
    (row,) = sandbox.account.rows("contactLists")
    assert (row["status"], row["sourceid"], row["resubscribed"]) == ("1", "0", False)
    (body,) = [json.loads(each.content) for each in sandbox.wire.sent if each.content]
    assert body == {"contactList": {"list": 1, "contact": 1, "status": 1}}


@pytest.mark.parametrize("status", ["2", "3", "91"], ids=["left", "bounced", "removed"])
def test_somebody_who_left_is_never_brought_back(sandbox: Sandbox, status: str) -> None:
    sandbox.subscribe(sandbox.has(EMAIL), LIST_ID, status)
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert sandbox.account.rows("contactLists")[0]["status"] == status
    assert set(sandbox.methods) == {"GET"}


def test_somebody_who_left_ours_is_not_brought_back_for_being_on_another_list(sandbox: Sandbox) -> None:
    contact = sandbox.has(EMAIL)
    sandbox.subscribe(contact, OTHER_LIST, "1")
    sandbox.subscribe(contact, LIST_ID, "2")
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert not any(row["resubscribed"] for row in sandbox.account.rows("contactLists"))


def test_somebody_who_left_every_list_they_were_on_is_on_no_new_one(sandbox: Sandbox) -> None:
    sandbox.subscribe(sandbox.has(EMAIL), OTHER_LIST, "2")
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert set(sandbox.methods) == {"GET"}


def test_an_address_that_bounced_for_good_is_on_no_new_list(sandbox: Sandbox) -> None:
    sandbox.has(EMAIL, bounced_hard="1")
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "kept_opt_out"


def test_somebody_on_another_list_may_join_ours(sandbox: Sandbox) -> None:
    sandbox.subscribe(sandbox.has(EMAIL), OTHER_LIST, "1")
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "raised"


@pytest.mark.parametrize("status", ["0", "1"], ids=["unconfirmed", "active"])
def test_somebody_on_the_list_is_not_written_again(sandbox: Sandbox, status: str) -> None:
    sandbox.subscribe(sandbox.has(EMAIL), LIST_ID, status)
    assert sandbox.client(list=LIST_ID).consents.follow(EMAIL, YES) == "unchanged"
    assert sandbox.account.rows("contactLists")[0]["status"] == status


@pytest.mark.parametrize(("proof", "list_id"), [(NO, LIST_ID), (YES, None)], ids=["box left empty", "no list"])
def test_nothing_is_asked_where_nothing_can_follow(sandbox: Sandbox, proof: ConsentProof, list_id: str | None) -> None:
    sandbox.has(EMAIL)
    assert sandbox.client(list=list_id).consents.follow(EMAIL, proof) == "unchanged"
    assert sandbox.wire.sent == []


def test_being_handed_to_a_list_is_no_subscription(sandbox: Sandbox) -> None:
    contact = sandbox.has(EMAIL)
    sandbox.client(list=LIST_ID).add_to_list(contact["id"], LIST_ID)
    assert sandbox.account.rows("contactLists") == []


def test_an_answer_lost_after_subscribing_subscribes_once(sandbox: Sandbox) -> None:
    sandbox.has(EMAIL)
    vendor = sandbox.client(list=LIST_ID)
    sandbox.fault("drop_after", path="/contactLists", method="POST")
    assert refused(lambda: vendor.consents.follow(EMAIL, YES)).failure is Failure.UNKNOWN_OUTCOME
    assert vendor.consents.follow(EMAIL, YES) == "unchanged"


def test_a_list_that_does_not_exist_is_named_and_works_once_it_is_fixed(sandbox: Sandbox) -> None:
    contact, vendor = sandbox.has(EMAIL), sandbox.client(list="3")
    failure = refused(lambda: vendor.add_to_list(contact["id"], "3"))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "activecampaign_404:list")
    failure = refused(lambda: vendor.consents.follow(EMAIL, YES))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "activecampaign_404:list")
    assert sandbox.account.add("lists", name="Recalls")["id"] == "3"
    vendor.add_to_list(contact["id"], "3")
    assert vendor.consents.follow(EMAIL, YES) == "raised"


def test_a_list_that_is_no_number_is_a_setting_to_fix(sandbox: Sandbox) -> None:
    sandbox.has(EMAIL)
    failure = refused(lambda: sandbox.client(list="news").consents.follow(EMAIL, YES))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "activecampaign_404:list")
