"""Signatures that cannot be taken: a sentence at the field, a 422, and everything else that was typed kept."""

import base64
import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from tests.faults.shop import Shop
from tests.pages.shared.client import Page

PREFIX = "data:image/png;base64,"


def png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def drawn() -> bytes:
    image = Image.new("RGBA", (600, 200))
    ImageDraw.Draw(image).line([(40, 150), (150, 40), (250, 160), (400, 60), (560, 120)], fill="black", width=5)
    return png(image)


def bomb() -> bytes:
    """A PNG of few bytes that claims 60,000 by 60,000 pixels."""
    small = bytearray(png(Image.new("L", (1, 1))))
    small[16:24] = (60_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


BAD: dict[str, Callable[[], bytes]] = {
    "blank": lambda: png(Image.new("RGBA", (600, 200))),
    "all black": lambda: png(Image.new("RGB", (600, 200))),
    "truncated": lambda: drawn()[:-60],
    "a bomb": bomb,
    "5 MB": lambda: drawn() + bytes(5_000_000),
    "no picture at all": lambda: b"<svg onload=alert(1)>",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_picture_that_cannot_be_taken_is_refused_in_the_form_with_everything_kept(shop: Shop, kind: str) -> None:
    picture = PREFIX + base64.b64encode(BAD[kind]()).decode()
    details = shop.agreement(shop.choose())
    posted = shop.answers(shop.client.page(details), sign_typed=None, sign_name=None, sign_picture=picture)
    answer = shop.client.send(details, posted, status=422)
    page = Page(answer.text)
    assert page.title.startswith("Error: ")
    assert "There is a problem" in page.text
    assert "checked" in next(values for tag, values in page.tags if values.get("name") == "consent_privacy")
    assert shop.client.page(details.replace("/agreement", "")).values("first_name") == ["Pat"]
    assert "A sore knee" in shop.client.page(details.replace("/agreement", "/questions")).text
    assert len(answer.data) < 200_000, "the refused picture is sent back"
    again = shop.answers(page)
    assert shop.client.send(details, again).headers["Location"].endswith("/check")


@pytest.mark.parametrize("strokes", ["x" * 5_000_000, "{", '{"width":300,"height":150,"strokes":[]}', "[1e999]"])
def test_strokes_that_cannot_be_read_are_refused_too(shop: Shop, strokes: str) -> None:
    details = shop.agreement(shop.choose())
    posted = shop.answers(shop.client.page(details), sign_typed=None, sign_name=None, sign_strokes=strokes)
    answer = shop.client.send(details, posted, status=422)
    assert shop.client.page(details.replace("/agreement", "")).values("email") == ["pat.sample@example.com"]
    assert len(answer.data) < 200_000


def test_a_picture_stands_in_where_strokes_are_missing(shop: Shop) -> None:
    picture = PREFIX + base64.b64encode(drawn()).decode()
    assert shop.book(sign_typed=None, sign_name=None, sign_picture=picture).endswith("/done")
    shop.work()
    shop.check_all_arrived_once()
    assert len(shop.mine("signatures")) == 1
