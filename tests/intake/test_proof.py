from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.core.sealing import Keyring, SigningKey, new_sealing_key
from booking_app.intake.documents import RenderedDocument
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.models import SealKey, SignedDocument
from booking_app.intake.proof import (
    Rendering,
    find_proof,
    first_rendering,
    forget_renderings,
    keep_first_rendering,
)
from booking_app.intake.records import record_sha256
from booking_app.intake.seals import seal_record
from booking_app.intake.signatures import signature_png
from tests.intake.conftest import NOW

OLD_KEY, NEW_KEY = new_sealing_key(), new_sealing_key()
KEYRING = Keyring([OLD_KEY])
Keep = Callable[..., Rendering]


@pytest.fixture
def keep(session: Session, make_facts: Callable[..., DocumentFacts], signing_key: SigningKey) -> Keep:
    def keep(content: bytes = b"%PDF-1", *, key: SigningKey = signing_key, **changes: Any) -> Rendering:
        facts = make_facts(**changes)
        document = RenderedDocument(content, seal_record(record_sha256(facts), key))
        return keep_first_rendering(
            session,
            booking_id=7,
            clinic_id=1,
            facts=facts,
            document=document,
            keyring=KEYRING,
            signing_key=key,
            now=NOW + timedelta(minutes=1),
        )

    return keep


def test_the_first_rendering_is_what_is_sent_again(session: Session, keep: Keep):
    first = keep(b"%PDF-first")
    assert keep(b"%PDF-second") == first
    assert first_rendering(session, 7, KEYRING) == first
    assert first.pdf == b"%PDF-first"
    assert session.scalar(select(func.count()).select_from(SignedDocument)) == 1


def test_the_file_lies_sealed_and_the_row_names_nobody(session: Session, keep: Keep):
    keep(b"%PDF-first")
    row = session.scalars(select(SignedDocument)).one()
    everything = " ".join(repr(getattr(row, column.key)) for column in SignedDocument.__table__.columns)
    assert "%PDF" not in everything
    assert "Amelia" not in everything
    assert "Latex" not in everything


def test_the_picture_of_the_signature_is_kept_with_it(keep: Keep, make_facts: Callable[..., DocumentFacts]):
    signature = make_facts().signature
    assert signature is not None
    assert keep().signature_png == signature_png(signature)
    assert first_none(keep)


def first_none(keep: Keep) -> bool:
    return keep(signature=None).signature_png is not None  # the first rendering had one, and the first is kept


def test_a_document_is_found_by_its_record_and_by_its_file(session: Session, keep: Keep):
    kept = keep()
    by_record, by_file = find_proof(session, kept.record_sha256), find_proof(session, kept.file_sha256.upper())
    assert by_record is not None
    assert by_file is not None
    assert by_record.is_genuine
    assert by_record.signed_at == NOW
    assert len(by_record.versions) == 1
    assert (by_record.matches_file, by_file.matches_file) == (False, True)


@pytest.mark.parametrize("digest", ["", "0" * 64, "x" * 64, "../../etc", "'; drop table clinic"])
def test_an_unknown_hash_proves_nothing(session: Session, keep: Keep, digest: str):
    keep()
    assert find_proof(session, digest) is None


@pytest.mark.parametrize(
    "change",
    [
        {"signed_at": NOW - timedelta(days=1)},
        {"waiver_versions": [{"key": "treatment", "sha256": "0" * 64}]},
        {"record_sha256": "1" * 64},
        {"seal": "AAAA"},
        {"seal": "not base64"},
        {"seal_key_id": "unknown"},
    ],
)
def test_a_proof_somebody_changed_is_not_genuine(session: Session, keep: Keep, change: dict[str, Any]):
    kept = keep()
    row = session.scalars(select(SignedDocument)).one()
    for name, value in change.items():
        setattr(row, name, value)
    session.flush()
    found = find_proof(session, kept.file_sha256)
    assert found is not None
    assert not found.is_genuine


def test_a_document_stays_genuine_after_the_seal_key_changed(session: Session, keep: Keep):
    old = keep(key=SigningKey(b"a" * 32))
    session.add(SealKey(key_id="new", public_key=SigningKey(b"b" * 32).public_bytes, first_seen_at=NOW))
    session.flush()
    found = find_proof(session, old.record_sha256)
    assert found is not None
    assert found.is_genuine


def test_the_proof_outlives_the_file(session: Session, keep: Keep):
    kept = keep()
    forget_renderings(session, [7])
    session.flush()
    assert first_rendering(session, 7, KEYRING) is None
    found = find_proof(session, kept.file_sha256)
    assert found is not None
    assert found.is_genuine
