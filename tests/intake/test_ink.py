import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake.ink import Ink, InkInvalid, NoInk, curves, read_ink
from tests.intake.conftest import scrawl, steady

LINE = [[10, 10], [200, 100]]


def pad(**changes: Any) -> str:
    return json.dumps({"width": 600, "height": 200, "strokes": [LINE], **changes})


def test_a_drawing_keeps_its_strokes_in_the_units_of_the_pad():
    ink = read_ink(pad(strokes=[LINE, [[1.005, 2], [30, 40.126]]]))
    assert ink == Ink(600, 200, (((10, 10), (200, 100)), ((1.0, 2.0), (30.0, 40.13))))


def test_the_form_of_the_drawing_library_is_understood():
    points = [{"x": x, "y": y, "time": 1, "pressure": 0.5} for x, y in LINE]
    assert read_ink(pad(strokes=[{"penColor": "black", "points": points}])) == read_ink(pad())


def test_a_drawing_survives_json():
    ink = read_ink(scrawl())
    assert Ink.from_json(json.loads(json.dumps(ink.to_json()))) == ink


def test_points_outside_the_pad_are_moved_to_its_edge():
    assert read_ink(pad(strokes=[[[-50, 10], [9999, 500]]])).box == (0, 10, 600, 200)


@pytest.mark.parametrize("strokes", [[], [[]], [{"points": []}]])
def test_an_empty_pad_is_no_signature(strokes: list[Any]):
    with pytest.raises(NoInk, match="Sign in the box"):
        read_ink(pad(strokes=strokes))


@pytest.mark.parametrize("strokes", [[[[5, 5]]], [[[5, 5]]] * 40, [[[5, 5], [9, 5]]], [[[5, 5], [9, 5]] * 50]])
def test_a_dot_or_a_scratch_is_no_signature(strokes: list[Any]):
    with pytest.raises(InkInvalid, match="too little"):
        read_ink(pad(strokes=strokes))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 5_000_000, "too large"),
        (pad(strokes=[LINE] * 501), "too many strokes"),
        (pad(strokes=[[[1, 1]] * 20_001]), "too long"),
        ("", "did not arrive whole"),
        (pad()[:-20], "did not arrive whole"),
        ("[]", "did not arrive whole"),
        ("[" * 100_000, "did not arrive whole"),
        (pad(width=math.nan), "did not arrive whole"),
        (pad(width=1e9), "did not arrive whole"),
        (pad(width=True), "did not arrive whole"),
        (pad(height=0), "did not arrive whole"),
        (pad(strokes="x"), "did not arrive whole"),
        (pad(strokes=[[[1, "2"]]]), "did not arrive whole"),
        (pad(strokes=[[[1, math.inf]]]), "did not arrive whole"),
        (pad(strokes=[[[1, 10**400]]]), "did not arrive whole"),
        (pad(strokes=[[[1]]]), "did not arrive whole"),
        (pad(strokes=[{"points": None}]), "did not arrive whole"),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(text: str, sentence: str):
    with pytest.raises(InkInvalid, match=sentence):
        read_ink(text)


def test_curves_go_through_every_point():
    stroke = ((0.0, 0.0), (10.0, 5.0), (20.0, 0.0))
    assert [(piece[0], piece[3]) for piece in curves(stroke)] == [(stroke[0], stroke[1]), (stroke[1], stroke[2])]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["x", "y", "points"]), inner, max_size=3)
    ),
    max_leaves=20,
)


@steady
@given(JSON, JSON, JSON)
def test_whatever_is_posted_gives_ink_or_a_sentence(width: Any, height: Any, strokes: Any):
    for text in (pad(strokes=strokes), pad(width=width, height=height), json.dumps(strokes)):
        try:
            ink = read_ink(text)
        except InkInvalid as error:
            assert str(error)  # noqa: PT017
        else:
            assert ink.length > 0
