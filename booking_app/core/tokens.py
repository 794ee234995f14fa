"""Unguessable tokens, how they are stored, and the short reference that people read to each other."""

import hashlib
import secrets

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 8


def new_token() -> str:
    """A fresh token of 160 random bits, safe in a URL path."""
    return secrets.token_urlsafe(20)


def hash_token(token: str) -> str:
    """What is stored in place of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_reference() -> str:
    """A booking's public reference, e.g. `BK-7F3K2M9Q`: 39 random bits without look-alike characters."""
    return "BK-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
