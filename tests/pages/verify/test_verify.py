"""`/verify/<hash>`: genuine or not, when and which version; neither name nor answer."""

import hashlib
from datetime import timedelta

from sqlalchemy import select, update

from booking_app.intake.models import SignedDocument
from tests.faults.shop import Shop


def signed(shop: Shop) -> tuple[bytes, SignedDocument]:
    """A booking's document as Cliniko has it, and what we keep of it."""
    assert shop.book(answer_reason="A very private knee").endswith("/done")
    shop.work()
    content, _ = shop.sandbox.control.attachment(shop.mine("attachments")[0]["id"])
    with shop.services.database.reading() as session:
        kept = session.scalar(select(SignedDocument))
    assert kept is not None
    return content, kept


def test_a_document_is_genuine_by_its_file_and_by_its_record_and_says_nothing_of_the_person(shop: Shop) -> None:
    content, kept = signed(shop)
    for digest in (hashlib.sha256(content).hexdigest(), kept.record_sha256, kept.file_sha256.upper()):
        page = shop.client.page(f"/verify/{digest}")
        assert page.h1 == ["This document is genuine"]
        assert "Harbour Street Health" in page.text
        assert all(version["sha256"] in page.text for version in kept.waiver_versions)
        for private in ("Sample", "pat.sample", "knee", "physiotherapy"):
            assert private not in page.text


def test_it_stays_genuine_after_everything_personal_is_purged(shop: Shop) -> None:
    content, _ = signed(shop)
    shop.clock.ahead += timedelta(days=31)
    assert shop.services.purging.run().bookings == 1
    page = shop.client.page(f"/verify/{hashlib.sha256(content).hexdigest()}")
    assert page.h1 == ["This document is genuine"]


def test_a_file_that_was_changed_is_not_known(shop: Shop) -> None:
    content, _ = signed(shop)
    page = shop.client.page(f"/verify/{hashlib.sha256(content + b' ').hexdigest()}", status=404)
    assert page.h1 == ["This document is not known here"]


def test_a_record_that_was_tampered_with_is_not_called_genuine(shop: Shop) -> None:
    content, kept = signed(shop)
    with shop.services.database.begin() as session:
        session.execute(update(SignedDocument).values(signed_at=kept.signed_at.replace(year=2020)))
    page = shop.client.page(f"/verify/{hashlib.sha256(content).hexdigest()}")
    assert page.h1 == ["This document cannot be confirmed"]


def test_something_that_is_no_hash_is_not_known(shop: Shop) -> None:
    for text in ("abc", "0" * 64, "..%2f..", "zz" * 32):
        assert shop.client.get(f"/verify/{text}").status_code == 404
