"""Pictures from outside, made harmless: checked before they are decoded, shrunk, stripped and encoded anew."""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from booking_app.clinics.jpeg import is_bare_jpeg

LOGO_BOX = (600, 200)
PICTURE_BOX = (800, 600)
PAGE_LOGO_BOX = (560, 112)
PAGE_LOGO_COLORS = 64
THUMBNAIL_BOX = (144, 144)
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ALLOWED = "A picture must be a PNG, JPEG or WebP file"


class PictureRefused(ValueError):
    """The message is a sentence for whoever brought the picture."""


@dataclass(frozen=True)
class Picture:
    """A clean picture."""

    media_type: str
    content: bytes


def clean_picture(content: bytes, box: tuple[int, int] = PICTURE_BOX) -> Picture:
    """The picture within `box` pixels, upright, in sRGB, without metadata and in its own format.

    A picture that came out of here goes through unchanged. Raises PictureRefused.
    """
    image, kind = _opened(content)
    try:
        if kind == "JPEG" and _fits(image, box) and is_bare_jpeg(content):
            image.load()
            return Picture(MEDIA_TYPES[kind], content)
        return Picture(MEDIA_TYPES[kind], _encoded(_shrunk(image, box), kind))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureRefused("The picture is damaged and cannot be read.") from error


def small_logo(content: bytes) -> Picture:
    """A clean logo as a page shows it: at twice its height in CSS pixels, in few colours, so that it costs little."""
    image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
    image.thumbnail(PAGE_LOGO_BOX, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    # Of Pillow's methods only this one keeps transparency.
    image.convert("RGBA").quantize(PAGE_LOGO_COLORS, method=Image.Quantize.FASTOCTREE).save(
        target, "PNG", optimize=True
    )
    return Picture(MEDIA_TYPES["PNG"], target.getvalue())


def thumbnail(content: bytes) -> Picture:
    """A clean picture as a small square beside a name, at twice its size in CSS pixels, cut around its middle."""
    image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
    square = ImageOps.fit(image, THUMBNAIL_BOX, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    square.save(target, "WEBP", quality=80)
    return Picture(MEDIA_TYPES["WEBP"], target.getvalue())


def _opened(content: bytes) -> tuple[Image.Image, str]:
    """The picture, its header read and nothing decoded yet."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(f"The picture is too large: at most {MOST_BYTES // 1024 // 1024} MB are possible.")
    millions = MOST_PIXELS // 1_000_000
    too_wide = PictureRefused(f"The picture has too many pixels: at most {millions} million are possible.")
    try:
        image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_wide from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureRefused(f"{ALLOWED}{_what_it_is(content)}.") from error
    if image.width * image.height > MOST_PIXELS:
        raise too_wide
    return image, image.format or ""


def _what_it_is(content: bytes) -> str:
    head = content[:512].lstrip().lower()
    is_svg = head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!")) and b"svg" in head)
    return "; SVG can carry programs and is not taken" if is_svg else ""


def _fits(image: Image.Image, box: tuple[int, int]) -> bool:
    return image.width <= box[0] and image.height <= box[1]


def _shrunk(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    plain = _in_srgb(upright, image.info.get("icc_profile"))
    if not _fits(plain, box):
        plain.thumbnail(box, Image.Resampling.LANCZOS)
    # A new image carries nothing over: no text chunks, no EXIF, no thumbnail.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith(("I", "F")):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _converted(image, profile)
    return image.convert(mode)


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours meant by the embedded profile; those of the pixels where it cannot be used."""
    output = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=output)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _encoded(image: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "JPEG":
        image.convert("RGB").save(target, "JPEG", quality=86)
    elif kind == "WEBP":
        # Lossless, so that importing an export changes nothing.
        image.save(target, "WEBP", lossless=True, exact=True)
    else:
        image.save(target, "PNG", optimize=True)
    return target.getvalue()
