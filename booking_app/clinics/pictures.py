"""Pictures from outside, made harmless: checked before they are decoded, shrunk, stripped and encoded anew."""

import io
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageCms, ImageOps

from booking_app.clinics.jpeg import is_bare_jpeg

LOGO_BOX = (600, 200)
PICTURE_BOX = (800, 600)
PAGE_LOGO_BOX = (560, 112)
MAIL_LOGO_BOX = (480, 96)
PAGE_LOGO_COLORS = 40  # of few colours that show no steps, the most that cost half of 64
THUMBNAIL_BOX = (144, 144)
MOST_BYTES = 5 * 1024 * 1024
# A JPEG, as cameras take them, is never decoded whole; of the other kinds every pixel is held in memory.
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 12_000_000, "WEBP": 12_000_000}
# A few copies of the pixels are in memory at once; pictures of many people at one moment wait for each other.
_ONE_AT_A_TIME = Lock()
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
    with _ONE_AT_A_TIME:
        return _cleaned(content, image, kind, box)


def _cleaned(content: bytes, image: Image.Image, kind: str, box: tuple[int, int]) -> Picture:
    try:
        # Lets the decoder of JPEG make a small picture straight away, still at least twice as large as the box.
        image.draft(None, (2 * box[0], 2 * box[1]))
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
    few = image.convert("RGBA").quantize(PAGE_LOGO_COLORS, method=Image.Quantize.FASTOCTREE)
    few.convert("RGBA").save(target, "WEBP", lossless=True, quality=100, method=6)
    return Picture(MEDIA_TYPES["WEBP"], target.getvalue())


def mail_logo(content: bytes) -> tuple[bytes, int, int]:
    """A clean logo as a mail carries it: a PNG, which every mail program shows, in few colours; width and height."""
    image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
    image.thumbnail(MAIL_LOGO_BOX, Image.Resampling.LANCZOS)
    target = io.BytesIO()
    few = image.convert("RGBA").quantize(PAGE_LOGO_COLORS, method=Image.Quantize.FASTOCTREE)
    few.save(target, "PNG", optimize=True)
    return target.getvalue(), *image.size


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
    try:
        image = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_wide("JPEG" if content[:2] == b"\xff\xd8" else "PNG") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureRefused(f"{ALLOWED}{_what_it_is(content)}.") from error
    kind = image.format or ""
    if image.width * image.height > MOST_PIXELS[kind]:
        raise _too_wide(kind)
    return image, kind


def _too_wide(kind: str) -> PictureRefused:
    millions = MOST_PIXELS[kind] // 1_000_000
    return PictureRefused(f"The picture has too many pixels: at most {millions} million are possible.")


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
