"""Network addresses as proxies and sockets write them, read into one clean form. Pure."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

LONGEST_TEXT = 100  # of anything that could be an address with a port
# One connection at home has a whole /64 of IPv6, often a /56; a /48 is what a company or a small provider is given.
HOME_BITS, WIDER_BITS = 64, 48
NAT64 = IPv6Network("64:ff9b::/96")
_PORT = re.compile(r":\d{1,5}\Z")

Address = IPv4Address | IPv6Address


def read_address(text: str | None) -> Address | None:
    """The address in `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:443` or a quoted one of these.

    An IPv4 address dressed as IPv6 comes out as itself, a zone (`%eth0`) is dropped. None for `unknown` and all else.
    """
    if text is None or len(text) > LONGEST_TEXT:
        return None
    bare = text.strip().strip('"').strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = _PORT.sub("", bare)
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return _plain(address)


def networks(address: Address) -> tuple[str, str]:
    """The nets that are counted for an address: its own, and the wider one it lies in. An IPv4 address is both."""
    if isinstance(address, IPv4Address):
        return str(IPv4Network(address)), str(IPv4Network(address))
    narrow, wider = (IPv6Network((address, bits), strict=False) for bits in (HOME_BITS, WIDER_BITS))
    return str(narrow), str(wider)


def _plain(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
