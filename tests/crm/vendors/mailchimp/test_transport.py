"""How requests leave for Mailchimp: to which host, with which key, how many at once."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.errors import VendorBusy
from booking_app.crm.vendors.mailchimp import Mailchimp
from booking_app.crm.vendors.mailchimp.gates import OPEN_AT_ONCE, gate_of, passing
from booking_app.crm.vendors.mailchimp.transport import base_url_of
from booking_app.crm.vendors.records import Contact
from booking_sandbox.server import SandboxServer

from .conftest import Connect

EMAIL = "nora.quill@example.com"


def test_the_host_follows_the_key_s_data_centre() -> None:
    assert base_url_of("0123abcd-us19") == "https://us19.api.mailchimp.com/3.0"


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
    Mailchimp.connect(
        token="key-us1", list_id="l1", time_zone="UTC", http=http, monotonic=lambda: 1.0, base_url=base_url
    ).whoami()
    assert [request.url.path for request in seen] == ["/3.0/", "/3.0/lists/l1"]
    assert seen[0].headers["Authorization"] == "Basic " + base64.b64encode(b"booking:key-us1").decode()


def test_a_key_that_was_taken_back_pauses_the_connection(connect: Connect) -> None:
    with pytest.raises(RemoteFailure) as caught:
        connect(token="revoked-us19").whoami()
    assert (caught.value.failure, caught.value.code) == (Failure.AUTH, "mailchimp_401:api_key_invalid")


def test_a_key_without_the_right_to_write_pauses_the_connection(connect: Connect, sandbox: SandboxServer) -> None:
    narrow = connect(token=sandbox.mailchimp_key("narrow"))
    with pytest.raises(RemoteFailure) as caught:
        narrow.upsert_contact(Contact(email=EMAIL))
    assert caught.value.failure is Failure.AUTH


def test_a_bare_403_is_a_limit_and_not_a_refused_key(mailchimp: Mailchimp, sandbox: SandboxServer) -> None:
    sandbox.control.fault("status", service="mailchimp", status=403, body="empty")
    with pytest.raises(RemoteFailure) as caught:
        mailchimp.upsert_contact(Contact(email=EMAIL))
    assert caught.value.failure is Failure.RATE


def test_one_process_never_opens_more_calls_than_its_share(connect: Connect, sandbox: SandboxServer) -> None:
    sandbox.control.set_knob(mailchimp_simultaneous_calls=OPEN_AT_ONCE)
    sandbox.control.fault("delay", service="mailchimp", seconds=0.01, times=None)
    connections = [connect() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda each: each.find_contact(EMAIL), connections))
    assert found == [None] * 12


def test_who_finds_no_place_before_the_deadline_comes_again_later() -> None:
    gate = threading.BoundedSemaphore(1)
    with passing(gate, seconds=1), pytest.raises(VendorBusy), passing(gate, seconds=0):
        pytest.fail("two were let in")
    with passing(gate, seconds=0):
        assert gate_of("a-us1") is gate_of("a-us1")


def test_the_account_says_who_it_is(mailchimp: Mailchimp) -> None:
    account = mailchimp.whoami()
    assert (account.account_id, account.time_zone, account.data_location) == ("d3m0acc0unt", "Australia/Adelaide", "us")
