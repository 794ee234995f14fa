"""Who is asking, without keeping who that is; and the circumstances of a signature."""

import hashlib
import hmac
from datetime import datetime
from ipaddress import ip_address

from flask import request

from booking_app.bookings.records import Evidence
from booking_app.pages.shared.access import use_cases

LONGEST_AGENT = 300


def address() -> str:
    """The visitor's network address, read past as many proxies as are trusted."""
    return request.remote_addr or "unknown"


def is_local(text: str) -> bool:
    """Whether this is a loopback address."""
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def visitor() -> str:
    """A stable name for the address that cannot be turned back into it without our key.

    Empty for this machine's own addresses: visitors that seem to come from there come through a proxy that was not
    declared, and must not be limited together as if they were one.
    """
    if is_local(address()):
        return ""
    key = use_cases().settings.secret_key.encode()
    return hmac.new(key, f"visitor:{address()}".encode(), hashlib.sha256).hexdigest()[:32]


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
