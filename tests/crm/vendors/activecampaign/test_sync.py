"""A whole sync to ActiveCampaign: the newest state of a booking, in whatever order its tasks run."""

import time
from typing import Any

from booking_app.core.failures import Failure
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import sync_config
from booking_sandbox.activecampaign.account import LIST_ID
from tests.crm.sync.samples import FACTS, facts, work
from tests.crm.sync.walk import Walk
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused


def handler(sandbox: Sandbox, booking: CrmFacts = FACTS, **raw: object) -> Walk:
    config = sync_config("activecampaign", raw)
    vendor = sandbox.client(names=config.names, list=config.list_id)
    return Walk(OpenConnection(vendor, config), booking)


def doing(**changes: Any) -> Any:
    return work(deadline=time.monotonic() + 10, **changes)


def willing(sandbox: Sandbox) -> CrmFacts:
    proof = ConsentProof(is_given=True, wording="News, please.", given_at=sandbox.server.control.now())
    return facts(email_consent=proof)


def test_a_booking_without_a_yes_arrives_on_no_list(sandbox: Sandbox) -> None:
    sandbox.prepared()
    effect = handler(sandbox, tags=["booked-online"], list=LIST_ID).act(doing())
    (contact,) = sandbox.contacts
    assert (contact["id"], contact["tags"], contact["lists"]) == (effect.remote_id, ["booked-online"], {})
    assert effect.note is None
    assert handler(sandbox).probe(doing()) is not None


def test_a_booking_with_a_yes_subscribes_once(sandbox: Sandbox) -> None:
    sandbox.prepared()
    for _ in range(2):
        assert handler(sandbox, willing(sandbox), list=LIST_ID).act(doing()).note is None
    assert sandbox.contacts[0]["lists"] == {LIST_ID: "1"}


def test_a_yes_never_brings_back_somebody_who_left(sandbox: Sandbox) -> None:
    sandbox.prepared()
    row = sandbox.subscribe(sandbox.has(FACTS.email), LIST_ID, "2")
    assert handler(sandbox, willing(sandbox), list=LIST_ID).act(doing()).note == "consent:kept_opt_out"
    assert (row["status"], row["resubscribed"]) == ("2", False)


def test_what_the_account_lacks_is_named_and_the_person_arrives(sandbox: Sandbox) -> None:
    walk = handler(sandbox)
    assert (walk.act(doing()).note or "").startswith("not_in_account:BOOKING_SOURCE")
    failure = refused(lambda: walk.step("fields", doing()))
    assert (failure.failure, failure.code.partition(":")[0]) == (Failure.CONFIG, "activecampaign_no_field")
    sandbox.prepared()
    walk.step("fields", doing(attempts=2))
    assert sandbox.contacts[0]["values"]["BOOKING_SOURCE"] == "Online booking"


def test_a_list_that_is_gone_waits_for_the_clinic(sandbox: Sandbox) -> None:
    sandbox.prepared()
    walk = handler(sandbox, list="3")
    assert refused(lambda: walk.act(doing())).code == "activecampaign_404:list"
    sandbox.account.add("lists", name="Recalls")
    assert walk.act(doing()).note is None
    assert len(sandbox.contacts) == 1


def test_a_create_that_comes_after_its_cancellation_makes_nobody(sandbox: Sandbox) -> None:
    sandbox.prepared()
    cancelled = facts(is_cancelled=True, next_booking_at=None)
    for _ in ("the cancellation", "the create it overtook"):
        assert handler(sandbox, cancelled).act(doing()).note == "cancelled_before_handover"
    assert sandbox.contacts == []


def test_a_rotated_token_stops_before_anything_is_written(sandbox: Sandbox) -> None:
    stale = handler(sandbox)
    sandbox.account.token = "rotated-by-hand"
    assert refused(lambda: stale.act(doing())).failure is Failure.AUTH
