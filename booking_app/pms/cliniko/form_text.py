"""Text for the rich fields of a form: what Cliniko keeps of it, and how much."""

import html
import re

LONGEST_HTML = 10_000
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|h1|h2|blockquote)>")


def as_paragraph(text: str) -> str:
    """Plain text as HTML with its line breaks kept, at most as long as Cliniko takes."""
    lines = text.splitlines()
    whole = "<br>".join(map(_escaped, lines))
    return whole if len(whole) <= LONGEST_HTML else _cut(lines)


def fitting_html(markup: str) -> str:
    """Safe HTML on one line, because line breaks are removed and would join words; plain and cut when too long."""
    flat = " ".join(markup.split())
    if len(flat) <= LONGEST_HTML:
        return flat
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", flat)))
    return as_paragraph(plain)


def _escaped(line: str) -> str:
    return html.escape(line.strip(), quote=False)


def _cut(lines: list[str]) -> str:
    """As much as fits, never half a character reference, with a sign that there was more."""
    left = LONGEST_HTML - len("…")
    kept: list[str] = []
    for character in "\n".join(lines):
        part = "<br>" if character == "\n" else html.escape(character, quote=False)
        left -= len(part)
        if left < 0:
            break
        kept.append(part)
    return "".join(kept).rstrip() + "…"
