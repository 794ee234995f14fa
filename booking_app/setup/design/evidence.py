"""A signed document with everything that proves it, as one archive to hand to a lawyer or an insurer."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.document_facts import MakeDocumentFacts
from booking_app.bookings.facts import facts_of
from booking_app.bookings.models import Booking
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.dates import utc_text
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.intake.models import SealKey, SignedDocument
from booking_app.intake.proof import first_rendering
from booking_app.intake.records import canonical_record
from booking_app.intake.seals import proof_message
from booking_app.intake.waivers import waiver_version

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same evidence gives the same bytes


@dataclass(frozen=True)
class SignedRow:
    """One signed document in a list; who signed stands behind the booking's reference."""

    reference: str
    signed_at: datetime
    method: str
    record_sha256: str
    has_file: bool


class Evidence:
    """Signed documents as the clinic keeps and hands them out."""

    def __init__(self, *, database: Database, keyring: Keyring, make_facts: MakeDocumentFacts, base_url: str) -> None:
        self._database = database
        self._keyring = keyring
        self._make_facts = make_facts
        self._verify_url = f"{base_url}/verify"

    def documents(self, clinic: Clinic, *, limit: int, offset: int = 0) -> tuple[SignedRow, ...]:
        """Newest first."""
        query = (
            select(SignedDocument, Booking.reference)
            .join(Booking, Booking.id == SignedDocument.booking_id)
            .where(SignedDocument.clinic_id == clinic.id)
            .order_by(SignedDocument.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.reading() as session:
            return tuple(
                SignedRow(reference, row.signed_at, row.method, row.record_sha256, row.sealed_pdf is not None)
                for row, reference in session.execute(query)
            )

    def export(self, author: Author, clinic: Clinic, reference: str) -> bytes:
        """The archive; commits the note of who took it. Raises LookupError for what this clinic has not signed."""
        with self._database.begin() as session:
            booking, row = _signed(session, clinic.id, reference)
            files = self._files(session, booking, row)
            after = {"reference": reference, "record_sha256": row.record_sha256}
            record(session, author, clinic.id, "document.exported", after=after)
        return _zipped(files)

    def _files(self, session: Session, booking: Booking, row: SignedDocument) -> dict[str, bytes]:
        key = session.get_one(SealKey, row.seal_key_id)
        files = {"seal.json": _seal(row, key), "public-key.txt": f"{key.public_key.hex()}\n".encode()}
        for version in row.waiver_versions:
            text = waiver_version(session, row.clinic_id, version["sha256"], key=version["key"])
            if text is not None:
                files[f"waiver-{version['key']}.md"] = text.body_markdown.encode()
        rendering = first_rendering(session, booking.id, self._keyring)
        if rendering is not None:
            files["document.pdf"] = rendering.pdf
        if (signed := self._record(session, booking)) is not None:
            files["record.json"] = signed
        return {"read-me.txt": self._explanation(row, files).encode(), **files}

    def _record(self, session: Session, booking: Booking) -> bytes | None:
        """The canonical record; None once the personal data has been purged."""
        try:
            facts = facts_of(session, self._keyring, booking.id)
        except RemoteFailure:
            return None
        return canonical_record(self._make_facts(session, facts))

    def _explanation(self, row: SignedDocument, files: Mapping[str, bytes]) -> str:
        gone = [line for name, line in GONE.items() if name not in files]
        return "\n".join(
            [
                "Evidence of a signed document",
                "",
                f"Signed at:               {utc_text(row.signed_at)} (UTC)",
                f"SHA-256 of the record:   {row.record_sha256}",
                f"SHA-256 of the document: {row.file_sha256}",
                f"Check it online:         {self._verify_url}/{row.record_sha256}",
                "",
                "What is in this archive",
                *(f"- {name}: {EXPLAINED[name]}" for name in files if name in EXPLAINED),
                "- waiver-….md: the exact text of each waiver; its SHA-256 is its version in seal.json",
                *(["", "What is not", *(f"- {line}" for line in gone)] if gone else []),
                "",
                "How to check it without us",
                "1. The SHA-256 of document.pdf and of record.json are the two hashes above.",
                '2. The message that was sealed is the text under "message" in seal.json, as UTF-8.',
                "3. The seal (Base64) is an Ed25519 signature of that message under the key in public-key.txt (hex).",
                "",
            ]
        )


EXPLAINED = {
    "document.pdf": "the document as it was made when it was signed",
    "record.json": "the canonical record: what was signed, by whom and how",
    "seal.json": "the seal over both, and what it was made of",
    "public-key.txt": "the public half of the key that sealed it",
}
GONE = {
    "document.pdf": "The PDF is kept here only until Cliniko has it. Download it from the patient's files in Cliniko.",
    "record.json": "The personal details were deleted here after the time your clinic set. The PDF has them.",
}


def _signed(session: Session, clinic_id: int, reference: str) -> tuple[Booking, SignedDocument]:
    query = select(Booking, SignedDocument).join(SignedDocument, SignedDocument.booking_id == Booking.id)
    found = session.execute(query.where(Booking.clinic_id == clinic_id, Booking.reference == reference)).first()
    if found is None:
        raise LookupError(reference)
    return found[0], found[1]


def _seal(row: SignedDocument, key: SealKey) -> bytes:
    message = proof_message(row.record_sha256, row.file_sha256, row.signed_at, row.waiver_versions)
    values = {
        "algorithm": "Ed25519",
        "seal": row.seal,
        "public_key": key.public_key.hex(),
        "key_id": row.seal_key_id,
        "message": message.decode(),
        "record_sha256": row.record_sha256,
        "file_sha256": row.file_sha256,
        "signed_at": utc_text(row.signed_at),
        "method": row.method,
        "waiver_versions": row.waiver_versions,
    }
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return target.getvalue()
