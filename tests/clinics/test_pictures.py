"""Pictures from outside are made harmless, or refused with a sentence."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from booking_app.clinics.jpeg import is_bare_jpeg
from booking_app.clinics.pictures import LOGO_BOX, Picture, PictureRefused, clean_picture, mail_logo, thumbnail

SECRET = b"taken at home"


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_keeps_its_format_and_comes_out_the_same_again(kind: str, media_type: str) -> None:
    once = clean_picture(encoded(Image.effect_noise((1300, 900), 80).convert("RGB"), kind))
    assert once.media_type == media_type
    assert opened(once).size == (800, 554)
    assert clean_picture(once.content) == once


def test_a_logo_fits_its_box_and_stays_see_through() -> None:
    logo = clean_picture(encoded(Image.new("RGBA", (900, 900), (1, 2, 3, 0)), "PNG"), LOGO_BOX)
    assert opened(logo).size == (200, 200)
    assert opened(logo).convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_cameras_photo_is_taken_without_holding_all_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = encoded(Image.new("RGB", (5000, 4000), "navy"), "JPEG")
    decoded: list[tuple[int, int]] = []
    real = ImageOps.exif_transpose
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda image: decoded.append(image.size) or real(image))
    assert opened(clean_picture(photo)).size == (750, 600)
    assert decoded == [(2500, 2000)]


def test_a_small_picture_is_not_enlarged() -> None:
    assert opened(clean_picture(encoded(Image.new("RGB", (40, 30)), "PNG"))).size == (40, 30)


def test_metadata_is_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    png = encoded(Image.new("RGB", (40, 30)), "PNG", pnginfo=notes)
    exif = Image.Exif()
    exif[270] = SECRET.decode()
    jpeg = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif, comment=SECRET)
    webp = encoded(Image.new("RGB", (40, 30)), "WEBP", exif=exif.tobytes())
    for content in (png, jpeg, webp):
        assert SECRET in content
        assert SECRET not in clean_picture(content).content


def test_what_follows_a_jpegs_end_is_gone() -> None:
    jpeg = encoded(Image.new("RGB", (40, 30)), "JPEG")
    assert is_bare_jpeg(jpeg)
    assert not is_bare_jpeg(jpeg + SECRET)
    assert SECRET not in clean_picture(jpeg + SECRET).content


def test_a_progressive_jpeg_without_anything_else_is_bare() -> None:
    image = Image.effect_noise((200, 120), 90).convert("RGB")
    assert is_bare_jpeg(encoded(image, "JPEG", progressive=True))
    assert not is_bare_jpeg(encoded(image, "JPEG", comment=SECRET))
    assert not is_bare_jpeg(b"\xff\xd8\xff")
    assert not is_bare_jpeg(encoded(image, "JPEG")[:-2])


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[274] = 6
    assert opened(clean_picture(encoded(Image.new("RGB", (80, 40)), "JPEG", exif=exif))).size == (40, 80)


def test_colours_of_other_profiles_become_srgb_and_the_profile_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(Image.new("RGB", (8, 8), (10, 200, 30)), "PNG", icc_profile=profile)
    picture = opened(clean_picture(content))
    assert picture.getpixel((1, 1)) == pytest.approx((10, 200, 30), abs=2)
    assert "icc_profile" not in picture.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_mode_of_pixels_is_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(clean_picture(encoded(Image.new(mode, (20, 10)), kind))).size == (20, 10)


def test_only_the_first_picture_of_an_animation_is_kept() -> None:
    frames = [Image.new("RGB", (10, 10), shade) for shade in ("red", "blue")]
    content = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert getattr(opened(clean_picture(content)), "n_frames", 1) == 1


def png_bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous; decoding it would fill the memory."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "A picture must be a PNG, JPEG or WebP file."),
        (b"GIF89a" + b"\0" * 50, "A picture must be a PNG, JPEG or WebP file."),
        (b"%PDF-1.7", "A picture must be a PNG, JPEG or WebP file."),
        (
            b'<?xml version="1.0"?>\n<svg onload="x()"/>',
            "A picture must be a PNG, JPEG or WebP file; SVG can carry programs and is not taken.",
        ),
        (b"\0" * (5 * 1024 * 1024 + 1), "The picture is too large: at most 5 MB are possible."),
        (png_bomb(4000, 3001), "The picture has too many pixels: at most 12 million are possible."),
        (png_bomb(12000, 12000), "The picture has too many pixels: at most 12 million are possible."),
        (png_bomb(60000, 60000), "The picture has too many pixels: at most 12 million are possible."),
        (encoded(Image.new("RGB", (90, 90), "red"), "PNG")[:-30], "The picture is damaged and cannot be read."),
        (encoded(Image.new("RGB", (90, 90), "red"), "JPEG")[:-30], "The picture is damaged and cannot be read."),
    ],
    ids=["empty", "gif", "pdf", "svg", "bytes", "pixels", "warned bomb", "bomb", "cut png", "cut jpeg"],
)
def test_anything_else_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        clean_picture(content)
    assert str(refused.value) == said


def test_a_thumbnail_is_a_small_square_and_light() -> None:
    wide = Image.effect_noise((800, 300), 60).convert("RGB")
    target = io.BytesIO()
    wide.save(target, "PNG")
    small = thumbnail(target.getvalue())
    with Image.open(io.BytesIO(small.content)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (144, 144))
    assert len(small.content) < 20_000


def test_a_logo_for_mails_is_a_small_png_within_its_box() -> None:
    png, width, height = mail_logo(encoded(Image.new("RGBA", (600, 200), (1, 2, 3, 0)), "WEBP"))
    assert (width, height) == (288, 96)
    assert Image.open(io.BytesIO(png)).format == "PNG"
