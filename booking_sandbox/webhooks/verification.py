"""Whether a message is from who it says, by the words of Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence

from werkzeug.datastructures import Headers

TOLERANCE_SECONDS = 300


class MessageRefused(Exception):
    """The message is not to be believed; the text says why, and ``status`` what to answer."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


def verify(headers: Headers, body: bytes, *, secrets: Sequence[str], now: float) -> str:
    """The id of a message that one of the secrets has signed within the last minutes. Raises MessageRefused."""
    message_id = headers.get("webhook-id", "")
    sent_at = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not message_id or not sent_at or not signatures:
        raise MessageRefused("missing required headers", 400)
    if "." in message_id or not sent_at.isdecimal():
        raise MessageRefused("invalid headers", 400)
    if abs(now - int(sent_at)) > TOLERANCE_SECONDS:
        raise MessageRefused("timestamp outside the tolerance", 401)
    expected = [expected_signature(secret, message_id, sent_at, body) for secret in secrets]
    for version, _, value in (part.partition(",") for part in signatures.split(" ")):
        if version == "v1" and any(_is_same(value, one) for one in expected):
            return message_id
    raise MessageRefused("no matching signature", 401)


def expected_signature(secret: str, message_id: str, sent_at: str, body: bytes) -> bytes:
    """The HMAC-SHA256 over id, time and body, by the key behind ``whsec_``."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = message_id.encode() + b"." + sent_at.encode() + b"." + body
    return hmac.digest(key, signed, "sha256")


def _is_same(value: str, expected: bytes) -> bool:
    try:
        return hmac.compare_digest(base64.b64decode(value, validate=True), expected)
    except binascii.Error:
        return False
