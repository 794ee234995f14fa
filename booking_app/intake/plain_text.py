"""Text as people type it, made safe to keep: no control characters, nothing that reorders or hides what is read."""

import re
import unicodedata

# LRM, RLM, ALM, the embeddings, overrides and isolates: they can make a line read differently from what is stored.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = frozenset("\ufeff\u00ad\u2060")
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\u000b\u000c]")
SPACES = re.compile(r"\s+")
SPACES_IN_LINE = re.compile(r"[^\S\n]+\n")
BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(value: str) -> str:
    """One line: cleaned, every run of white space a single space."""
    return SPACES.sub(" ", _without_controls(LINE_ENDS.sub("\n", value))).strip()


def clean_paragraphs(value: str) -> str:
    """Several lines: cleaned, line ends as `\\n`, at most one blank line in a row."""
    lines = _without_controls(LINE_ENDS.sub("\n", value)).replace("\t", "    ")
    return BLANK_LINES.sub("\n\n", SPACES_IN_LINE.sub("\n", lines)).strip()


def _without_controls(value: str) -> str:
    kept = "".join(character for character in value if _is_kept(character))
    return unicodedata.normalize("NFC", kept)


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    if character in BIDI_CONTROLS or character in INVISIBLE:
        return False
    # Cc are controls, Cs lone surrogates, which UTF-8 cannot carry.
    return unicodedata.category(character) not in ("Cc", "Cs") and not _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
