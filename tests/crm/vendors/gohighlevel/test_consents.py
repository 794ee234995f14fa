"""GoHighLevel knows only channels that are shut: a yes opens nothing, and a no shuts only if the clinic wants it."""

import json
from datetime import UTC, datetime

import pytest

from booking_app.core.failures import Failure
from booking_app.crm.vendors.records import ConsentProof
from tests.crm.vendors.gohighlevel.conftest import Sandbox, refused

EMAIL = "nora@example.com"
GIVEN_AT = datetime(2026, 11, 21, 1, 2, tzinfo=UTC)
YES = ConsentProof(is_given=True, wording="Send me news by e-mail.", given_at=GIVEN_AT)
NO = ConsentProof(is_given=False, wording="Send me news by e-mail.", given_at=GIVEN_AT)


@pytest.mark.parametrize("status", ["active", "permanent"])
def test_somebody_who_opted_out_stays_out_whatever_was_ticked(sandbox: Sandbox, status: str) -> None:
    contact = sandbox.has(email=EMAIL)
    contact.dnd_settings = {"Email": {"status": status}}
    assert sandbox.client().consents.follow(EMAIL, YES) == "kept_opt_out"
    assert contact.dnd_settings == {"Email": {"status": status}}
    assert {method for method, _ in sandbox.paths} == {"GET"}


def test_somebody_who_left_every_channel_stays_out(sandbox: Sandbox) -> None:
    sandbox.has(email=EMAIL).dnd = True
    assert sandbox.client().consents.follow(EMAIL, YES) == "kept_opt_out"


def test_a_yes_of_somebody_who_may_be_written_to_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.has(email=EMAIL).dnd_settings = {"SMS": {"status": "active"}, "Email": {"status": "inactive"}}
    assert sandbox.client().consents.follow(EMAIL, YES) == "unchanged"
    assert {method for method, _ in sandbox.paths} == {"GET"}


def test_a_box_left_empty_asks_and_changes_nothing_by_default(sandbox: Sandbox) -> None:
    assert sandbox.client().consents.follow(EMAIL, NO) == "unchanged"
    assert sandbox.wire.sent == []


def test_a_box_left_empty_shuts_email_where_the_clinic_wants_it_and_keeps_what_was_shut(sandbox: Sandbox) -> None:
    contact = sandbox.has(email=EMAIL)
    contact.dnd_settings = {"SMS": {"status": "active"}, "Call": {"status": "inactive"}}
    vendor = sandbox.client(do_not_disturb_without_consent=True)
    assert vendor.consents.follow(EMAIL, NO) == "lowered"
    assert {name: setting["status"] for name, setting in contact.dnd_settings.items()} == {
        "SMS": "active",
        "Email": "active",
    }
    assert vendor.consents.follow(EMAIL, NO) == "unchanged"


def test_nothing_that_opens_a_channel_is_ever_sent(sandbox: Sandbox) -> None:
    sandbox.has(email=EMAIL).dnd_settings = {"Call": {"status": "inactive"}}
    vendor = sandbox.client(do_not_disturb_without_consent=True)
    vendor.consents.follow(EMAIL, NO)
    vendor.consents.follow(EMAIL, YES)
    sent = [json.loads(each.content) for each in sandbox.wire.sent if each.content]
    assert not any("dnd" in body or "inactive" in json.dumps(body) for body in sent)


def test_a_contact_that_is_gone_is_left_for_the_next_try(sandbox: Sandbox) -> None:
    assert refused(lambda: sandbox.client().consents.follow(EMAIL, YES)).failure is Failure.TRANSIENT
