"""Which addresses a URL of a clinic's choice may lead to: those of the public internet, looked up by ourselves.

Without this a webhook, or a page to be looked at, would reach whatever our own machines reach.
"""

import ipaddress
import socket
import threading
from concurrent.futures import Future

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv6 addresses that a gateway turns into the IPv4 address written in their last bits.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# What older registries of the standard library call global, or what is public by number only.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # special purposes, among them the metadata of a cloud
        "192.88.99.0/24",  # relays to IPv6
        "168.63.129.16/32",  # Azure's platform, under which each of its machines finds its metadata
        "::/96",  # an abandoned way to write IPv4 addresses
        "64:ff9b:1::/48",  # translation within one network
        "fec0::/10",  # site-local
    )
)
LOOK_UP_SECONDS = 5.0


def look_up(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, as the system resolves it now. Raises OSError; waits five seconds at most."""
    found: Future[list[str]] = Future()
    threading.Thread(target=_look_up, args=(found, host, port), daemon=True, name="look-up").start()
    return tuple(dict.fromkeys(found.result(timeout=LOOK_UP_SECONDS)))


def _look_up(found: "Future[list[str]]", host: str, port: int) -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result([str(row[4][0]) for row in rows])
    except (OSError, UnicodeError) as error:
        found.set_exception(OSError(type(error).__name__))


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet: not private, loopback, link-local, shared or metadata."""
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in each for each in NOT_PUBLIC)


def _meant(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
