"""A whole sync to GoHighLevel: the newest state of a booking, in whatever order its tasks run."""

import time
from typing import Any

from booking_app.core.failures import Failure
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import sync_config
from tests.crm.sync.samples import FACTS, facts, work
from tests.crm.sync.walk import Walk
from tests.crm.vendors.gohighlevel.conftest import Sandbox, refused


def handler(sandbox: Sandbox, booking: CrmFacts = FACTS, **raw: object) -> Walk:
    config = sync_config("gohighlevel", raw)
    vendor = sandbox.client(names=config.names)
    return Walk(OpenConnection(vendor, config), booking)


def doing(**changes: Any) -> Any:
    return work(deadline=time.monotonic() + 10, **changes)


def test_a_booking_arrives_with_tags_beside_it(sandbox: Sandbox) -> None:
    sandbox.prepared()
    effect = handler(sandbox, tags=["booked-online"]).act(doing())
    (contact,) = sandbox.contacts
    assert (contact.id, contact.tags, effect.note) == (effect.remote_id, ["booked-online"], None)
    assert handler(sandbox).probe(doing()) is not None


def test_what_the_account_lacks_is_named_and_the_person_arrives(sandbox: Sandbox) -> None:
    walk = handler(sandbox)
    note = walk.act(doing()).note or ""
    assert note.startswith("not_in_account:contact.booking_utm_source")
    failure = refused(lambda: walk.step("fields", doing()))
    assert (failure.failure, failure.code.partition(":")[0]) == (Failure.CONFIG, "gohighlevel_no_field")
    sandbox.prepared()
    walk.step("fields", doing(attempts=2))
    (shown,) = sandbox.account.to_json()["contacts"]
    assert shown["custom"]["contact.booking_utm_source"] == "newsletter"


def test_a_list_is_a_setting_to_take_out(sandbox: Sandbox) -> None:
    sandbox.prepared()
    assert refused(lambda: handler(sandbox, list="77").act(doing())).code == "gohighlevel_no_lists"
    assert len(sandbox.contacts) == 1


def test_a_create_that_comes_after_its_cancellation_makes_nobody(sandbox: Sandbox) -> None:
    sandbox.prepared()
    cancelled = facts(is_cancelled=True, next_booking_at=None)
    for _ in ("the cancellation", "the create it overtook"):
        assert handler(sandbox, cancelled).act(doing()).note == "cancelled_before_handover"
    assert sandbox.contacts == []


def test_a_late_create_writes_what_is_booked_now(sandbox: Sandbox) -> None:
    sandbox.prepared()
    handler(sandbox).act(doing())
    handler(sandbox, facts(is_cancelled=True, next_booking_at=None)).act(doing())
    (shown,) = sandbox.account.to_json()["contacts"]
    assert shown["custom"]["contact.booking_next_at"] == ""


def test_a_yes_never_opens_what_somebody_shut(sandbox: Sandbox) -> None:
    sandbox.prepared()
    contact = sandbox.has(email=FACTS.email)
    contact.dnd_settings = {"Email": {"status": "active"}}
    proof = ConsentProof(is_given=True, wording="News, please.", given_at=sandbox.server.control.now())
    assert handler(sandbox, facts(email_consent=proof)).act(doing()).note == "consent:kept_opt_out"
    assert contact.dnd_settings == {"Email": {"status": "active"}}


def test_a_rotated_token_stops_before_anything_is_written(sandbox: Sandbox) -> None:
    stale = handler(sandbox)
    sandbox.account.token = "pit-rotated-by-hand"
    assert refused(lambda: stale.act(doing())).failure is Failure.AUTH
