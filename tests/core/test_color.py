"""Colours that stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.core.color import OURS, TEXT_CONTRAST, WHITE, contrast, readable_on_white, readable_pair

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLORS)
def test_text_on_any_colour_can_be_read(color: str) -> None:
    fill, ink = readable_pair(color)
    assert fill == color
    assert contrast(fill, ink) >= TEXT_CONTRAST


@given(COLORS)
def test_text_in_any_colour_can_be_read_on_paper(color: str) -> None:
    shade = readable_on_white(color)
    assert contrast(shade, WHITE) >= TEXT_CONTRAST
    assert shade == color or contrast(color, WHITE) < TEXT_CONTRAST


@pytest.mark.parametrize("color", ["red;background:url(//x)", "", "#12", "#GGGGGG"])
def test_what_is_no_colour_never_reaches_a_style(color: str) -> None:
    assert readable_pair(color) == readable_pair(None) == (OURS, WHITE)
    assert readable_on_white(color) == OURS


def test_short_and_capital_colours_are_written_alike() -> None:
    assert readable_pair("#ABC") == ("#aabbcc", "#000000")
    assert readable_on_white("#A00") == "#aa0000"
