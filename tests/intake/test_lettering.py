import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake import lettering
from booking_app.intake.lettering import letter
from booking_app.intake.writing import runs_in_sight
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
        lettering._font.cache_clear()
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


@pytest.mark.parametrize(
    "name",
    [
        "Владимир", "Ελένη", "דוד כהן", "محمد", "Nguyễn", "Łukasz Đoković", "王小明", "佐藤さくら", "김민준", "สมชาย",
        "राहुल", "সুমন", "ਗੁਰਪ੍ਰੀਤ", "தமிழ்", "ශ්‍රීමතී", "សុខា", "ሰላም", "🙂🙂",
    ],
)  # fmt: skip
def test_scripts_the_handwriting_lacks_are_drawn_with_another_font(name: str):
    expected = lettering._written(lettering.WHEN_NOTHING_IS_LEFT)
    written = letter(name)
    assert sum(1 for glyph in written.glyphs if glyph.path) >= len(name) / 3
    assert written != expected


@pytest.mark.parametrize("name", ["\U0010ffff", "\U00020bb7", ""])
def test_a_name_no_font_can_draw_still_leaves_a_mark(name: str):
    assert letter(name) == letter(lettering.WHEN_NOTHING_IS_LEFT)


def test_hebrew_runs_from_right_to_left_and_latin_does_not():
    assert runs_in_sight("דוד Cohen") == [(False, "Cohen"), (True, "דוד ")]
    assert runs_in_sight("Anna (דוד)") == [(False, "Anna ("), (True, "דוד)")]
    first, *_, last = (glyph.contours[0][0][0] for glyph in letter("דוד Cohen").glyphs if glyph.contours)
    assert first < last


def test_arabic_letters_are_joined_and_hindi_vowels_move():
    # Alone a letter has another shape than among others; the vowel i is written after its consonant and seen before it.
    alone = [letter(character).glyphs[0].path for character in "محمد"]
    assert not {glyph.path for glyph in letter("محمد").glyphs} & set(alone[:2])
    assert letter("कि").glyphs[0].path != letter("क").glyphs[0].path


@steady
@given(st.text(max_size=40))
def test_any_text_can_be_drawn(text: str):
    assert letter(text).box is not None
