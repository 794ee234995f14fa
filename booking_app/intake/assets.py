"""The vendored fonts that documents and typed signatures are drawn with."""

import io
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache

from fontTools.ttLib import woff2

from booking_app.core.assets import asset_folder


@dataclass(frozen=True)
class FontFile:
    """One vendored file: a subset of a family at one weight. `family` is unique to the subset.

    `covers` has the first and last code point of each run of characters the font can draw, in order.
    """

    name: str
    role: str
    subset: str
    weight: int
    file: str
    covers: tuple[tuple[int, int], ...] = field(repr=False)

    @property
    def family(self) -> str:
        return f"{self.name} {self.subset}"

    def draws(self, character: str) -> bool:
        code = ord(character)
        at = bisect_right(self.covers, (code, 0x110000)) - 1
        return at >= 0 and code <= self.covers[at][1]


@cache
def listed_fonts() -> tuple[FontFile, ...]:
    """The fonts of `fonts.toml` for documents and signatures, in the order in which they are to be tried."""
    book = tomllib.loads((asset_folder("static/fonts") / "fonts.toml").read_text())
    return tuple(
        FontFile(font["name"], font["role"], file["subset"], file["weight"], file["file"], _ranges(file["covers"]))
        for font in book["fonts"]
        if font["role"] != "page"
        for file in font["files"]
    )


@cache
def vendored_fonts() -> tuple[FontFile, ...]:
    """The listed fonts whose files are there; what a missing one would draw counts as not drawable."""
    return tuple(font for font in listed_fonts() if (asset_folder("static/fonts") / font.file).is_file())


def missing_fonts() -> list[str]:
    """The names of listed fonts this installation lacks; for doctor."""
    return sorted({font.name for font in set(listed_fonts()) - set(vendored_fonts())})


@cache
def font_bytes(file: str) -> bytes:
    """A vendored font, unpacked once for the process. Raises KeyError for a name that is not in `fonts.toml`."""
    if file not in {font.file for font in vendored_fonts()}:
        raise KeyError(file)
    content = (asset_folder("static/fonts") / file).read_bytes()
    if content[:4] != b"wOF2":
        return content
    unpacked = io.BytesIO()
    woff2.decompress(io.BytesIO(content), unpacked)
    return unpacked.getvalue()


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    pairs = (part.partition("-") for part in text.split(","))
    return tuple((int(first, 16), int(last or first, 16)) for first, _, last in pairs)
