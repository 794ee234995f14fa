"""Names and phone numbers as they are compared, however they are written."""

import re
import unicodedata

# Letters with a stroke or a hook, which Unicode does not take apart, as people type them without one (small letters).
BASE_LETTERS = str.maketrans(
    dict(zip("đðøłħŧıɨŋə", "ddolhtiine", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"},
)
PHONE_TAIL = 8  # digits that agree in every way of writing an Australian, New Zealand or British number


def same_phone(one: str, other: str) -> bool:
    """Whether two are one number, with a country code or without; what has no digits is no number."""
    digits = [re.sub(r"\D", "", phone)[-PHONE_TAIL:] for phone in (one, other)]
    return bool(digits[0]) and digits[0] == digits[1]


def fold(text: str) -> str:
    """The name for comparing: without case, accents, spaces, what cannot be seen, and signs between letters."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(BASE_LETTERS)
    return "".join(c for c in plain if not unicodedata.combining(c) and not _is_between_letters(c))


def _is_between_letters(character: str) -> bool:
    """Spaces, punctuation, invisible marks, and the many apostrophes, some of which Unicode counts as letters."""
    return unicodedata.category(character) in ("Lm", "Sk", "Cf", "Cc") or unicodedata.category(character)[0] in "ZP"
