"""A consent goes up by a click in Mailchimp's own mail, or not at all."""

from datetime import UTC, datetime

import pytest

from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.mailchimp.members import Member, Members
from booking_app.crm.vendors.records import ConsentProof
from booking_sandbox.mailchimp.audience import BY_ADMIN, Audience

from .conftest import Connect

EMAIL = "nora.quill@example.com"
YES = ConsentProof(is_given=True, wording="News, please.", given_at=datetime(2026, 11, 21, 3, tzinfo=UTC))
NO = ConsentProof(is_given=False, wording="News, please.", given_at=datetime(2026, 11, 21, 3, tzinfo=UTC))


def test_somebody_who_never_said_is_asked_once(mailchimp: Mailchimp, audience: Audience) -> None:
    member = audience.put(EMAIL, "transactional")
    assert mailchimp.consents.follow(EMAIL, YES) == "raised"
    assert mailchimp.consents.follow(EMAIL, YES) == "unchanged"
    assert (member.status, member.confirmations_sent) == ("pending", 1)
    assert member.more["timestamp_signup"] == "2026-11-21T03:00:00Z"


def test_a_clinic_that_wants_no_second_question_takes_the_tick_for_it(connect: Connect, audience: Audience) -> None:
    member = audience.put(EMAIL, "transactional")
    assert connect(double_opt_in=False).consents.follow(EMAIL, YES) == "raised"
    assert (member.status, member.confirmations_sent) == ("subscribed", 0)


def test_no_setting_brings_back_somebody_who_left(connect: Connect, audience: Audience) -> None:
    member = audience.put(EMAIL, "unsubscribed")
    member.unsubscribe_reason = BY_ADMIN
    assert connect(double_opt_in=False).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert member.status == "unsubscribed"


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "archived"])
def test_nobody_who_left_is_asked_again(mailchimp: Mailchimp, audience: Audience, status: str) -> None:
    member = audience.put(EMAIL, status)
    member.unsubscribe_reason = BY_ADMIN  # which Mailchimp itself would not protect
    assert mailchimp.consents.follow(EMAIL, YES) == "kept_opt_out"
    assert (member.status, member.confirmations_sent) == (status, 0)


@pytest.mark.parametrize("status", ["subscribed", "pending"])
def test_who_is_on_board_stays_as_they_are(mailchimp: Mailchimp, audience: Audience, status: str) -> None:
    audience.put(EMAIL, status)
    assert mailchimp.consents.follow(EMAIL, YES) == "unchanged"
    assert audience.put(EMAIL, status).confirmations_sent == 0


@pytest.mark.parametrize("status", ["subscribed", "transactional"])
def test_a_box_left_empty_changes_nothing(mailchimp: Mailchimp, audience: Audience, status: str) -> None:
    member = audience.put(EMAIL, status)
    assert mailchimp.consents.follow(EMAIL, NO) == "unchanged"
    assert member.status == status


def test_somebody_unknown_is_not_made_by_a_consent(mailchimp: Mailchimp, audience: Audience) -> None:
    assert mailchimp.consents.follow(EMAIL, YES) == "unchanged"
    assert audience.members == {}


def test_somebody_who_leaves_this_very_moment_is_mailchimp_s_to_protect(
    connect: Connect, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, read = audience.put(EMAIL, "transactional"), Members.read

    def leaving(members: Members, email: str) -> Member | None:
        found = read(members, email)
        audience.put(EMAIL, "unsubscribed")
        return found

    monkeypatch.setattr(Members, "read", leaving)
    assert connect(double_opt_in=False).consents.follow(EMAIL, YES) == "kept_opt_out"
    assert member.status == "unsubscribed"
