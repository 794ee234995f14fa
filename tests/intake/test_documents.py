import hashlib
import io
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader

from booking_app.core.sealing import SigningKey, verify_seal
from booking_app.intake import documents
from booking_app.intake.answers import check_answers
from booking_app.intake.document_page import document_html
from booking_app.intake.documents import DocumentsUnavailable, check_documents, make_document, render_document
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.fields import FieldSpec
from booking_app.intake.people import Guardian
from booking_app.intake.records import canonical_record, record_sha256
from booking_app.intake.seals import RECORD_PREFIX, seal_record
from tests.intake.conftest import FIELDS, typed, waiver_text
from tests.intake.test_signatures import from_png

Make = Callable[..., DocumentFacts]
HOSTILE = (
    """<b onclick=x>&"'</b><img src="https://evil.example/x.png"><link rel=attachment href="file:///etc/passwd">"""
)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def rendered(facts: DocumentFacts, key: SigningKey) -> bytes:
    return make_document(facts, key).content


@pytest.fixture(scope="module")
def ordinary(make_facts: Make, signing_key: SigningKey) -> bytes:
    return rendered(make_facts(), signing_key)


def test_a_document_is_tagged_titled_and_marked_for_archiving(ordinary: bytes):
    reader = PdfReader(io.BytesIO(ordinary))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-AU"
    assert reader.metadata is not None
    assert reader.metadata.title == "Consent to treatment – Harbour Physio"
    assert reader.metadata.author == "Harbour Physiotherapy Pty Ltd"
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part(>|=\")3", metadata)
    assert re.search(r"pdfaid:conformance(>|=\")A", metadata)


def test_every_font_is_embedded_and_no_file_is_attached(ordinary: bytes):
    reader = PdfReader(io.BytesIO(ordinary))
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in reader.pages
        for font in page["/Resources"].get_object()["/Font"].get_object().values()
    ]
    assert descriptors
    assert all(any(name in descriptor for name in ("/FontFile2", "/FontFile3")) for descriptor in descriptors)
    assert not reader.attachments


def test_the_text_stands_there_with_its_answers(ordinary: bytes):
    text = text_of(ordinary)
    assert "I, Amelia Hartley, agree on 21 November 2026." in text
    assert "I told the clinic: Latex\nPenicillin. See more." in text
    assert "ABN 51 824 753 556" in text


def test_an_answer_no_text_asks_for_stays_out(ordinary: bytes):
    assert "3 October 2026" not in text_of(ordinary)


def test_the_evidence_says_what_when_how_and_where_to_check(make_facts: Make, signing_key: SigningKey):
    facts = make_facts()
    document = make_document(facts, signing_key)
    text = squeezed(text_of(document.content))
    for part in (
        facts.waivers[0].version_sha256,
        "Saturday 21 November 2026, 3:05:06 pm (Australia/Sydney, UTC+11:00)",
        "2026-11-21T04:05:06Z",
        "203.0.113.7",
        "Mozilla/5.0 (Test)",
        "Drawn by hand on screen",
        "I have read the privacy notice.",
        record_sha256(facts),
        document.seal.signature,
        signing_key.key_id,
        f"https://book.example/verify/{record_sha256(facts)}",
        "marked as PDF/A-3a for archiving.",
    ):
        assert squeezed(part) in text
    message = f"{RECORD_PREFIX}\n{record_sha256(facts)}".encode()
    assert verify_seal(signing_key.public_bytes, b64decode(document.seal.signature), message)
    assert document.file_sha256 == hashlib.sha256(document.content).hexdigest()


def test_a_guardian_signs_for_a_minor(make_facts: Make, signing_key: SigningKey):
    facts = make_facts()
    child = replace(facts.patient, first_name="Tom", date_of_birth=date(2014, 1, 2))
    guardian = Guardian("Zoë", "Hartley", "+61498765432", "Mother")
    facts = replace(facts, patient=child, guardian=guardian, signature=typed("Zoë Hartley"))
    text = text_of(rendered(facts, signing_key))
    assert "Signed by typing by Zoë Hartley, as mother of Tom Hartley, who is under 18" in text
    assert "Name as typed: Zoë Hartley" in text
    assert "+61 498 765 432" in text


def test_a_minor_who_signs_alone_is_named_as_one(make_facts: Make):
    facts = make_facts()
    facts = replace(facts, patient=replace(facts.patient, date_of_birth=date(2010, 1, 2)))
    assert "under 18 and signs without a guardian" in document_html(facts, seal_record("0" * 64, SigningKey(b"k" * 32)))


def test_markup_in_every_field_is_only_text(make_facts: Make, signing_key: SigningKey):
    facts = make_facts()
    facts = replace(
        facts,
        reference=HOSTILE,
        clinic=replace(facts.clinic, name=HOSTILE, legal_name=HOSTILE, website=HOSTILE, phone=HOSTILE, color="red;}"),
        patient=replace(facts.patient, first_name=HOSTILE, email=HOSTILE, phone=HOSTILE),
        guardian=Guardian(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        waivers=(waiver_text(HOSTILE + "\n\n{{patient_name}} {{answer:allergies}}", title=HOSTILE),),
        answers=check_answers(FIELDS, {"allergies": HOSTILE}),
        consents=(replace(facts.consents[0], title=HOSTILE, wording=HOSTILE),),
        circumstances=replace(facts.circumstances, user_agent=HOSTILE, ip=HOSTILE, language=HOSTILE),
        signature=typed(HOSTILE),
    )
    content = rendered(facts, signing_key)
    assert text_of(content).count("onclick=x") >= 15
    assert not PdfReader(io.BytesIO(content)).attachments


@pytest.mark.parametrize(
    "html",
    [
        "<link rel=attachment href='file:///etc/passwd'>",
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='file:///etc/passwd'>",
        "<style>@import url(https://evil.example/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(asset:/../../pyproject.toml); } p { font-family: x }</style>",
        "<img src='data:text/html,x'>",
    ],
)
def test_a_page_that_asks_for_anything_outside_is_refused(html: str):
    with pytest.raises(DocumentsUnavailable, match="outside itself"):
        documents._pdf(f"<!doctype html><html lang=en><title>x</title>{html}<p>text")


# Scripts of people who live in Australia, New Zealand and the United Kingdom, with a sign and an emoji.
NAMES = (
    "Łukasz Владимир Ελένη Nguyễn محمد דוד Zoë 王小明 佐藤さくら 김민준 สมชาย राहुल সুমন ਗੁਰਪ੍ਰੀਤ તેજસ தமிழ் తెలుగు ಕನ್ನಡ "
    "മലയാളം ශ්\u200dරීමතී សុខា ລາວ မြန်မာ ሰላም ქართული Հայ ✓ 🙂"
)


def named(facts: DocumentFacts, name: str) -> DocumentFacts:
    return replace(facts, patient=replace(facts.patient, first_name=name), signature=typed(name[:100]))


def fonts_of(content: bytes) -> set[str]:
    reader = PdfReader(io.BytesIO(content))
    fonts = (font for page in reader.pages for font in page["/Resources"].get_object()["/Font"].get_object().values())
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts}


def test_names_of_every_script_are_drawn(make_facts: Make, signing_key: SigningKey):
    html = document_html(named(make_facts(), NAMES), seal_record("0" * 64, signing_key))
    assert NAMES in html
    assert "code points" not in html
    content = rendered(named(make_facts(), NAMES), signing_key)
    assert all(part in text_of(content) for part in ("Łukasz Владимир Ελένη", "王小明", "김민준", "ქართული"))
    assert boxes_in(content) == 0


def boxes_in(content: bytes) -> int:
    """How many glyphs on the pages their embedded fonts do not have: they are shown as boxes."""
    found = 0
    for page in PdfReader(io.BytesIO(content)).pages:
        fonts = page["/Resources"].get_object()["/Font"].get_object()
        count = 0
        for operands, operator in page.get_contents().operations:  # type: ignore[union-attr]
            if operator == b"Tf":
                count = glyph_count(fonts[operands[0]].get_object())
            elif operator == b"TJ":
                shown = b"".join(part.original_bytes for part in operands[0] if hasattr(part, "original_bytes"))
                numbers = [int.from_bytes(shown[at : at + 2]) for at in range(0, len(shown), 2)]
                found += sum(1 for number in numbers if not 0 < number < count)
    return found


def glyph_count(font: Any) -> int:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    file = descriptor["/FontFile2" if "/FontFile2" in descriptor else "/FontFile3"]
    return int(TTFont(io.BytesIO(file.get_object().get_data()))["maxp"].numGlyphs)


def test_boxes_would_be_found():
    assert boxes_in(documents._pdf("<!doctype html><html lang=en><title>x</title><p>𠮷 \U0010abcd")) == 2


def test_a_character_no_font_can_draw_is_written_as_its_number(make_facts: Make, signing_key: SigningKey):
    facts = named(make_facts(), "𠮷野 Aiko")
    content = rendered(facts, signing_key)
    text = squeezed(text_of(content))
    assert "[U+20BB7]野Aiko" in text
    assert "notyped" not in text
    assert squeezed("The signed record has them as they were typed: U+20BB7 (cjk unified ideograph-20bb7).") in text
    assert boxes_in(content) == 0
    assert "𠮷" in canonical_record(facts).decode()


def test_an_ordinary_document_says_nothing_of_characters(ordinary: bytes):
    assert "code points" not in text_of(ordinary)


def test_a_document_loads_only_the_fonts_it_needs(make_facts: Make, signing_key: SigningKey):
    assert all("Inter" in name for name in fonts_of(rendered(make_facts(), signing_key)))
    thai = fonts_of(rendered(named(make_facts(), "สมชาย"), signing_key))
    assert [name for name in thai if "Inter" not in name] == [name for name in thai if "Thai" in name]


def test_the_order_of_documents_changes_no_byte(make_facts: Make, signing_key: SigningKey):
    first = [rendered(named(make_facts(), name), signing_key) for name in ("Amelia", "王小明", "สมชาย")]
    rendered(named(make_facts(), NAMES), signing_key)
    assert [rendered(named(make_facts(), name), signing_key) for name in ("Amelia", "王小明", "สมชาย")] == first


def test_nothing_of_a_document_stays_in_the_process(make_facts: Make, signing_key: SigningKey):
    from booking_app.intake import rendering

    for name in ("Amelia", "王小明", NAMES):
        rendered(named(make_facts(), name), signing_key)
        assert not rendering._fonts().strut_layouts
    assert rendering._fonts() is rendering._fonts()


def test_a_logo_and_a_posted_picture_go_in(make_facts: Make, signing_key: SigningKey):
    logo = io.BytesIO()
    Image.new("RGB", (300, 80), "navy").save(logo, format="PNG")
    facts = make_facts(signature=from_png())
    content = rendered(replace(facts, clinic=replace(facts.clinic, logo=logo.getvalue())), signing_key)
    assert len(PdfReader(io.BytesIO(content)).pages[0].images) >= 1


def test_a_document_without_signature_says_that_it_was_agreed_to(make_facts: Make, signing_key: SigningKey):
    text = text_of(rendered(make_facts(signature=None), signing_key))
    assert "Agreed to by Amelia Hartley" in text
    assert "without a signature" in text


def test_long_answers_run_over_pages(make_facts: Make, signing_key: SigningKey):
    answers = check_answers([FieldSpec("allergies", "A", "long_text")], {"allergies": "Very long. " * 900 + "END"})
    content = rendered(make_facts(answers=answers), signing_key)
    assert len(PdfReader(io.BytesIO(content)).pages) >= 4
    assert "END" in text_of(content)


PROGRAM = """
import sys, pickle, hashlib
from booking_app.intake.documents import render_document
print(hashlib.sha256(render_document(*pickle.load(sys.stdin.buffer))).hexdigest())
"""


def test_the_same_facts_give_the_same_bytes_in_another_process(make_facts: Make, signing_key: SigningKey):
    import pickle

    facts = make_facts()
    seal = seal_record(record_sha256(facts), signing_key)
    root = Path(documents.__file__).parents[2]
    command = [sys.executable, "-c", PROGRAM]
    other = subprocess.run(command, input=pickle.dumps((facts, seal)), capture_output=True, cwd=root, check=True)
    assert other.stdout.decode().strip() == hashlib.sha256(render_document(facts, seal)).hexdigest()
    assert render_document(facts, seal) == render_document(facts, seal)


def test_this_machine_can_make_documents():
    check_documents()


def test_a_machine_without_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch, make_facts: Make):
    monkeypatch.setitem(sys.modules, "booking_app.intake.rendering", None)
    monkeypatch.delattr("booking_app.intake.rendering", raising=False)
    with pytest.raises(DocumentsUnavailable, match=r"libpango-1\.0-0"):
        check_documents()


def test_times_carry_the_offset_of_their_day(make_facts: Make, signing_key: SigningKey):
    facts = make_facts()
    winter = replace(facts.circumstances, signed_at=datetime(2026, 7, 1, 2, 0, tzinfo=UTC))
    html = document_html(replace(facts, circumstances=winter), seal_record("0" * 64, signing_key))
    assert "Wednesday 1 July 2026, 12:00:00 pm (Australia/Sydney, UTC+10:00)" in html


@pytest.mark.parametrize(
    ("color", "shown"), [("#0a6b5e", "#0a6b5e"), ("red;}", "#0f4c5c"), ("", "#0f4c5c"), ("#000", "#000000")]
)
def test_the_clinics_colour_is_used_where_it_is_one(make_facts: Make, signing_key: SigningKey, color: str, shown: str):
    facts = make_facts()
    html = document_html(replace(facts, clinic=replace(facts.clinic, color=color)), seal_record("0" * 64, signing_key))
    assert f"--brand: {shown};" in html


def test_a_colour_too_light_for_paper_is_darkened(make_facts: Make, signing_key: SigningKey):
    facts = make_facts()
    facts = replace(facts, clinic=replace(facts.clinic, color="#ffff00"))
    html = document_html(facts, seal_record("0" * 64, signing_key))
    assert "--brand: #ffff00" not in html
