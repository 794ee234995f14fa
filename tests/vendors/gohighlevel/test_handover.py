"""A whole hand-over to GoHighLevel: the newest state of a booking, in whatever order its tasks run."""

import time
from typing import Any

from booking_app.failures import Failure
from booking_app.handover.config import read_config
from booking_app.handover.connections import OpenConnection
from booking_app.handover.contact_handler import ContactHandler
from booking_app.handover.facts import HandoverFacts
from booking_app.vendors.records import ConsentProof
from tests.handover.samples import FACTS, facts, work
from tests.vendors.gohighlevel.conftest import Sandbox, refused


def handler(sandbox: Sandbox, booking: HandoverFacts = FACTS, **raw: object) -> ContactHandler:
    config = read_config("gohighlevel", raw)
    vendor = sandbox.client(names=config.names)
    return ContactHandler(load_facts=lambda _: booking, open_connection=lambda _: OpenConnection(vendor, config))


def doing(**changes: Any) -> Any:
    return work(deadline=time.monotonic() + 10, **changes)


def test_a_booking_arrives_with_tags_beside_it(sandbox: Sandbox) -> None:
    sandbox.prepared()
    effect = handler(sandbox, tags=["booked-online"]).act(doing())
    (contact,) = sandbox.contacts
    assert (contact.id, contact.tags, effect.note) == (effect.remote_id, ["booked-online"], None)
    assert handler(sandbox).probe(doing()) is not None


def test_what_the_account_lacks_is_named_and_the_person_arrives(sandbox: Sandbox) -> None:
    effect = handler(sandbox, list="77").act(doing())
    assert effect.note is not None
    assert effect.note.startswith("not_in_account:contact.booking_utm_source")
    sandbox.prepared()
    assert handler(sandbox, list="77").act(doing()).note == "list:gohighlevel_no_lists"


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
