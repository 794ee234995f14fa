"""Hosts and origins, read into their parts and written anew: what was typed is never pasted into a header. Pure."""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

LONGEST_HOST = 253
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?", re.IGNORECASE | re.ASCII)
USUAL_PORTS = {"http": 80, "https": 443}


def is_host(text: str) -> bool:
    """Whether this can stand in an address as a host: a name, an IPv4 address, or an IPv6 one in brackets."""
    if text.startswith("["):
        return text.endswith("]") and _is_ipv6(text[1:-1])
    if len(text) > LONGEST_HOST or not NAME.fullmatch(text):
        return False
    try:
        text.encode("ascii").decode("idna")  # `xn--` may be followed by what is no name
    except UnicodeError:
        return False
    return True


def origin_in(text: str) -> str | None:
    """`https://www.clinic.example` as browsers write it; None for everything that is not an origin and nothing more.

    A name in other letters comes out in the form that travels (`xn--`), the usual port is left out.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or "") else ""
    except (ValueError, UnicodeError):
        return None
    if not text.isprintable() or parts.scheme not in USUAL_PORTS or port == 0:
        return None
    if ":" in (parts.hostname or ""):
        host = f"[{parts.hostname}]"
    rebuilt = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, USUAL_PORTS[parts.scheme]) else "")
    # Nothing may be left over: no path, no name or password, nothing that only looks like a host.
    is_whole = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc or set("?#") & set(text))
    return rebuilt if is_whole and is_host(host) else None


def origin_typed(text: str) -> str:
    """The origin in an address as people copy it: with a path, without a scheme (`www.clinic.example/contact`).

    What holds no origin comes back as it is, for the rules to refuse in words.
    """
    typed = text.strip()
    whole = typed if "://" in typed else f"{'http' if typed.startswith('localhost') else 'https'}://{typed}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        return text
    return origin_in(f"{parts.scheme}://{parts.netloc}") or text


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text
