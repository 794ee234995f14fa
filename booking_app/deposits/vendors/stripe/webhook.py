"""Messages from Stripe: believed by their signature alone, and taken only as a reason to look.

`Stripe-Signature: t=<unix>,v1=<hex>[,v1=…]` is an HMAC-SHA256 over `t.body` whose key is the whole text of the secret.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
MOST_PARTS = 20
EVENTS = (
    "checkout.session.completed", "checkout.session.expired", "payment_intent.amount_capturable_updated",
    "payment_intent.payment_failed", "payment_intent.canceled", "charge.refunded", "refund.updated", "refund.failed",
    "charge.dispute.created", "charge.dispute.closed",
)  # fmt: skip


class Unbelievable(Exception):
    """The message is not Stripe's, or too old. The text says which, and quotes nothing."""


@dataclass(frozen=True)
class StripeEvent:
    """`reference` is ours where the object carries it, `payment_id` the payment it is about."""

    event_id: str
    kind: str
    reference: str | None
    payment_id: str | None


def read_event(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> StripeEvent:
    """The event of a signed message. Raises Unbelievable; ValueError for a signed message that is no event."""
    sent_at, signatures = _header(header)
    if abs(now - sent_at) > TOLERANCE:
        raise Unbelievable("the message is too old")
    signed = f"{int(sent_at.timestamp())}.".encode() + body
    ours = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(one, theirs) for one in ours for theirs in signatures):
        raise Unbelievable("the signature is wrong")
    return _event(json.loads(body))


def _header(header: str) -> tuple[datetime, list[str]]:
    parts = [part.strip().partition("=") for part in header.split(",")[:MOST_PARTS]]
    times = [value for name, _, value in parts if name == "t" and value.isdecimal() and len(value) < 12]
    signatures = [value for name, _, value in parts if name == "v1" and value.isascii()]
    if len(times) != 1 or not signatures:
        raise Unbelievable("the signature is missing")
    return datetime.fromtimestamp(int(times[0]), UTC), signatures


def _event(document: object) -> StripeEvent:
    event = document if isinstance(document, dict) else {}
    data = event.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    event_id, kind = event.get("id"), event.get("type")
    if not (isinstance(event_id, str) and isinstance(kind, str) and isinstance(about, dict)):
        raise ValueError("not an event")
    metadata = about.get("metadata")
    reference = about.get("client_reference_id") or (metadata.get("deposit") if isinstance(metadata, dict) else None)
    payment = about.get("id") if about.get("object") == "payment_intent" else about.get("payment_intent")
    return StripeEvent(
        event_id[:80],
        kind[:80],
        reference if isinstance(reference, str) else None,
        payment if isinstance(payment, str) else None,
    )
