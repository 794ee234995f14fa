"""Signatures of Standard Webhooks: HMAC-SHA256 over id, time of this attempt and the very bytes that are sent."""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from booking_app.core.outbound_http.errors import VendorMisconfigured

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
MOST_SECRETS = 2


def read_secrets(text: str) -> tuple[bytes, ...]:
    """The keys of one secret, or of two separated by a space while one takes the other's place, the new one first.

    Raises CONFIG without quoting them.
    """
    keys = tuple(_key(part) for part in text.replace(",", " ").split())
    if not 1 <= len(keys) <= MOST_SECRETS:
        raise VendorMisconfigured("webhook_secret_unusable")
    return keys


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise VendorMisconfigured("webhook_secret_unusable")
    return key


def signatures(keys: Sequence[bytes], *, message_id: str, sent_at: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature a key, separated by spaces."""
    signed = f"{message_id}.{sent_at}.".encode() + body
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys)


class SigningTransport(httpx.BaseTransport):
    """Signs each request that has a `webhook-id` on its way out, and sends the bytes that it has signed."""

    def __init__(self, inner: httpx.BaseTransport, *, keys: Sequence[bytes], now: Callable[[], datetime]) -> None:
        self._inner = inner
        self._keys = keys
        self._now = now

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body, sent_at = request.read(), int(self._now().timestamp())
        request.headers["webhook-timestamp"] = str(sent_at)
        request.headers["webhook-signature"] = signatures(
            self._keys, message_id=request.headers["webhook-id"], sent_at=sent_at, body=body
        )
        return self._inner.handle_request(request)
