"""Brand colours that stay readable."""

from hypothesis import given
from hypothesis import strategies as st

from booking_app.bookings.mail.colors import _luminance, readable_pair


@given(st.integers(0, 0xFFFFFF))
def test_text_on_any_colour_can_be_read(number: int) -> None:
    fill, ink = readable_pair(f"#{number:06x}")
    levels = sorted((_luminance(fill[1:]), _luminance(ink[1:])))
    assert (levels[1] + 0.05) / (levels[0] + 0.05) >= 4.5


def test_what_is_no_colour_never_reaches_a_style() -> None:
    assert readable_pair("red;background:url(//x)") == readable_pair(None)
    assert readable_pair("#ABC") == ("#aabbcc", "#000000")
