"""Waivers are written in peace, published as exact versions, and counted by who signed which."""

import hashlib
import io
import json
import zipfile
from base64 import b64decode
from dataclasses import replace

import pypdf
import pytest

from booking_app.bookings.document_facts import DocumentFactsMaker
from booking_app.bookings.models import Booking
from booking_app.clinics.audit import Author
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.core.sealing import verify_seal
from booking_app.intake.fields import FieldSpec, replace_fields
from booking_app.intake.proof import find_proof
from booking_app.intake.waiver_text import WaiverInvalid
from booking_app.intake.waivers import WaiverSpec, waivers_for
from booking_app.setup.design.evidence import Evidence
from booking_app.setup.design.samples import WaiverSamples
from booking_app.setup.design.waivers import WaiverDesign
from booking_app.setup.design.wording import difference
from tests.bookings.conftest import SIGNATURE, Desk
from tests.setup.design.conftest import recorded

POOL = WaiverSpec("pool", "Pool rules", "recreational", "Walk, do not run.\n")


def asked(desk: Desk, service_id: str = "s1") -> list[str]:
    with desk.database.reading() as session:
        return [text.body_markdown for text in waivers_for(session, desk.clinic.id, service_id)]


def test_a_waiver_is_asked_once_it_is_published(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    waivers.add(author, desk.clinic, POOL)
    state = waivers.waiver(desk.clinic, "pool")
    assert state is not None and not state.is_published and state.has_draft
    assert asked(desk) == []
    waivers.publish(author, desk.clinic, "pool", revision=revision_of(state.values()))
    assert asked(desk) == ["Walk, do not run.\n"]
    assert [action for action, _, _ in recorded(desk)] == ["waiver.added", "waiver.published"]


def test_a_new_text_waits_while_its_rules_count_at_once(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    waivers.add(author, desk.clinic, POOL)
    waivers.publish(author, desk.clinic, "pool", revision=None)
    changed = replace(POOL, body="Walk slowly.\n", services=("s2",))
    waivers.save(author, desk.clinic, changed, revision=None)
    assert (asked(desk), asked(desk, "s2")) == ([], ["Walk, do not run.\n"])
    waivers.publish(author, desk.clinic, "pool", revision=None)
    assert asked(desk, "s2") == ["Walk slowly.\n"]
    state = waivers.waiver(desk.clinic, "pool")
    assert state is not None
    assert [version.body for version in state.versions if not version.is_current] == ["Walk, do not run.\n"]
    assert not state.has_draft


def test_writing_the_published_text_again_is_no_draft(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    waivers.add(author, desk.clinic, POOL)
    waivers.publish(author, desk.clinic, "pool", revision=None)
    waivers.save(author, desk.clinic, replace(POOL, body="Walk, do not run.\r\n\r\n"), revision=None)
    state = waivers.waiver(desk.clinic, "pool")
    assert state is not None and not state.has_draft


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": "  \n "}, "The waiver has no text."),
        ({"body": "I, {{answer:nobody}}"}, "There is no question with the key nobody."),
        ({"title": " "}, "Write a title"),
        ({"resign_after_days": 0}, "1 day or more"),
    ],
)
def test_an_emptied_or_unsound_waiver_is_refused_and_the_old_one_stays(
    desk: Desk, waivers: WaiverDesign, author: Author, changes: dict[str, object], words: str
) -> None:
    waivers.add(author, desk.clinic, POOL)
    waivers.publish(author, desk.clinic, "pool", revision=None)
    with pytest.raises(WaiverInvalid, match=words):
        waivers.save(author, desk.clinic, replace(POOL, **changes), revision=None)  # type: ignore[arg-type]
    assert asked(desk) == ["Walk, do not run.\n"]


def test_a_key_is_never_given_twice_not_even_after_retiring(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    waivers.add(author, desk.clinic, POOL)
    waivers.retire(author, desk.clinic, "pool")
    assert waivers.waivers(desk.clinic) == ()
    with pytest.raises(WaiverInvalid, match="used already"):
        waivers.add(author, desk.clinic, POOL)
    with pytest.raises(LookupError):
        waivers.publish(author, desk.clinic, "pool", revision=None)


def test_waivers_are_put_in_order(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    for key in ("first", "second"):
        waivers.add(author, desk.clinic, replace(POOL, key=key))
    waivers.move(author, desk.clinic, "second", "up")
    assert [state.spec.key for state in waivers.waivers(desk.clinic)] == ["second", "first"]


def test_of_two_who_write_at_once_the_second_is_told(desk: Desk, waivers: WaiverDesign, author: Author) -> None:
    waivers.add(author, desk.clinic, POOL)
    state = waivers.waiver(desk.clinic, "pool")
    assert state is not None
    seen = revision_of(state.values())
    waivers.save(author, desk.clinic, replace(POOL, body="Mine."), revision=seen)
    with pytest.raises(ChangedMeanwhile) as changed:
        waivers.save(author, desk.clinic, replace(POOL, body="Yours."), revision=seen)
    assert changed.value.current["body"] == "Mine.\n"
    with pytest.raises(ChangedMeanwhile):
        waivers.publish(author, desk.clinic, "pool", revision=seen)


@pytest.fixture
def signed(desk: Desk) -> Booking:
    booking = desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
    desk.work()
    return booking


@pytest.fixture
def evidence(desk: Desk) -> Evidence:
    return Evidence(
        database=desk.database,
        keyring=desk.keyring,
        make_facts=DocumentFactsMaker(base_url="https://booking.example"),
        base_url="https://booking.example",
    )


def test_who_signed_which_version_is_counted_and_listed(desk: Desk, waivers: WaiverDesign, signed: Booking) -> None:
    (state,) = waivers.waivers(desk.clinic)
    assert state.current is not None and state.current.signatures == 1
    (signing,) = waivers.signings(desk.clinic, state.current.sha256)
    assert (signing.reference, signing.method) == (signed.reference, "typed")
    assert waivers.signings(desk.clinic, "0" * 64) == ()


def test_the_evidence_proves_the_document_without_us(
    desk: Desk, evidence: Evidence, author: Author, signed: Booking
) -> None:
    content = evidence.export(author, desk.clinic, signed.reference)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    seal = json.loads(files["seal.json"])
    assert hashlib.sha256(files["document.pdf"]).hexdigest() == seal["file_sha256"]
    assert hashlib.sha256(files["record.json"]).hexdigest() == seal["record_sha256"]
    assert hashlib.sha256(files["waiver-treatment.md"]).hexdigest() == seal["waiver_versions"][0]["sha256"]
    public = bytes.fromhex(files["public-key.txt"].decode())
    assert verify_seal(public, b64decode(seal["seal"]), seal["message"].encode())
    assert not verify_seal(public, b64decode(seal["seal"]), seal["message"].encode() + b"!")
    assert seal["record_sha256"] in files["read-me.txt"].decode()
    assert recorded(desk)[-1][0] == "document.exported"


def test_evidence_after_the_purge_says_what_is_gone(
    desk: Desk, evidence: Evidence, author: Author, signed: Booking
) -> None:
    desk.clock.advance(days=60)
    desk.purging.run()
    with zipfile.ZipFile(io.BytesIO(evidence.export(author, desk.clinic, signed.reference))) as archive:
        names = archive.namelist()
        explanation = archive.read("read-me.txt").decode()
    assert "record.json" not in names and "document.pdf" not in names
    assert "Download it from the patient's files in Cliniko." in explanation
    (row,) = evidence.documents(desk.clinic, limit=10)
    assert (row.reference, row.has_file) == (signed.reference, False)


def test_nobody_elses_document_is_handed_out(desk: Desk, evidence: Evidence, author: Author, signed: Booking) -> None:
    desk.clinic.id += 1
    assert evidence.documents(desk.clinic, limit=10) == ()
    with pytest.raises(LookupError):
        evidence.export(author, desk.clinic, signed.reference)


def test_a_sample_is_the_real_document_and_proves_nothing(desk: Desk, author: Author) -> None:
    with desk.database.begin() as session:
        replace_fields(session, desk.clinic.id, [FieldSpec("sport", "Your sport", "text")], author.at)
    samples = WaiverSamples(database=desk.database, clock=desk.clock, base_url="https://booking.example")
    spec = replace(POOL, body="I, {{patient_name}}, do {{answer:sport}} and **walk**.")
    assert "[Your sport]" in samples.page(desk.clinic, spec.body)
    pdf = pypdf.PdfReader(io.BytesIO(samples.document(desk.clinic, spec)))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Sample Person" in text and "(the patient’s answer)" in text and "Synthetic Health" in text
    with desk.database.reading() as session:
        assert find_proof(session, text.split("/verify/")[1][:64].strip()) is None
    with pytest.raises(WaiverInvalid, match="no text"):
        samples.page(desk.clinic, " ")


def test_a_difference_is_read_word_by_word_and_skips_what_stayed() -> None:
    old = "Title\n\nFirst.\n\nWalk, do not run.\n\nBring a towel.\n\nLast."
    new = "Title\n\nFirst.\n\nWalk slowly, do not run.\n\nBring a towel.\n\nLast."
    paragraphs = difference(old, new)
    assert [paragraph.skipped for paragraph in paragraphs] == [1, 0, 0, 0, 1]
    words = [(piece.kind, piece.text) for piece in paragraphs[2].pieces]
    assert words == [("same", "Walk"), ("added", " slowly"), ("same", ", do not run.")]
    assert difference(old, old) == ()
    (added,) = difference("", "New.")
    assert [(piece.kind, piece.text) for piece in added.pieces] == [("added", "New.")]
