"""Text as people type it, made safe to keep: no control characters, nothing that reorders or hides what is read."""

import re
import unicodedata
from bisect import bisect_right

# Unicode's Default_Ignorable_Code_Point: drawn as nothing. Bidi controls among them can make a line read differently
# from what is stored, Hangul fillers look like an empty name, tags carry hidden text.
INVISIBLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
# They shape the letters beside them: Sinhala and Hindi conjuncts need the joiner, Persian words the non-joiner.
JOINERS = "\u200c\u200d"
VIRAMA = 9
CURSIVE = ("AL",)
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\u000b\u000c]")
SPACES = re.compile(r"\s+")
SPACES_IN_LINE = re.compile(r"[^\S\n]+\n")
BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(value: str) -> str:
    """One line: cleaned, every run of white space a single space."""
    return SPACES.sub(" ", without_hidden(LINE_ENDS.sub("\n", value))).strip()


def clean_paragraphs(value: str) -> str:
    """Several lines: cleaned, line ends as `\\n`, at most one blank line in a row."""
    lines = without_hidden(LINE_ENDS.sub("\n", value)).replace("\t", "    ")
    return BLANK_LINES.sub("\n\n", SPACES_IN_LINE.sub("\n", lines)).strip()


def has_letters(value: str) -> bool:
    """Whether there is at least one letter to be seen: what a name or a signature needs."""
    return any(unicodedata.category(character)[0] == "L" and not is_invisible(character) for character in value)


def is_invisible(character: str) -> bool:
    """Whether Unicode wants the character drawn as nothing, wherever it stands."""
    at = bisect_right(INVISIBLE, (ord(character), 0x110000)) - 1
    return at >= 0 and ord(character) <= INVISIBLE[at][1]


def without_hidden(value: str) -> str:
    """The text without what is drawn as nothing, in NFC; line ends and other white space stay as they are."""
    visible = "".join(character for character in value if character in JOINERS or _is_kept(character))
    kept: list[str] = []
    for at, character in enumerate(visible):
        if character not in JOINERS or (kept and _joins(kept[-1], visible[at + 1 : at + 2])):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _joins(before: str, after: str) -> bool:
    """Whether a joiner has something to do: after a virama, or between two letters of a cursive script."""
    if not after or unicodedata.category(after)[0] not in "LM":
        return False
    return unicodedata.combining(before) == VIRAMA or (
        unicodedata.bidirectional(before) in CURSIVE and unicodedata.bidirectional(after) in CURSIVE
    )


def _is_kept(character: str) -> bool:
    if character in "\n\t":
        return True
    # Cc are controls, Cs lone surrogates, which UTF-8 cannot carry.
    return not (
        is_invisible(character) or unicodedata.category(character) in ("Cc", "Cs") or _is_noncharacter(ord(character))
    )


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
