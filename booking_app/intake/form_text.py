"""Words in Cliniko's patient form, within its limits.

Cliniko keeps names and text answers to 255 characters and long texts to 10,000; it strips newlines from HTML.
"""

from html import escape
from itertools import accumulate, takewhile

from booking_app.pms.records import FormQuestion

LONGEST_TEXT = 255
LONGEST_PARAGRAPH = 10_000
MARK_LENGTH = 8  # a newline is one character alone, but `<br>` between two lines


def written(name: str, text: str, *, is_long: bool = False) -> FormQuestion:
    """A question answered in words: on one line where they fit."""
    if is_long or "\n" in text or len(text) > LONGEST_TEXT:
        return FormQuestion(name=name, kind="paragraph", answer=safe_html(text))
    return FormQuestion(name=name, kind="text", answer=text)


def safe_html(text: str, longest: int = LONGEST_PARAGRAPH) -> str:
    """Plain text as HTML that shows exactly that text; newlines become `<br>`, and what is too long ends in `…`."""
    html = _as_html(text)
    if len(html) <= longest:
        return html
    sizes = accumulate(len(_as_html(character)) for character in text)
    count = sum(1 for _ in takewhile(lambda size: size < longest - MARK_LENGTH, sizes))
    return _as_html(text[:count]) + "…"


def _as_html(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
