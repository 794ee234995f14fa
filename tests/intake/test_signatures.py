import io
import json
import re
from base64 import b64decode
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from booking_app.intake.signatures import (
    Signature,
    SignatureInvalid,
    SignatureMissing,
    read_signature,
    signature_png,
    signature_png_base64,
    signature_svg,
    svg_address,
    svg_data_uri,
)
from tests.intake.conftest import drawn, scrawl, steady, typed
from tests.intake.test_posted_png import canvas, posted


def read(**parts: object) -> Signature:
    given = {"strokes_json": None, "typed_name": None, "png_data_uri": None, "wants_typed": False, **parts}
    return read_signature(**given)  # type: ignore[arg-type]


def from_png() -> Signature:
    return read(png_data_uri=posted(canvas()))


ALL = {
    "drawn": drawn,
    "typed": lambda: typed("Zoë Łukasz-Nguyễn"),
    "png": from_png,
    "undrawable": lambda: typed("王小明"),
}


def test_strokes_count_before_the_picture_of_the_same_canvas():
    signature = read(strokes_json=scrawl(), png_data_uri="data:image/png;base64,rubbish", typed_name="Amelia")
    assert signature.method == "drawn"
    assert signature.ink is not None
    assert signature.png is None


@pytest.mark.parametrize("strokes", [None, "", scrawl(strokes=[])])
def test_the_picture_counts_where_the_strokes_are_missing(strokes: str | None):
    signature = read(strokes_json=strokes, png_data_uri=posted(canvas()))
    assert signature.method == "drawn"
    assert signature.png is not None


def test_a_typed_name_counts_when_it_was_chosen():
    signature = read(strokes_json=scrawl(), typed_name="  Amelia\u202e  Hartley\x00", wants_typed=True)
    assert signature == Signature("typed", typed_name="Amelia Hartley")


def test_without_javascript_a_typed_name_needs_no_choice():
    assert read(typed_name="Amelia Hartley").method == "typed"


@pytest.mark.parametrize("wants_typed", [True, False])
def test_nothing_at_all_is_missing_and_not_merely_wrong(wants_typed: bool):
    with pytest.raises(SignatureMissing):
        read(strokes_json=scrawl(strokes=[]), typed_name=" ", wants_typed=wants_typed)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"strokes_json": "{"}, "did not arrive whole"),
        ({"strokes_json": scrawl(strokes=[[[5, 5]]])}, "too little"),
        ({"png_data_uri": "data:image/png;base64,AAAA"}, "did not arrive whole"),
        ({"typed_name": "...", "wants_typed": True}, "in letters"),
        ({"typed_name": "x" * 121, "wants_typed": True}, "120 characters"),
        ({"typed_name": "x" * 5_000_000, "wants_typed": True}, "120 characters"),
    ],
)
def test_a_bad_signature_is_refused_with_a_sentence(parts: dict[str, object], sentence: str):
    with pytest.raises(SignatureInvalid, match=sentence):
        read(**parts)


@pytest.mark.parametrize("kind", ALL)
def test_a_signature_survives_json(kind: str):
    signature = ALL[kind]()
    assert Signature.from_json(json.loads(json.dumps(signature.to_json()))) == signature


@pytest.mark.parametrize("kind", ALL)
def test_the_png_is_twice_the_svg_with_ink_on_white(kind: str):
    signature = ALL[kind]()
    with Image.open(io.BytesIO(signature_png(signature))) as image:
        assert image.width <= 1000
        assert image.height <= 1000
        assert image.getpixel((0, 0)) == 255
        assert image.getextrema()[0] < 60
        if kind != "png":
            assert f'width="{image.width // 2}"' in signature_svg(signature)


@pytest.mark.parametrize("kind", ALL)
def test_the_same_signature_gives_the_same_bytes(kind: str):
    first, second = ALL[kind](), ALL[kind]()
    assert signature_png(first) == signature_png(second)
    assert signature_svg(first) == signature_svg(second)


@pytest.mark.parametrize("kind", ALL)
def test_the_svg_is_small_and_holds_nothing_but_shapes(kind: str):
    svg = signature_svg(ALL[kind]())
    root = ElementTree.fromstring(svg)
    assert float(root.get("width", "0")) <= 500
    assert float(root.get("height", "0")) <= 500
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {"svg", "g", "path", "image"}
    assert not re.search(r"script|style=|on\w+=|url\(|https?://(?!www\.w3\.org/2000/svg)", svg)


def test_a_picture_travels_inside_an_svg():
    root = ElementTree.fromstring(signature_svg(from_png()))
    href = root[0].get("href", "")
    assert href.startswith("data:image/png;base64,")
    assert b64decode(href.partition(",")[2]) == from_png().png


def test_data_uris_hold_the_pictures():
    signature = drawn()
    assert b64decode(signature_png_base64(signature).removeprefix("data:image/png;base64,")) == signature_png(signature)
    svg = signature_svg(signature)
    assert b64decode(svg_data_uri(svg).removeprefix("data:image/svg+xml;base64,")).decode() == svg
    assert unquote(svg_address(svg).removeprefix("data:image/svg+xml,")) == svg
    assert not set(svg_address(svg)) & set("<>#\"'&")


def test_a_name_typed_as_markup_is_drawn_and_not_written_into_the_picture():
    assert "onload" not in signature_svg(typed('"/><svg onload=x>'))


def test_the_wildest_scrawl_allowed_makes_a_picture_of_bearable_size():
    points = [[(index * 7919) % 4000, (index * 104_729) % 4000] for index in range(20_000)]
    signature = read(strokes_json=json.dumps({"width": 4000, "height": 4000, "strokes": [points]}))
    assert len(signature_svg(signature)) < 300_000
    assert len(signature_png(signature)) < 500_000


POINT = st.tuples(st.floats(0, 600), st.floats(0, 200)).map(list)


@steady
@given(st.lists(st.lists(POINT, max_size=30), max_size=6))
def test_any_drawing_is_refused_or_can_be_pictured(strokes: list[list[list[float]]]):
    try:
        signature = read(strokes_json=scrawl(strokes=strokes))
    except SignatureInvalid:
        return
    ElementTree.fromstring(signature_svg(signature))
    assert signature_png(signature)


@steady
@given(st.text(min_size=1, max_size=60))
def test_any_name_is_refused_or_can_be_pictured(name: str):
    try:
        signature = read(typed_name=name, wants_typed=True)
    except SignatureInvalid:
        return
    ElementTree.fromstring(signature_svg(signature))
    assert signature_png(signature)
