"""Whom a token belongs to."""

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from tests.crm.vendors.hubspot.double import TOKEN, Account, answering, client, problem


def test_an_account_tells_its_number_zone_and_where_it_keeps_data() -> None:
    account = client(Account()).whoami()
    assert (account.account_id, account.time_zone, account.data_location) == ("4711", "Australia/Sydney", "ap1")


def test_a_token_without_the_right_to_read_contacts_is_refused() -> None:
    scopes = problem(403, "MISSING_SCOPES", "needs crm.objects.contacts.read")
    with pytest.raises(RemoteFailure) as caught:
        client(Account(faults=[None, answering(scopes)])).whoami()
    assert caught.value.failure is Failure.AUTH


def test_a_wrong_token_is_refused_and_shown_nowhere() -> None:
    hubspot = client(Account(), token="pat-ap1-wrong")
    with pytest.raises(RemoteFailure) as caught:
        hubspot.whoami()
    assert (caught.value.failure, caught.value.code) == (Failure.AUTH, "hubspot_401:INVALID_AUTHENTICATION")
    assert "pat-ap1" not in repr(hubspot) + repr(caught.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "schlüssel"])
def test_a_token_that_fits_no_header_is_a_setting_to_fix(token: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(Account(), token=token)
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, "hubspot_token_unusable")


def test_a_copy_under_a_deadline_is_still_the_same_connection() -> None:
    account = Account()
    assert client(account).within(deadline=101.0).whoami().account_id == "4711"
    assert TOKEN not in repr(client(account).within(deadline=101.0))
