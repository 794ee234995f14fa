"""Telling those who asked to be told: signed, in a thread of its own, as often and as late as the knobs say."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from booking_sandbox.clock import epoch
from booking_sandbox.stripe.account import Object, StripeAccount

if TYPE_CHECKING:
    from booking_sandbox.world import World

TRIES = 3


def signature(secret: str, body: bytes, at: int) -> str:
    """The header ``Stripe-Signature`` of a message; the whole secret text is the key."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def deliver_new(world: World, account: StripeAccount, known: int) -> None:
    """Send the events from number ``known`` on to every endpoint that wants them."""
    messages = [
        (str(endpoint["url"]), str(endpoint["_secret"]), event)
        for event in account.events[known:]
        for endpoint in account.endpoints.values()
        if event["type"] in endpoint["enabled_events"] or "*" in endpoint["enabled_events"]
    ]
    knobs = world.knobs
    if messages and knobs.stripe_webhook_copies:
        wait, copies = knobs.stripe_webhook_seconds, knobs.stripe_webhook_copies
        order = list(reversed(messages)) if knobs.stripe_webhook_reversed else messages
        threading.Thread(target=_deliver, args=(order * copies, wait), daemon=True).start()


def _deliver(messages: list[tuple[str, str, Object]], wait: float) -> None:
    time.sleep(wait)
    for url, secret, event in messages:
        body = json.dumps(event).encode()
        for number in range(TRIES):
            if _sent(url, secret, body):
                break
            time.sleep(0.2 * (number + 1))


def _sent(url: str, secret: str, body: bytes) -> bool:
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature(secret, body, int(epoch()))}
    try:
        with urlopen(Request(url, body, headers), timeout=10) as answer:  # noqa: S310 - where the clinic said
            return bool(answer.status < 300)
    except OSError:
        return False
