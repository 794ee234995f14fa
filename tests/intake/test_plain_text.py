from hypothesis import given
from hypothesis import strategies as st

from booking_app.intake.plain_text import clean_line, clean_paragraphs
from tests.intake.conftest import steady


def test_control_and_nul_characters_are_gone():
    assert clean_line("Am\x00el\x07ia\x1b") == "Amelia"


def test_characters_that_turn_the_reading_direction_are_gone():
    assert clean_line("Amelia \u202eyeltraH\u202c\u2066\u200f") == "Amelia yeltraH"


def test_joiners_that_persian_and_emoji_need_stay():
    assert clean_line("می\u200cخواهم") == "می\u200cخواهم"


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
