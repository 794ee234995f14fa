"""Which addresses are of the public internet."""

import socket
from typing import Any

import pytest

from booking_app.core.outbound_http.addresses import is_public, look_up


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "192.168.0.1", "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254",
        "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1", "2001::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
    ],
)  # fmt: skip
def test_an_address_of_a_machine_s_own_surroundings_is_not(address: str) -> None:
    assert not is_public(address)


def test_a_name_is_looked_up_and_each_address_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(host: str, port: int, **_: Any) -> list[Any]:
        assert (host, port) == ("hooks.example", 443)
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("8.8.8.8", port)), (10, 1, 6, "", ("::1", port, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    assert look_up("hooks.example", 443) == ("8.8.8.8", "::1")


def test_a_name_that_leads_nowhere_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def unresolved(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    with pytest.raises(OSError, match="gaierror"):
        look_up("nowhere.example", 443)


@pytest.mark.parametrize("written", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_a_number_written_strangely_is_judged_by_where_it_leads(written: str) -> None:
    assert not any(map(is_public, look_up(written, 443)))
