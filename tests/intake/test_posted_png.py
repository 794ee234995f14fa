import io
import struct
import zlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFile, PngImagePlugin

from booking_app.intake.posted_png import MAGIC, PngInvalid, clean
from tests.intake.conftest import steady


def canvas(mode: str = "RGBA", background: object = (0, 0, 0, 0), ink: object = (0, 0, 0, 255)) -> Image.Image:
    image = Image.new(mode, (1200, 400), background)
    points = [(100 + 40 * step, 200 + (-1) ** step * 90) for step in range(24)]
    ImageDraw.Draw(image).line(points, fill=ink, width=5)
    return image


def posted(image: Image.Image, **save: object) -> str:
    target = io.BytesIO()
    image.save(target, format="PNG", **save)
    return uri(target.getvalue())


def uri(content: bytes) -> str:
    return "data:image/png;base64," + b64encode(content).decode()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def header(width: int, height: int) -> bytes:
    return MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))


def picture(pixels: bytes, *others: bytes) -> bytes:
    return b"".join([header(1200, 400), *others, chunk(b"IDAT", zlib.compress(pixels, 9)), chunk(b"IEND", b"")])


def raw(image: Image.Image) -> bytes:
    """The pixels as PNG wants them: a filter byte before each row."""
    data, row = image.tobytes(), image.width * 4
    return b"".join(b"\x00" + data[at : at + row] for at in range(0, len(data), row))


def dot() -> Image.Image:
    image = Image.new("RGB", (1200, 400), "white")
    ImageDraw.Draw(image).ellipse((600, 200, 606, 206), fill="black")
    return image


def refusal(data_uri: str) -> str:
    with pytest.raises(PngInvalid) as caught:
        clean(data_uri)
    return str(caught.value)


def test_a_signature_is_made_anew_in_dark_ink_on_white_and_cropped():
    with Image.open(io.BytesIO(clean(posted(canvas())))) as image:
        assert image.mode == "L"
        assert image.getpixel((0, 0)) == 255
        assert image.getextrema()[0] < 60
        assert image.height < 300


@pytest.mark.parametrize("ink", [(255, 255, 255, 255), (120, 160, 255, 255)])
def test_light_ink_on_a_transparent_canvas_counts(ink: tuple[int, ...]):
    assert clean(posted(canvas(ink=ink))) == clean(posted(canvas()))


def test_dark_ink_on_a_white_canvas_counts():
    assert clean(posted(canvas("RGB", "white", "black")))


def test_nothing_hidden_in_the_file_stays():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "hello-marker")
    content = io.BytesIO()
    canvas().save(content, format="PNG", pnginfo=info)
    made = clean(uri(content.getvalue() + b"<?php hello-marker"))
    assert b"hello-marker" not in made
    assert made == clean(posted(canvas()))


@pytest.mark.parametrize(
    ("data_uri", "sentence"),
    [
        (uri(b"x" * 5_000_000), "too large"),
        (uri(header(60_000, 60_000)), "too large"),
        (posted(Image.new("RGBA", (600, 200))), "Sign in the box"),
        (posted(Image.new("RGB", (600, 200), "white")), "Sign in the box"),
        (posted(Image.new("RGB", (2400, 1200), "black")), "does not look like a signature"),
        (posted(dot()), "too little"),
        (posted(canvas())[:400], "did not arrive whole"),
        (uri(picture(b"\x00" * 80_000_000)), "did not arrive whole"),
        (uri(picture(raw(canvas())[:-1])), "did not arrive whole"),
        (uri(picture(raw(canvas())).replace(b"IDAT", b"IDAU")), "did not arrive whole"),
        (uri(b"\xff\xd8\xff\xe0" + b"x" * 200), "did not arrive whole"),
        (uri(b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 3), "did not arrive whole"),
        ("data:image/png;base64,%%%", "did not arrive whole"),
        ("data:image/png;base64,é", "did not arrive whole"),
        ("https://evil.example/x.png", "did not arrive whole"),
        ("", "did not arrive whole"),
        (posted(canvas(), save_all=True, append_images=[Image.new("RGBA", (1200, 400))]), "did not arrive whole"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True], ids=["alone", "beside WeasyPrint"])
def test_what_is_no_signature_is_refused_with_a_sentence(
    data_uri: str, sentence: str, lenient: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    assert sentence in refusal(data_uri)


def test_a_bomb_hidden_in_a_text_never_goes_off():
    text = chunk(b"zTXt", b"k\x00\x00" + zlib.compress(b"\x00" * 80_000_000, 9))
    assert clean(uri(picture(raw(canvas()), text))) == clean(posted(canvas()))


@steady
@given(st.binary(max_size=400), st.integers(0, 3000))
def test_a_damaged_picture_gives_a_sentence_or_a_signature(noise: bytes, at: int):
    content = io.BytesIO()
    canvas().save(content, format="PNG")
    broken = bytearray(content.getvalue())
    broken[at : at + len(noise)] = noise
    try:
        made = clean(uri(bytes(broken)))
    except PngInvalid as error:
        assert str(error)  # noqa: PT017
    else:
        assert made.startswith(MAGIC)
