from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.core.plain_text import INVISIBLE, clean_line, clean_paragraphs, has_letters, is_invisible
from tests.intake.conftest import steady


def test_control_and_nul_characters_are_gone():
    assert clean_line("Am\x00el\x07ia\x1b") == "Amelia"


def test_characters_that_turn_the_reading_direction_are_gone():
    assert clean_line("Amelia \u202eyeltraH\u202c\u2066\u200f") == "Amelia yeltraH"


def test_joiners_that_letters_need_stay_and_others_go():
    for word in ("می\u200cخواهم", "ශ්\u200dරී", "क्\u200cष"):
        assert clean_line(word) == word
    for word in ("A\u200dB", "\u200dAB", "AB\u200c", "AB\u200d\u200c", "क्\u200d\u3164"):
        assert not set(clean_line(word)) & set("\u200c\u200d\u3164")


@pytest.mark.parametrize(
    "text", ["\u3164", "\u200b", "\u115f\u1160", "\uffa0", "\U000e0041", "\u2800", "- .", "42", ""]
)
def test_nothing_to_see_is_no_name(text: str):
    assert not has_letters(clean_line(text))


@pytest.mark.parametrize("text", ["O", "Ng", "王", "ශ්\u200dරී", "Ѐ", "محمد"])
def test_one_letter_of_any_script_is_a_name(text: str):
    assert has_letters(clean_line(text))


HIDDEN = st.one_of(*(st.characters(min_codepoint=first, max_codepoint=last) for first, last in INVISIBLE))


@steady
@given(st.lists(HIDDEN, max_size=20), st.lists(st.text(alphabet="abc 王é", max_size=5), max_size=20))
def test_what_cannot_be_seen_never_stays(hidden: list[str], seen: list[str]):
    """Between letters that do not join nothing invisible is kept, and alone nothing is left at all."""
    mixed = "".join(part for pair in zip_longest(seen, hidden, fillvalue="") for part in pair)
    assert clean_line(mixed) == clean_line("".join(seen))
    assert clean_line("".join(hidden)) == ""
    assert not has_letters("".join(hidden))


def test_the_invisible_are_those_of_unicode():
    assert tuple(sorted(INVISIBLE)) == INVISIBLE
    assert all(is_invisible(chr(code)) for first, last in INVISIBLE for code in (first, last))
    assert not any(is_invisible(character) for character in "a é王 \u200a\u2010\u2800")


def test_a_line_has_single_spaces():
    assert clean_line("  Amelia\r\n\t Hartley\u2028") == "Amelia Hartley"


def test_paragraphs_keep_their_lines_and_one_blank_line():
    assert clean_paragraphs("one  \r\ntwo\r\r\r\n\n\nthree\n") == "one\ntwo\n\nthree"


@steady
@given(st.text())
def test_cleaned_text_can_be_stored_and_cleaning_it_again_changes_nothing(text: str):
    for clean in (clean_line, clean_paragraphs):
        cleaned = clean(text)
        cleaned.encode()
        assert clean(cleaned) == cleaned
