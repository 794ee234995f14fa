"""How requests leave for Mailchimp: to which host, with which key, how many at once."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.pace import Pace
from booking_app.crm.vendors.mailchimp.client import Mailchimp
from booking_app.crm.vendors.mailchimp.transport import base_url_of
from booking_app.crm.vendors.records import Contact
from booking_app.crm.vendors.registered import SPECS
from booking_sandbox.server import SandboxServer
from tests.crm.vendors.opening import opened

from .conftest import Connect

EMAIL = "nora.quill@example.com"


def test_the_host_follows_the_key_s_data_centre() -> None:
    assert base_url_of("0123abcd-us19") == "https://us19.api.mailchimp.com"


@pytest.mark.parametrize(
    "key", ["nohyphen", "key-", "key-evil.example/", "key-us19.evil.example", "key-us19@evil.example", "key-us1234"]
)
def test_nothing_but_a_data_centre_becomes_part_of_a_host(key: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        base_url_of(key)
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, "mailchimp_token_unusable")


@pytest.mark.parametrize("base_url", ["https://proxy.test", "https://proxy.test/", "https://proxy.test/3.0"])
def test_a_host_in_its_place_may_be_given_with_or_without_the_version(base_url: str) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"account_id": "7"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    opened("mailchimp", token="key-us1", list="l1", http=http, monotonic=lambda: 1.0, base_url=base_url).whoami()
    assert [request.url.path for request in seen] == ["/3.0/", "/3.0/lists/l1"]
    assert seen[0].headers["Authorization"] == "Basic " + base64.b64encode(b"booking:key-us1").decode()


def test_a_key_that_was_taken_back_pauses_the_connection(connect: Connect) -> None:
    with pytest.raises(RemoteFailure) as caught:
        connect(token="revoked-us19").whoami()
    assert (caught.value.failure, caught.value.code) == (Failure.AUTH, "mailchimp_401:api_key_invalid")


def test_a_key_without_the_right_to_write_pauses_the_connection(connect: Connect, sandbox: SandboxServer) -> None:
    narrow = connect(token=sandbox.mailchimp_key("narrow"))
    with pytest.raises(RemoteFailure) as caught:
        narrow.contacts.upsert(Contact(email=EMAIL))
    assert caught.value.failure is Failure.AUTH


def test_a_bare_403_is_a_limit_and_not_a_refused_key(mailchimp: Mailchimp, sandbox: SandboxServer) -> None:
    sandbox.control.fault("status", service="mailchimp", status=403, body="empty")
    with pytest.raises(RemoteFailure) as caught:
        mailchimp.contacts.upsert(Contact(email=EMAIL))
    assert caught.value.failure is Failure.RATE


def test_one_process_never_opens_more_calls_than_its_share(connect: Connect, sandbox: SandboxServer) -> None:
    limit = SPECS["mailchimp"].limit
    assert limit is not None
    sandbox.control.set_knob(mailchimp_simultaneous_calls=limit.calls)
    sandbox.control.fault("delay", service="mailchimp", seconds=0.01, times=None)
    pace = Pace(limit, monotonic=time.monotonic)
    connections = [connect(pace=pace) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda each: each.contacts.find(EMAIL), connections))
    assert found == [None] * 12


def test_the_account_says_who_it_is(mailchimp: Mailchimp) -> None:
    account = mailchimp.whoami()
    assert (account.account_id, account.time_zone, account.data_location) == ("d3m0acc0unt", "Australia/Adelaide", "us")
