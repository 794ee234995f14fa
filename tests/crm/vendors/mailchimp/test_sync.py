"""A booking on its way into Mailchimp: once, twice, late, cancelled and refused."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import sync_config
from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.mailchimp.audience import Audience
from booking_sandbox.server import SandboxServer
from tests.crm.sync.samples import FACTS, facts, work
from tests.crm.sync.walk import Walk

from .conftest import Connect

Made = Callable[..., Walk]
YES = ConsentProof(is_given=True, wording="News, please.", given_at=datetime(2026, 11, 21, tzinfo=UTC))
NOT_WILLING = facts(email_marketing=False)


@pytest.fixture
def made(connect: Connect, ready: Mailchimp) -> Made:
    def make(booking: CrmFacts = NOT_WILLING, raw: dict[str, object] | None = None, **settings: Any) -> Any:
        config = sync_config("mailchimp", {"list": LIST_ID, **(raw or {})})
        vendor = connect(names=config.names, list=config.list_id, **settings)
        return Walk(OpenConnection(vendor, config), booking)

    return make


def doing(**changes: Any) -> Any:
    return work(deadline=time.monotonic() + 10, **changes)


def refused(do: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value


def test_a_booking_arrives_and_a_second_time_changes_nothing(made: Made, audience: Audience) -> None:
    handler = made(raw={"tags": ["Web"]})
    first, second = handler.act(doing()), handler.act(doing())
    (member,) = audience.members.values()
    assert first == second
    assert (first.remote_id, first.note) == (member.id, None)
    assert (member.status, list(member.tags)) == ("transactional", ["Web"])
    values = member.merge_fields
    assert (values["FNAME"], values["PHONE"], values["BKKIND"]) == ("Nora", "+61491570156", "new")
    assert not {"BKSERVICE", "BKPRACT", "BKCATEGORY"} & values.keys()


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_is_made_good_by_doing_it_again(
    sandbox: SandboxServer, made: Made, audience: Audience, kind: str
) -> None:
    sandbox.control.fault(kind, service="mailchimp", method="PUT")
    assert refused(lambda: made().act(doing())).failure is Failure.UNKNOWN_OUTCOME
    assert (made().probe(doing(attempts=2)) is not None) == (kind == "drop_after")
    made().act(doing(attempts=2))
    assert [member.status for member in audience.members.values()] == ["transactional"]


def test_a_lost_answer_asks_a_person_once(sandbox: SandboxServer, made: Made, audience: Audience) -> None:
    member = audience.put(FACTS.email, "transactional")
    sandbox.control.fault("drop_after", service="mailchimp", method="PATCH")
    willing = facts(email_consent=YES)
    assert refused(lambda: made(willing).act(doing())).failure is Failure.UNKNOWN_OUTCOME
    made(willing).act(doing(attempts=2))
    assert (member.status, member.confirmations_sent) == ("pending", 1)


def test_a_cancellation_that_overtakes_its_booking_leaves_nobody_behind(made: Made, audience: Audience) -> None:
    cancelled = facts(is_cancelled=True, next_booking_at=None)
    assert made(cancelled).act(doing()).note == "cancelled_before_handover"
    assert made(cancelled).act(doing()).remote_id is None  # the booking's own task, late
    assert audience.members == {}


def test_a_cancelled_booking_takes_its_day_out_of_the_member(made: Made, audience: Audience) -> None:
    made().act(doing())
    made(facts(is_cancelled=True, next_booking_at=None)).act(doing())
    (member,) = audience.members.values()
    assert member.merge_fields["BKNEXT"] == ""


def test_somebody_who_left_stays_away_whatever_they_tick(made: Made, audience: Audience) -> None:
    audience.put(FACTS.email, "unsubscribed")
    assert made(facts(email_consent=YES)).act(doing()).note == "consent:kept_opt_out"
    (member,) = audience.members.values()
    assert (member.status, member.merge_fields["FNAME"]) == ("unsubscribed", "Nora")


def test_fields_the_audience_lacks_are_named_in_the_note(made: Made, audience: Audience) -> None:
    del audience.fields["BKKIND"]
    assert made().act(doing()).note == "not_in_account:BKKIND"


def test_a_limit_is_waited_for(sandbox: SandboxServer, made: Made) -> None:
    sandbox.control.fault("rate_limit", service="mailchimp")
    failure = refused(lambda: made().act(doing()))
    assert (failure.failure, failure.code) == (Failure.RATE, "mailchimp_429")
    assert failure.retry_after is not None


def test_an_expired_key_pauses_the_connection(made: Made) -> None:
    assert refused(lambda: made(token="gone-us19").act(doing())).failure is Failure.AUTH


@pytest.mark.parametrize("body", ["html", "garbage", "truncated", "empty"])
def test_an_answer_that_cannot_be_read_leaves_the_task_in_doubt(
    sandbox: SandboxServer, made: Made, audience: Audience, body: str
) -> None:
    sandbox.control.fault("malformed", service="mailchimp", method="PUT", body=body)
    assert refused(lambda: made().act(doing())).failure is Failure.UNKNOWN_OUTCOME
    made().act(doing(attempts=2))
    assert len(audience.members) == 1


def test_the_log_of_calls_holds_nobody(made: Made, sandbox: SandboxServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    made(facts(email_consent=YES), raw={"tags": ["Web"]}).act(doing())
    everything = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    member_id = next(iter(sandbox.control.world.mailchimp["demo"].audience.members))
    assert "vendor_call" in everything
    assert not any(text in everything for text in ("example.com", "Nora", "+61491570156", member_id))
    assert sandbox.mailchimp_key("demo") not in everything
