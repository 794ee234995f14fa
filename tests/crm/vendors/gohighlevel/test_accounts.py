"""Whom a token belongs to, and what it has to be allowed."""

import pytest

from booking_app.core.failures import Failure
from tests.crm.vendors.gohighlevel.conftest import Sandbox, refused


def test_an_account_tells_its_number_and_zone(sandbox: Sandbox) -> None:
    account = sandbox.client().whoami()
    assert (account.account_id, account.time_zone) == ("SandboxDemoLocation1", "Australia/Adelaide")


def test_a_token_that_may_not_read_custom_fields_is_refused_at_once(sandbox: Sandbox) -> None:
    narrow = sandbox.server.control.world.gohighlevel["narrow"]
    failure = refused(sandbox.client(token=narrow.token, account=narrow.location_id).whoami)
    assert (failure.failure, failure.code) == (Failure.AUTH, "gohighlevel_401:scope")


def test_the_right_to_read_the_sub_account_itself_is_no_need(sandbox: Sandbox) -> None:
    sandbox.account.scopes = tuple(scope for scope in sandbox.account.scopes if scope != "locations.readonly")
    assert sandbox.client().whoami().time_zone is None


def test_the_token_of_another_sub_account_is_refused(sandbox: Sandbox) -> None:
    failure = refused(sandbox.client(account="SandboxNorthLocation").whoami)
    assert (failure.failure, failure.code) == (Failure.AUTH, "gohighlevel_403")


def test_a_wrong_token_is_refused_and_shown_nowhere(sandbox: Sandbox) -> None:
    vendor = sandbox.client(token="pit-wrong")
    failure = refused(vendor.whoami)
    assert (failure.failure, failure.code) == (Failure.AUTH, "gohighlevel_401")
    assert "pit-wrong" not in repr(vendor) + repr(failure)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"token": "two words"}, "gohighlevel_token_unusable"),
        ({"account": ""}, "gohighlevel_location_unusable"),
        ({"account": "../locations"}, "gohighlevel_location_unusable"),
        ({"version": "v9"}, "gohighlevel_version_unknown"),
    ],
)
def test_what_cannot_be_sent_is_a_setting_to_fix(sandbox: Sandbox, settings: dict[str, str], code: str) -> None:
    failure = refused(lambda: sandbox.client(**settings))
    assert (failure.failure, failure.code) == (Failure.CONFIG, code)
