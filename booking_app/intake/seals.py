"""The Ed25519 seals: one over the record, printed in the document; one over record and file, kept as the proof."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking_app.core.dates import utc_text
from booking_app.core.sealing import SigningKey, verify_seal

RECORD_PREFIX = "booking-signed-record/1"
PROOF_PREFIX = "booking-proof/1"


@dataclass(frozen=True)
class RecordSeal:
    """The hash of a signed record, sealed; `signature` is Base64."""

    record_sha256: str
    key_id: str
    signature: str


def seal_record(record_sha256: str, signing_key: SigningKey) -> RecordSeal:
    """The seal that is printed; Ed25519 is deterministic, so the same record has the same seal."""
    signature = signing_key.sign(_record_message(record_sha256))
    return RecordSeal(record_sha256, signing_key.key_id, b64encode(signature).decode())


def seal_proof(
    *,
    record_sha256: str,
    file_sha256: str,
    signed_at: datetime,
    waiver_versions: Sequence[Mapping[str, Any]],
    signing_key: SigningKey,
) -> str:
    """The seal over everything that a verification says, as Base64."""
    message = proof_message(record_sha256, file_sha256, signed_at, waiver_versions)
    return b64encode(signing_key.sign(message)).decode()


def is_proof_genuine(
    *,
    record_sha256: str,
    file_sha256: str,
    signed_at: datetime,
    waiver_versions: Sequence[Mapping[str, Any]],
    seal: str,
    public_key: bytes,
) -> bool:
    message = proof_message(record_sha256, file_sha256, signed_at, waiver_versions)
    return _verified(public_key, seal, message)


def _record_message(record_sha256: str) -> bytes:
    return f"{RECORD_PREFIX}\n{record_sha256}".encode()


def proof_message(
    record_sha256: str, file_sha256: str, signed_at: datetime, waiver_versions: Sequence[Mapping[str, Any]]
) -> bytes:
    """What the proof's seal is made over."""
    versions = [f"{version['key']}:{version['sha256']}" for version in waiver_versions]
    return "\n".join([PROOF_PREFIX, record_sha256, file_sha256, utc_text(signed_at), *versions]).encode()


def _verified(public_key: bytes, signature: str, message: bytes) -> bool:
    try:
        return verify_seal(public_key, b64decode(signature, validate=True), message)
    except ValueError:
        return False
