"""Sealing at rest (Fernet, with rotation) and the Ed25519 seal under signed records."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


class Unsealable(Exception):
    """None of the keys opens this. The keys in use are not those it was sealed with."""


class Keyring:
    """The sealing keys of a deployment, newest first: the first seals, all of them open."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def unseal(self, sealed: bytes) -> bytes:
        """The content again. Raises Unsealable when no key fits or the bytes were changed."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise Unsealable("sealed with a key that is not in use") from error

    def seal_json(self, value: Any) -> bytes:
        return self.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def unseal_json(self, sealed: bytes) -> Any:
        return json.loads(self.unseal(sealed))

    def rotate(self, sealed: bytes) -> bytes:
        """The same content under the newest key. Raises Unsealable."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise Unsealable("sealed with a key that is not in use") from error


def new_sealing_key() -> str:
    """A fresh Fernet key as text."""
    return Fernet.generate_key().decode()


class SigningKey:
    """The Ed25519 key under which this deployment seals signed records."""

    def __init__(self, private_bytes: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private_bytes)
        self.public_bytes = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = hashlib.sha256(self.public_bytes).hexdigest()[:16]

    @classmethod
    def from_hex(cls, text: str) -> "SigningKey":
        return cls(bytes.fromhex(text))

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def new_signing_key() -> str:
    """A fresh Ed25519 private key as 64 hex characters."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()).hex()


def verify_seal(public_bytes: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` was made over `message` by the owner of the public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_bytes).verify(signature, message)
    except InvalidSignature:
        return False
    return True
