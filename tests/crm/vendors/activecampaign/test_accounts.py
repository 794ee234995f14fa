"""Whom a token belongs to, and to which address it may go."""

import pytest

from booking_app.core.failures import Failure
from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.crm.vendors.activecampaign.addresses import account_url, api_url
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused


def test_an_account_is_told_by_its_name_and_nobody_elses(sandbox: Sandbox) -> None:
    assert sandbox.client().whoami().account_id == "harbour"


def test_a_bad_token_is_a_403_and_pauses_the_connection(sandbox: Sandbox) -> None:
    vendor = sandbox.client()
    sandbox.account.token = "rotated-by-hand"
    failure = refused(vendor.whoami)
    assert (failure.failure, failure.code) == (Failure.AUTH, "activecampaign_403")
    assert sandbox.client().whoami().account_id == "harbour"


def test_a_user_without_the_right_to_read_contacts_is_refused(sandbox: Sandbox) -> None:
    narrow = sandbox.server.control.world.activecampaign["narrow"]
    assert refused(sandbox.client(token=narrow.token).whoami).failure is Failure.AUTH


def test_a_token_that_fits_no_header_is_a_setting_to_fix_and_shown_nowhere(sandbox: Sandbox) -> None:
    failure = refused(lambda: sandbox.client(token="two words"))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "activecampaign_token_unusable")
    assert sandbox.account.token not in repr(sandbox.client())


@pytest.mark.parametrize(
    "typed",
    ["https://harbour.api-us1.com", " https://harbour.api-us1.com/ ", "https://HARBOUR.api-us1.com/api/3"],
)
def test_an_accounts_address_is_taken_as_the_settings_page_shows_it(typed: str) -> None:
    assert account_url(typed) == "https://harbour.api-us1.com"
    assert api_url(account_url(typed)) == "https://harbour.api-us1.com/api/3"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "harbour",
        "http://harbour.api-us1.com",
        "https://harbour.api-us1.com.example.com",
        "https://example.com/harbour.api-us1.com",
        "https://harbour.api-us1.com@example.com",
        "https://user@harbour.api-us1.com",
        "https://harbour.api-us1.com:8443",
        "https://harbour.api-us1.com:x",
        "https://harbour.api-us1.com/other",
        "https://harbour.api-us1.com?x=1",
        "https://a.b.api-us1.com",
        "https://127.0.0.1",
        "https://[::1",
    ],
)
def test_a_token_goes_to_no_other_address(typed: str) -> None:
    with pytest.raises(VendorMisconfigured) as caught:
        account_url(typed)
    assert caught.value.code == "activecampaign_url_unusable"


def test_an_address_that_replaces_the_host_may_end_in_the_path_of_the_api() -> None:
    assert api_url("http://127.0.0.1:1/x/api/3/") == api_url("http://127.0.0.1:1/x") == "http://127.0.0.1:1/x/api/3"
