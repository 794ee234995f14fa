"""How many calls of this process a Mailchimp user serves at once.

Mailchimp counts open connections per user: the eleventh gets 429. There may be several processes, so each takes few.
"""

import contextlib
import hashlib
import threading
from collections.abc import Iterator

from booking_app.crm.vendors.errors import VendorBusy

OPEN_AT_ONCE = 4
_gates: dict[str, threading.BoundedSemaphore] = {}
_guard = threading.Lock()


def gate_of(key: str) -> threading.BoundedSemaphore:
    """The gate that every connection with this key goes through. Keys are not kept."""
    name = hashlib.sha256(key.encode()).hexdigest()
    with _guard:
        return _gates.setdefault(name, threading.BoundedSemaphore(OPEN_AT_ONCE))


@contextlib.contextmanager
def passing(gate: threading.BoundedSemaphore, *, seconds: float) -> Iterator[None]:
    """Wait for a place, `seconds` at most. Raises RATE when there is none."""
    if not gate.acquire(timeout=max(seconds, 0)):
        raise VendorBusy("mailchimp_queue_full", retry_after=1.0)
    try:
        yield
    finally:
        gate.release()
