"""Who is counted as one visitor, however proxies write the address."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_app.pages.shared import visitors
from booking_app.pages.shared.network import networks, read_address
from tests.pages.shared.client import checking_client
from tests.pages.widget.fakes import fake_app, fake_front
from tests.pages.widget.journey import TIMES, slot

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).filter(
    lambda one: not isinstance(one, IPv6Address) or (one.ipv4_mapped is None and not str(one).startswith("64:ff9b:"))
)
PORTS = st.one_of(st.none(), st.integers(0, 65535))


def written(address: IPv4Address | IPv6Address, port: int | None, space: str, quote: str) -> str:
    """As one proxy or another writes an address."""
    bare = f"[{address}]" if address.version == 6 and port is not None else str(address)
    return f"{space}{quote}{bare}{'' if port is None else f':{port}'}{quote}{space}"


@given(ADDRESSES, PORTS, st.sampled_from(["", " ", "  "]), st.sampled_from(["", '"']))
def test_an_address_is_read_however_it_is_written(
    address: IPv4Address | IPv6Address, port: int | None, space: str, quote: str
) -> None:
    assert read_address(written(address, port, space, quote)) == address


@given(st.text(max_size=200))
def test_whatever_is_sent_as_an_address_is_read_as_one_or_not_at_all(text: str) -> None:
    address = read_address(text)
    assert address is None or ip_address(str(address)) == address


@pytest.mark.parametrize(
    "text", [None, "", "unknown", "_hidden", "for=1.2.3.4", "1.2.3", "1.2.3.4.5", "[::1", "a" * 10**6]
)
def test_what_is_no_address_is_none(text: str | None) -> None:
    found = read_address(text)
    assert found is None or text == "[::1"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        ("64:ff9b::192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:DB8::0:1", "2001:db8::1"),
    ],
)
def test_one_address_has_one_form(text: str, plain: str) -> None:
    assert str(read_address(text)) == plain


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**16 - 1))
def test_a_home_is_its_64_and_its_neighbours_are_in_the_48(host: int, subnet: int) -> None:
    base = int(IPv6Address("2001:db8:1::"))
    narrow, wider = networks(IPv6Address(base + (subnet << 64) + host))
    assert wider == "2001:db8:1::/48"
    assert narrow == str(IPv6Address(base + (subnet << 64))) + "/64"


@pytest.fixture(scope="module")
def app() -> Flask:
    app = fake_app(fake_front(trusted_proxies=1))
    app.add_url_rule("/seen", view_func=lambda: [visitors.address(), visitors.visitor()])
    return app


def seen(app: Flask, forwarded: str) -> list[str]:
    """The address that a page sees, and the visitor's name, for one forwarded header."""
    behind_proxy = {"REMOTE_ADDR": "127.0.0.1"}
    answer = app.test_client().get("/seen", headers={"X-Forwarded-For": forwarded}, environ_overrides=behind_proxy)
    return list(answer.json)


@given(
    address=ADDRESSES, port=PORTS, space=st.sampled_from(["", " "]), forged=st.text('0123456789abc:.,[]" ', max_size=30)
)
@settings(max_examples=60, deadline=None)
def test_evidence_and_limits_see_one_clean_address_behind_a_proxy(
    app: Flask, address: IPv4Address | IPv6Address, port: int | None, space: str, forged: str
) -> None:
    plain = seen(app, str(address))
    assert plain[0] == str(address)
    assert seen(app, f"{forged},{written(address, port, space, '')}") == plain


def test_a_call_that_came_past_the_proxy_is_known_by_its_own_address(app: Flask) -> None:
    answer = app.test_client().get("/seen", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.json[0] == "192.0.2.1"


def test_addresses_of_one_64_are_one_visitor_and_others_are_not(app: Flask) -> None:
    one, other, stranger = (seen(app, text)[1] for text in ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"))
    assert one == other != stranger


def test_what_a_proxy_does_not_know_is_one_visitor_that_is_limited(app: Flask) -> None:
    assert seen(app, "unknown") == seen(app, "_obfuscated")
    assert seen(app, "unknown")[0] == "unknown"
    assert seen(app, "unknown")[1] != ""


def test_one_home_holds_no_more_than_some_times_an_hour_and_its_48_not_for_ever() -> None:
    client = checking_client(fake_app(fake_front()))

    def hold(host: str) -> int:
        page = client.page(TIMES)
        posted = {"token": page.token(), "slot": slot()}
        return client.post(page.form_to("/times"), data=posted, environ_overrides={"REMOTE_ADDR": host}).status_code

    answers = [hold(f"2001:db8::{host}") for host in range(40)]
    assert (answers.count(303), answers.count(429)) == (30, 10)
    assert hold("2001:db8:0:1::1") == 303
    assert 429 in [hold(f"2001:db8:0:{home}::1") for home in range(1, 200)], "five times as much for all of a /48"


def test_many_posts_from_one_64_have_to_wait_whatever_the_address() -> None:
    app = fake_app(fake_front())
    app.config["POSTS_LIMIT"] = "3 per minute"
    client = checking_client(app)
    for host in range(3):
        client.send(TIMES, {"slot": slot()}, status=422, environ_overrides={"REMOTE_ADDR": f"2001:db8::{host}"})
    client.send(TIMES, {"slot": slot()}, status=429, environ_overrides={"REMOTE_ADDR": "2001:db8::9:9"})
    client.send(TIMES, {"slot": slot()}, status=422, environ_overrides={"REMOTE_ADDR": "2001:db8:0:1::9"})
