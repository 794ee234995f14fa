"""Who is asking, without keeping who that is; and the circumstances of a signature."""

import hashlib
import hmac
from datetime import datetime

from flask import request

from booking_app.bookings.records import Evidence
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.network import networks, read_address
from booking_app.pages.shared.proxies import UNKNOWN

LONGEST_AGENT = 300
WIDER = 5  # times as much for all the homes of the wider network together


def address() -> str:
    """The visitor's network address, read past as many proxies as are trusted."""
    return request.remote_addr or UNKNOWN


def visitor() -> str:
    """A stable name for the visitor's network that cannot be turned back into it without our key.

    An IPv4 address, or the /64 that one connection of IPv6 has. Empty for this machine's own addresses: visitors that
    seem to come from there come through a proxy that was not declared, and must not be limited together as if they
    were one. Those whose address cannot be read are limited together.
    """
    return _named(0)


def neighbourhood() -> str:
    """The same for the wider network around it (/48 of IPv6), which is to be limited more loosely."""
    return _named(1)


def asker() -> tuple[tuple[str, int], ...]:
    """The visitor's networks, each with how many times one visitor's share it may have; none for this machine."""
    narrow, wider = visitor(), neighbourhood()
    if not narrow:
        return ()
    return ((narrow, 1),) if wider == narrow else ((narrow, 1), (wider, WIDER))


def _named(width: int) -> str:
    found = read_address(address())
    if found is not None and found.is_loopback:
        return ""
    network = UNKNOWN if found is None else networks(found)[width]
    key = use_cases().settings.secret_key.encode()
    return hmac.new(key, f"visitor:{network}".encode(), hashlib.sha256).hexdigest()[:32]


def evidence(shown_at: datetime, language: str) -> Evidence:
    """The circumstances of the form posted now, whose page was sent to the browser at `shown_at`.

    `language` is the one the page was in, not the one the browser would have liked.
    """
    return Evidence(
        ip=address(),
        user_agent=(request.user_agent.string or "")[:LONGEST_AGENT],
        language=language,
        shown_at=shown_at,
        signed_at=use_cases().clock.now(),
    )
