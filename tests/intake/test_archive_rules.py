"""The rules of PDF/A-3a that can be checked without a validator, held against a document with everything in it.

docs/documents.md lists them, and those that only a validator can check.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from booking_app.core.sealing import SigningKey
from booking_app.intake.documents import make_document
from booking_app.intake.facts import DocumentFacts
from tests.intake.conftest import waiver_text
from tests.intake.test_signatures import from_png

FORBIDDEN_KEYS = {
    "/AA",
    "/JS",
    "/JavaScript",
    "/XFA",
    "/Encrypt",
    "/TR",
    "/Alternates",
    "/OPI",
    "/Ref",
    "/NeedAppearances",
}
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/JavaScript", "/Rendition"}
BODY = "I, {{patient_name}}, agree. See [more](https://clinic.example/).\n\n- one\n- two\n\n| a |\n|---|\n| 1 |"


@pytest.fixture(scope="module")
def content(make_facts: Callable[..., DocumentFacts], signing_key: SigningKey) -> bytes:
    logo = io.BytesIO()
    Image.new("RGBA", (300, 80), (0, 0, 128, 100)).save(logo, format="PNG")
    facts = make_facts(signature=from_png(), waivers=(waiver_text(BODY),))
    facts = replace(facts, patient=replace(facts.patient, first_name="สมชาย 王小明 🙂"))
    return make_document(replace(facts, clinic=replace(facts.clinic, logo=logo.getvalue())), signing_key).content


@pytest.fixture(scope="module")
def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, also inside others."""
    for number in range(1, int(reader.trailer["/Size"])):
        yield from within(reader.get_object(IndirectObject(number, 0, reader)))


def within(value: Any) -> Iterator[DictionaryObject]:
    if isinstance(value, DictionaryObject):
        yield value
        for part in value.values():
            yield from within(part)
    elif isinstance(value, list):
        for part in value:
            yield from within(part)


def test_the_file_begins_as_an_archive_file_does(content: bytes):
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", content)
    assert content.rstrip().endswith(b"%%EOF")


def test_the_file_names_itself_and_is_not_encrypted(reader: PdfReader):
    assert len(reader.trailer["/ID"]) == 2
    assert "/Encrypt" not in reader.trailer


def test_the_metadata_says_what_the_information_says(reader: PdfReader):
    stream: Any = reader.trailer["/Root"]["/Metadata"]
    assert stream["/Type"] == "/Metadata"
    assert stream["/Subtype"] == "/XML"
    xmp = stream.get_data().decode("utf-8")
    assert re.search(r"pdfaid:part(>|=\")3", xmp)
    assert re.search(r"pdfaid:conformance(>|=\")A", xmp)
    assert reader.metadata is not None
    for said in (reader.metadata.title, reader.metadata.author):
        assert said
        assert said in xmp


def test_colours_are_named_by_a_profile_in_the_file(reader: PdfReader):
    (intent,) = reader.trailer["/Root"]["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    profile = intent.get_object()["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"


def test_nothing_acts_and_nothing_leads_out_of_the_file(reader: PdfReader):
    for each in objects(reader):
        assert not FORBIDDEN_KEYS & set(each)
        assert each.get("/S") not in FORBIDDEN_ACTIONS
        if isinstance(each, StreamObject):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & set(each)
            assert each.get("/Filter") not in ("/LZWDecode", "/Crypt")
    assert not reader.attachments


def test_no_picture_is_smoothed(reader: PdfReader):
    pictures = [each for each in objects(reader) if each.get("/Subtype") == "/Image"]
    assert pictures
    assert {picture["/Interpolate"].value for picture in pictures} == {False}


def test_links_are_printed_and_never_hidden(reader: PdfReader):
    links = [each for each in objects(reader) if each.get("/Subtype") == "/Link"]
    assert links
    for link in links:
        assert link["/F"] & 4
        assert not link["/F"] & (1 | 2 | 32)


def test_the_file_is_tagged_in_a_language(reader: PdfReader):
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-AU"
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert all("/StructParents" in page for page in reader.pages)
    figures = [each for each in objects(reader) if each.get("/S") == "/Figure"]
    assert figures
    assert all(figure.get("/Alt") for figure in figures)


def descendants(reader: PdfReader) -> Iterator[tuple[DictionaryObject, DictionaryObject, TTFont]]:
    """Each composite font, its descendant, and the font program in the file."""
    for font in objects(reader):
        if font.get("/Subtype") == "/Type0":
            (below,) = (each.get_object() for each in font["/DescendantFonts"])
            descriptor = below["/FontDescriptor"].get_object()
            (program,) = [descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor]
            yield font, below, TTFont(io.BytesIO(program.get_object().get_data()))


def test_every_font_is_in_the_file_with_its_meaning(reader: PdfReader):
    found = list(descendants(reader))
    assert len(found) >= 4
    for font, below, _ in found:
        assert font["/Encoding"] == "/Identity-H"
        assert font["/ToUnicode"].get_object().get_data()
        assert below["/CIDSystemInfo"]["/Ordering"] == "Identity"
        assert below.get("/CIDToGIDMap", "/Identity") == "/Identity"
    assert not [each for each in objects(reader) if each.get("/Type") == "/Font" and each["/Subtype"] == "/Type3"]


def test_the_widths_named_are_those_of_the_fonts(reader: PdfReader):
    for _, below, program in descendants(reader):
        order, scale = program.getGlyphOrder(), 1000 / program["head"].unitsPerEm
        for first, widths in zip(below["/W"][::2], below["/W"][1::2], strict=True):
            for at, width in enumerate(widths):
                if first + at < len(order):
                    real = program["hmtx"][order[first + at]][0] * scale
                    assert abs(real - width) <= 1, (order[first + at], real, width)
