import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake import lettering
from booking_app.intake.lettering import letter
from booking_app.intake.writing import visual_order
from tests.intake.conftest import steady


def test_a_name_becomes_one_outline_a_letter():
    written = letter("Zoë Ng")
    assert [bool(glyph.path) for glyph in written.glyphs] == [True, True, True, False, True, True]
    assert written.box is not None


def test_names_written_at_the_same_moment_are_all_drawn():
    names = [f"{first}{last} Sample" for first in "ABCDEFGHIJKLM" for last in "nopqrstuvwxyz"][:64]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads meet half-unpacked glyphs, if they can
    try:
        for each in (letter, lettering._vendored_face, lettering._system_face):
            each.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            drawn = list(pool.map(letter, names))
    finally:
        sys.setswitchinterval(interval)
    assert all(one.box is not None for one in drawn)


def test_letters_stand_beside_each_other():
    narrow, wide = letter("il").box, letter("ilil").box
    assert narrow is not None
    assert wide is not None
    assert wide[2] > 1.7 * narrow[2]


@pytest.mark.parametrize("name", ["Владимир", "Ελένη", "דוד כהן", "محمد", "Nguyễn", "Łukasz Đoković"])
def test_scripts_the_handwriting_lacks_are_drawn_with_another_font(name: str):
    letters = [character for character in name if character.isalpha()]
    assert sum(1 for glyph in letter(name).glyphs if glyph.path) >= len(letters) - 1


@pytest.mark.parametrize("name", ["王小明", "🙂🙂", "\U0010ffff"])
def test_a_name_no_font_can_draw_still_leaves_a_mark(name: str):
    assert letter(name).box is not None


def test_hebrew_runs_from_right_to_left_and_latin_does_not():
    assert visual_order("דוד Cohen") == "Cohen דוד"
    assert visual_order("Anna (דוד)") == "Anna (דוד)"[:6] + visual_order("דוד)")


def test_arabic_letters_take_the_form_their_neighbours_ask_for():
    # meem initial, hah medial, meem medial, dal final; seen from the left the last letter comes first
    assert visual_order("محمد") == "\ufeaa\ufee4\ufea4\ufee3"
    assert visual_order("لا") == "\ufefb"


@steady
@given(st.text(max_size=40))
def test_any_text_can_be_drawn(text: str):
    assert letter(text).box is not None
