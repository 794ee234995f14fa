"""What stays when all that is personal is purged: hashes, versions, times, a seal; and the file while it is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.core.sealing import Keyring, SigningKey
from booking_app.intake.documents import RenderedDocument
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.models import SealKey, SignedDocument
from booking_app.intake.seals import is_proof_genuine, seal_proof
from booking_app.intake.signatures import signature_png


@dataclass(frozen=True)
class Rendering:
    """The first rendering of a booking's document, opened: this is what is sent, and sent again."""

    pdf: bytes
    signature_png: bytes | None
    record_sha256: str
    file_sha256: str


@dataclass(frozen=True)
class Proof:
    """What may be told to anybody who has the hash; neither name nor answer. `versions`: SHA-256 of each waiver."""

    is_genuine: bool
    signed_at: datetime
    versions: tuple[str, ...]
    method: str
    clinic_id: int
    matches_file: bool


def keep_first_rendering(
    session: Session,
    *,
    booking_id: int,
    clinic_id: int,
    facts: DocumentFacts,
    document: RenderedDocument,
    keyring: Keyring,
    signing_key: SigningKey,
    now: datetime,
) -> Rendering:
    """Store the proof and the sealed file; when the booking has one already, that one is returned instead.

    The caller commits. May be called by two workers at once: one of the two renderings is kept.
    """
    kept = first_rendering(session, booking_id, keyring)
    if kept is not None:
        return kept
    remember_key(session, signing_key, now)
    picture = signature_png(facts.signature) if facts.signature is not None else None
    row = _row(facts, document, signing_key)
    row.booking_id, row.clinic_id, row.created_at = booking_id, clinic_id, now
    row.sealed_pdf = keyring.seal(document.content)
    row.sealed_png = keyring.seal(picture) if picture is not None else None
    if not _inserted(session, row):
        kept = first_rendering(session, booking_id, keyring)
    return kept or Rendering(document.content, picture, row.record_sha256, row.file_sha256)


def first_rendering(session: Session, booking_id: int, keyring: Keyring) -> Rendering | None:
    """The file that was made first; None when there is none or it is purged. Raises Unsealable."""
    row = session.scalar(select(SignedDocument).where(SignedDocument.booking_id == booking_id))
    if row is None or row.sealed_pdf is None:
        return None
    picture = keyring.unseal(row.sealed_png) if row.sealed_png is not None else None
    return Rendering(keyring.unseal(row.sealed_pdf), picture, row.record_sha256, row.file_sha256)


def forget_renderings(session: Session, booking_ids: Sequence[int]) -> None:
    """Drop the files of these bookings and keep their proofs. The caller commits."""
    of_these = SignedDocument.booking_id.in_(booking_ids)
    session.execute(update(SignedDocument).where(of_these).values(sealed_pdf=None, sealed_png=None))


def remember_key(session: Session, signing_key: SigningKey, now: datetime) -> None:
    """Keep the public key for later verifications; safe to repeat. The caller commits."""
    if session.get(SealKey, signing_key.key_id) is None:
        _inserted(session, SealKey(key_id=signing_key.key_id, public_key=signing_key.public_bytes, first_seen_at=now))


def find_proof(session: Session, digest: str) -> Proof | None:
    """The proof for the hash of a record or of a file, in hex; None when no such document was signed here."""
    wanted = digest.strip().lower()
    if len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef"):
        return None
    is_hash = or_(SignedDocument.record_sha256 == wanted, SignedDocument.file_sha256 == wanted)
    row = session.scalar(select(SignedDocument).where(is_hash).order_by(SignedDocument.id))
    return None if row is None else _proof(session, row, wanted)


def _proof(session: Session, row: SignedDocument, wanted: str) -> Proof:
    key = session.get(SealKey, row.seal_key_id)
    is_genuine = key is not None and is_proof_genuine(
        record_sha256=row.record_sha256,
        file_sha256=row.file_sha256,
        signed_at=row.signed_at,
        waiver_versions=row.waiver_versions,
        seal=row.seal,
        public_key=key.public_key,
    )
    return Proof(
        is_genuine=is_genuine,
        signed_at=row.signed_at,
        versions=tuple(version["sha256"] for version in row.waiver_versions),
        method=row.method,
        clinic_id=row.clinic_id,
        matches_file=wanted == row.file_sha256,
    )


def _row(facts: DocumentFacts, document: RenderedDocument, signing_key: SigningKey) -> SignedDocument:
    versions: list[dict[str, Any]] = [{"key": waiver.key, "sha256": waiver.version_sha256} for waiver in facts.waivers]
    signed_at = facts.circumstances.signed_at
    record_sha256, file_sha256 = document.seal.record_sha256, document.file_sha256
    return SignedDocument(
        record_sha256=record_sha256,
        file_sha256=file_sha256,
        file_size=len(document.content),
        waiver_versions=versions,
        seal=seal_proof(
            record_sha256=record_sha256,
            file_sha256=file_sha256,
            signed_at=signed_at,
            waiver_versions=versions,
            signing_key=signing_key,
        ),
        seal_key_id=signing_key.key_id,
        signed_at=signed_at,
        method=facts.signature.method if facts.signature is not None else "agreed",
    )


def _inserted(session: Session, row: SignedDocument | SealKey) -> bool:
    """Whether the row went in; False when another process was first."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
