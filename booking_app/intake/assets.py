"""The files this package reads from beside the code: fonts and the document's templates."""

import tomllib
from dataclasses import dataclass
from functools import cache

from booking_app.core.assets import asset_folder


@dataclass(frozen=True)
class FontFile:
    """One vendored file: a subset of a family at one weight. `family` is unique to the subset."""

    name: str
    role: str
    subset: str
    weight: int
    file: str

    @property
    def family(self) -> str:
        return f"{self.name} {self.subset}"


@cache
def vendored_fonts() -> tuple[FontFile, ...]:
    """The fonts of `fonts.toml` for documents and signatures, in the order in which they are to be tried."""
    book = tomllib.loads((asset_folder("static/fonts") / "fonts.toml").read_text())
    return tuple(
        FontFile(font["name"], font["role"], file["subset"], file["weight"], file["file"])
        for font in book["fonts"]
        if font["role"] != "page"
        for file in font["files"]
    )


@cache
def font_bytes(file: str) -> bytes:
    """The content of a vendored font. Raises KeyError for a name that is not in `fonts.toml`."""
    if file not in {font.file for font in vendored_fonts()}:
        raise KeyError(file)
    return (asset_folder("static/fonts") / file).read_bytes()
