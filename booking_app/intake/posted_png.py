"""A PNG that a canvas posted: checked as something a stranger sent, and made anew from its ink alone."""

import binascii
import io
import math
import struct
import zlib
from base64 import b64decode

from PIL import Image

from booking_app.intake.ink import TOO_LITTLE
from booking_app.intake.pictures import encode_png

PREFIX = "data:image/png;base64,"
MOST_BYTES = 200_000
MOST_SIDE = 4096
MOST_PIXELS = 8_000_000
MAGIC = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# All that a picture needs. Texts, colour profiles and animations are left behind before any decoder sees them.
NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# Judged on a picture brought down to this width, so that a sharp screen needs no more ink than a plain one.
WIDTH, HEIGHT = 1000, 1000
DARK = 96
LEAST_INK = 150
LEAST_REACH = 40
MOST_INK_SHARE = 0.4
MARGIN = 20

UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, OverflowError, struct.error, zlib.error)


class PngInvalid(ValueError):
    """The message is a sentence for the person signing."""


def clean(data_uri: str) -> bytes:
    """The same signature as a new PNG, dark on white, cropped to its ink. Raises PngInvalid."""
    content = _decoded(data_uri)
    _check_header(content)
    mask = _ink_of(_needed_chunks(content))
    left, top, right, bottom = _checked_box(mask)
    box = (
        max(0, left - MARGIN), max(0, top - MARGIN), min(mask.width, right + MARGIN), min(mask.height, bottom + MARGIN),
    )  # fmt: skip
    return encode_png(mask.crop(box))


def _decoded(data_uri: str) -> bytes:
    if len(data_uri) > len(PREFIX) + math.ceil(MOST_BYTES / 3) * 4:
        raise PngInvalid("This signature is too large. Clear it and sign again.")
    if not data_uri.startswith(PREFIX):
        raise _damaged()
    try:
        return b64decode(data_uri.removeprefix(PREFIX).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _damaged() from error


def _check_header(content: bytes) -> None:
    """Width and height are read here, before any decoder is let near the rest."""
    if len(content) < 33 or content[:8] != MAGIC or content[12:16] != b"IHDR":
        raise _damaged()
    width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", content[16:29])
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and width * height <= MOST_PIXELS):
        raise PngInvalid("This signature is too large. Clear it and sign again.")
    # No canvas makes interlaced pictures, or any of more than eight bits.
    if depth > 8 or color not in CHANNELS or interlace:
        raise _damaged()


def _needed_chunks(content: bytes) -> bytes:
    """The same picture reduced to its needed chunks, all of them whole.

    Pillow cannot be asked for that: WeasyPrint tells it, for the whole process, to accept broken files.
    """
    kept, pixels, at = [MAGIC], [], len(MAGIC)
    while at + 12 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at : at + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big") or name == b"acTL":
            raise _damaged()
        if name in NEEDED:
            kept.append(chunk)
        if name == b"IDAT":
            pixels.append(chunk[8:-4])
        if name == b"IEND":
            _check_pixels(b"".join(pixels), content[16:26])
            return b"".join(kept)
        at += len(chunk)
    raise _damaged()


def _check_pixels(compressed: bytes, header: bytes) -> None:
    """There are as many pixels as the header promises: none are missing, and nothing blows up beyond them."""
    width, height, depth, color = struct.unpack(">IIBB", header)
    promised = height * (1 + math.ceil(width * depth * CHANNELS[color] / 8))
    inflating = zlib.decompressobj()
    try:
        pixels = inflating.decompress(compressed, promised + 1)
    except zlib.error as error:
        raise _damaged() from error
    if len(pixels) != promised or not inflating.eof:
        raise _damaged()


def _ink_of(content: bytes) -> Image.Image:
    """A mask with 255 where there is ink."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if getattr(image, "n_frames", 1) != 1:
                raise _damaged()
            image.load()
            pixels = image.convert("RGBA")
    except PngInvalid:
        raise
    except UNREADABLE as error:
        raise _damaged() from error
    alpha = pixels.getchannel("A")
    # On a transparent canvas the ink is what is opaque, whatever its colour; on an opaque one it is what is dark.
    is_opaque = alpha.getextrema()[0] == 255
    mask = pixels.convert("L").point(lambda value: 255 - value) if is_opaque else alpha
    mask.thumbnail((WIDTH, HEIGHT), Image.Resampling.BOX)
    return mask


def _checked_box(mask: Image.Image) -> tuple[int, int, int, int]:
    dark = mask.point(lambda value: 255 if value >= DARK else 0)
    count, box = dark.histogram()[255], dark.getbbox()
    if box is None:
        raise PngInvalid("Sign in the box, or choose to type your name instead.")
    if count < LEAST_INK or math.dist(box[:2], box[2:]) < LEAST_REACH:
        raise PngInvalid(TOO_LITTLE)
    if count > MOST_INK_SHARE * mask.width * mask.height:
        raise PngInvalid("That does not look like a signature. Clear it and sign again.")
    return box


def _damaged() -> PngInvalid:
    return PngInvalid("The signature did not arrive whole. Clear it and sign again.")
