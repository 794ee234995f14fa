"""A signature: drawn, kept as vectors, or typed, which counts the same; and the two pictures made of it."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

from booking_app.core.plain_text import clean_line, has_letters
from booking_app.intake.ink import Ink, InkInvalid, NoInk, read_ink
from booking_app.intake.lettering import letter
from booking_app.intake.pictures import ink_png, ink_svg, lettering_png, lettering_svg, png_svg
from booking_app.intake.posted_png import PngInvalid, clean

SignatureMethod = Literal["drawn", "typed"]
LONGEST_NAME = 120


class SignatureInvalid(ValueError):
    """The message is a sentence for the person signing."""


class SignatureMissing(SignatureInvalid):
    """Nothing was drawn and nothing was typed; the caller knows whether that is allowed."""


@dataclass(frozen=True)
class Signature:
    """Exactly one of `ink` (drawn), `png` (drawn, where the strokes did not arrive) and `typed_name` is there."""

    method: SignatureMethod
    ink: Ink | None = None
    typed_name: str | None = None
    png: bytes | None = None

    def to_json(self) -> dict[str, Any]:
        """`from_json` gives the same signature again."""
        return {
            "method": self.method,
            "ink": None if self.ink is None else self.ink.to_json(),
            "typed_name": self.typed_name,
            "png": None if self.png is None else b64encode(self.png).decode(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Signature":
        return cls(
            method=data["method"],
            ink=None if data["ink"] is None else Ink.from_json(data["ink"]),
            typed_name=data["typed_name"],
            png=None if data["png"] is None else b64decode(data["png"]),
        )


def read_signature(
    *, strokes_json: str | None, typed_name: str | None, png_data_uri: str | None, wants_typed: bool
) -> Signature:
    """The signature in what a form posted.

    A typed name counts when it was chosen, or when nothing was drawn (a page without JavaScript offers only that).
    The strokes count before the PNG of the same canvas. Raises SignatureMissing or SignatureInvalid.
    """
    if wants_typed:
        return _typed(typed_name or "")
    ink = _ink(strokes_json or "")
    if ink is not None:
        return Signature("drawn", ink=ink)
    if png_data_uri:
        try:
            return Signature("drawn", png=clean(png_data_uri))
        except PngInvalid as error:
            raise SignatureInvalid(str(error)) from error
    if typed_name and typed_name.strip():
        return _typed(typed_name)
    raise SignatureMissing("Sign in the box, or choose to type your name instead.")


def signature_png(signature: Signature) -> bytes:
    """Dark ink on white, twice the size of the SVG; the same signature gives the same bytes."""
    if signature.ink is not None:
        return ink_png(signature.ink)
    if signature.png is not None:
        return signature.png
    return lettering_png(letter(signature.typed_name or ""))


def signature_png_base64(signature: Signature) -> str:
    """The PNG as a data URI."""
    return "data:image/png;base64," + b64encode(signature_png(signature)).decode()


def signature_svg(signature: Signature) -> str:
    """An SVG of at most 500 by 500 without script, style or reference to anything outside."""
    if signature.ink is not None:
        return ink_svg(signature.ink)
    if signature.png is not None:
        return png_svg(signature.png)
    return _typed_svg(signature.typed_name or "")


# A page shows the same picture again and again; 32 names of at most 120 letters are at most 4 MB.
@lru_cache(maxsize=32)
def _typed_svg(name: str) -> str:
    return lettering_svg(letter(name))


def svg_data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def svg_address(svg: str) -> str:
    """The picture as a page's `img` takes it: unlike base64 it is half as large once the page is compressed."""
    return "data:image/svg+xml," + quote(svg, safe=" ,/:;=()")


def _ink(strokes_json: str) -> Ink | None:
    if not strokes_json.strip():
        return None
    try:
        return read_ink(strokes_json)
    except NoInk:
        return None
    except InkInvalid as error:
        raise SignatureInvalid(str(error)) from error


def _typed(typed_name: str) -> Signature:
    if len(typed_name) > 10 * LONGEST_NAME:
        raise SignatureInvalid(f"Shorten your name to {LONGEST_NAME} characters or fewer.")
    name = clean_line(typed_name)
    if not name:
        raise SignatureMissing("Type your full name as your signature.")
    if len(name) > LONGEST_NAME:
        raise SignatureInvalid(f"Shorten your name to {LONGEST_NAME} characters or fewer.")
    if not has_letters(name):
        raise SignatureInvalid("Type your full name as your signature, in letters.")
    return Signature("typed", typed_name=name)
