"""Texts of a clinic's file and of the console: what nobody can see is no part of them."""

import pytest

from booking_app.clinics.key_kinds import Refused, Text
from booking_app.core.plain_text import INVISIBLE

HIDDEN = [chr(first) for first, _ in INVISIBLE]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
@pytest.mark.parametrize("is_long", [False, True])
def test_what_is_drawn_as_nothing_is_taken_out(hidden: str, is_long: bool) -> None:
    assert Text(is_long=is_long).read(f"{hidden}Harbour{hidden} Health{hidden}") == "Harbour Health"


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_a_name_of_nothing_to_see_is_refused(hidden: str) -> None:
    with pytest.raises(Refused):
        Text().read(hidden * 3)


def test_a_long_text_keeps_its_lines_and_a_persian_word_its_joiner() -> None:
    assert Text(is_long=True).read("One\r\n\r\nTwo") == "One\n\nTwo"
    assert (
        Text().read("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )
