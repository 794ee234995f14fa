"""WeasyPrint, locked down. Imported only when a document is made, because it needs pango on the machine."""

import logging
import mimetypes
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from booking_app.intake.assets import FontFile, font_bytes
from booking_app.intake.glyphs import fonts_for

PDF_VARIANT = "pdf/a-3a"
ASSET = "asset:/"

# It makes Pillow lenient for the whole process, which would let damaged pictures in elsewhere.
ImageFile.LOAD_TRUNCATED_IMAGES = False
# Its warnings may quote the document.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class ForbiddenResource(FatalURLFetchingError):  # type: ignore[misc]
    """A document asked for something outside itself. Derives from BaseException, so that WeasyPrint passes it on."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Knows the vendored fonts by `asset:/name` and `data:` images; anything else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        if url.startswith(ASSET):
            return self._font(url)
        if not url.startswith("data:image/"):
            raise ForbiddenResource("a document may not load anything from outside")
        return super().fetch(url, headers)

    def _font(self, url: str) -> Any:
        name = url.removeprefix(ASSET)
        try:
            content = font_bytes(name)
        except KeyError as error:
            raise ForbiddenResource("a document asked for an unknown font") from error
        media_type = mimetypes.guess_type(name)[0] or "font/woff2"
        return URLFetcherResponse(url, body=content, headers={"Content-Type": media_type})


@cache
def _fonts() -> FontConfiguration:
    """One for the process: each font file is unpacked once, and what is not given back cannot pile up."""
    return FontConfiguration()


def pdf_of(html: str) -> bytes:
    """The PDF, marked and tagged as PDF/A-3a. Not for two threads at once. Raises ForbiddenResource."""
    fonts, fetcher = _fonts(), AssetFetcher()
    document = HTML(string=html, base_url=None, url_fetcher=fetcher)
    families = CSS(string=_font_style(html), font_config=fonts, url_fetcher=fetcher)
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves the colour profile of PDF/A to the garbage collector instead of closing it.
        warnings.simplefilter("ignore", ResourceWarning)
        content: bytes = document.write_pdf(
            font_config=fonts, stylesheets=[families], pdf_variant=PDF_VARIANT, pdf_tags=True, full_fonts=False
        )
    # Layouts of every combination of font and size ever used would stay for the life of the process.
    fonts.strut_layouts.clear()
    return content


def _font_style(html: str) -> str:
    """The fonts that the text needs and no others: each costs time to load."""
    fonts = fonts_for(html)
    faces = [_face(font.family, font) for font in fonts]
    # Pango asks for emoji by this name, whatever the style says.
    faces += [_face("emoji", font) for font in fonts if font.subset == "emoji"]
    families = ", ".join(dict.fromkeys(f'"{font.family}"' for font in fonts))
    return "\n".join([*faces, f"html {{ font-family: {families} }}", f"@page {{ font-family: {families} }}"])


def _face(family: str, font: FontFile) -> str:
    return f'@font-face {{ font-family: "{family}"; font-weight: {font.weight}; src: url("{ASSET}{font.file}"); }}'
