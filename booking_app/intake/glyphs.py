"""Which characters the vendored fonts can draw, which fonts a text needs, and what stands where no glyph is."""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from booking_app.core.plain_text import is_invisible
from booking_app.intake.assets import FontFile, vendored_fonts

# These need no glyph: white space, controls, and the surrogates and joiners that shaping takes away.
WITHOUT_GLYPH = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def undrawable(text: str) -> list[str]:
    """The characters of a text that no vendored font can draw, each once, by code point."""
    return sorted(character for character in set(text) if not _is_drawable(character))


def fonts_for(text: str) -> tuple[FontFile, ...]:
    """The text fonts that are needed, in the order in which they are to be tried; Latin letters are always there."""
    needed = {_family_for(character) for character in set(text)} | {_family_for("a")}
    return tuple(font for font in _text_fonts() if font.family in needed)


def with_code_points(text: str, characters: Iterable[str]) -> str:
    """The text with each of these characters written as its code point, e.g. `[U+1F9FF]`."""
    return text.translate({ord(character): f"[{code_point(character)}]" for character in characters})


def code_point(character: str) -> str:
    """`U+1F9FF`"""
    return f"U+{ord(character):04X}"


def described(character: str) -> str:
    """`U+1F9FF (nazar amulet)`, as far as Unicode's names are known here."""
    name = unicodedata.name(character, "").lower()
    return f"{code_point(character)} ({name})" if name else code_point(character)


@cache
def _text_fonts() -> tuple[FontFile, ...]:
    return tuple(font for font in vendored_fonts() if font.role == "text")


@lru_cache(maxsize=4096)
def _family_for(character: str) -> str | None:
    return next((font.family for font in _text_fonts() if font.draws(character)), None)


def _is_drawable(character: str) -> bool:
    is_blank = unicodedata.category(character) in WITHOUT_GLYPH or is_invisible(character)
    return is_blank or _family_for(character) is not None
