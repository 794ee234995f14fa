"""Unguessable tokens, how they are stored, and the short reference that people read to each other."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from itsdangerous import BadSignature, Signer

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8


def new_token() -> str:
    """A fresh token of 160 random bits, safe in a URL path."""
    return secrets.token_urlsafe(20)


def hash_token(token: str) -> str:
    """What is stored in place of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(secret_key: str, purpose: str, about: str) -> str:
    """A token of 192 bits for one purpose and subject, the same each time, so that whoever has the key can name it."""
    digest = hmac.new(secret_key.encode(), f"{purpose}:{about}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:24]).decode()


def new_reference() -> str:
    """A booking's public reference, e.g. `BK-7F3K2M9Q`: 39 random bits without look-alike characters."""
    return "BK-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


class SignedTimes:
    """Moments that a page carries, signed for one purpose and whatever it is bound to; nothing is stored of them."""

    def __init__(self, secret_key: str, purpose: str, *bound_to: str) -> None:
        self._signer = Signer(secret_key, salt="\0".join((purpose, *bound_to)), digest_method=hashlib.sha256)

    def sign(self, at: datetime) -> str:
        """A text safe in a URL, to the second."""
        return self._signer.sign(f"{int(at.timestamp()):x}").decode()

    def read(self, token: str) -> datetime | None:
        """The moment that was signed, aware; None for what was not signed for this."""
        try:
            return datetime.fromtimestamp(int(self._signer.unsign(token), 16), UTC)
        except (BadSignature, ValueError, OverflowError, OSError):
            return None
