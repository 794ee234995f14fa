"""Who is asking, without keeping who that is; and the circumstances of a signature."""

import hashlib
import hmac
from datetime import datetime

from flask import request

from booking_app.booking.records import Evidence
from booking_app.web.access import front

LONGEST_AGENT = 300


def address() -> str:
    """The visitor's network address, read past as many proxies as are trusted."""
    return request.remote_addr or "unknown"


def visitor() -> str:
    """A stable name for the address that cannot be turned back into it without our key."""
    key = front().settings.secret_key.encode()
    return hmac.new(key, f"visitor:{address()}".encode(), hashlib.sha256).hexdigest()[:32]


def evidence(shown_at: datetime) -> Evidence:
    """The circumstances of the form posted now, whose page was shown at `shown_at`."""
    return Evidence(
        ip=address(),
        user_agent=(request.user_agent.string or "")[:LONGEST_AGENT],
        language=(request.accept_languages.best or "en")[:35],
        shown_at=shown_at,
        signed_at=front().clock.now(),
    )
