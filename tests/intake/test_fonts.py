import hashlib
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from booking_app.core.assets import asset_folder
from booking_app.intake import assets, glyphs
from booking_app.intake.assets import FontFile, font_bytes, listed_fonts, missing_fonts

FOLDER = asset_folder("static/fonts")
BOOK = tomllib.loads((FOLDER / "fonts.toml").read_text())
FILES = [file for font in BOOK["fonts"] for file in font["files"]]
LICENSES = {
    "OFL-1.1": "SIL Open Font License, Version 1.1",
    "Apache-2.0": "Apache License\n                           Version 2.0",
    "Bitstream-Vera": "Permission is hereby granted, free of charge, to any person obtaining a copy",
}


def in_runs(codes: set[int]) -> str:
    """`20-7e,a0`: the runs of code points as fonts.toml has them."""
    firsts = sorted(code for code in codes if code - 1 not in codes)
    lasts = sorted(code for code in codes if code + 1 not in codes)
    return ",".join(
        f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in zip(firsts, lasts, strict=True)
    )


def sha256(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("font", BOOK["fonts"], ids=lambda font: font["name"])
def test_every_vendored_font_is_the_one_that_was_checked(font: dict):
    assert {file["file"]: sha256(file["file"]) for file in font["files"]} == {
        file["file"]: file["sha256"] for file in font["files"]
    }
    assert sha256(font["license_file"]) == font["license_sha256"]
    assert LICENSES[font["license"]] in (FOLDER / font["license_file"]).read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["file"])
def test_the_list_says_what_each_font_covers(file: dict):
    content = io.BytesIO((FOLDER / file["file"]).read_bytes())
    codes = {code for code in TTFont(content, lazy=True).getBestCmap() if code > 0x1F}
    assert file["covers"] == in_runs(codes)


@pytest.mark.parametrize("font", listed_fonts(), ids=lambda font: font.file)
def test_a_font_draws_what_it_covers_and_no_neighbour(font: FontFile):
    for first, last in font.covers:
        assert font.draws(chr(first))
        assert font.draws(chr(last))
    covered = {code for first, last in font.covers for code in range(first, last + 1)}
    edges = {code for first, last in font.covers for code in (first - 1, last + 1)} - covered
    assert not any(font.draws(chr(code)) for code in edges | {0, 0x10FFFF})


def test_no_font_lies_there_unlisted():
    files = {file["file"] for font in BOOK["fonts"] for file in font["files"]}
    listed = files | {font["license_file"] for font in BOOK["fonts"]}
    assert {path.name for path in FOLDER.iterdir()} == listed | {"fonts.toml"}


def test_only_listed_fonts_can_be_read():
    with pytest.raises(KeyError):
        font_bytes("../../pyproject.toml")


def test_every_listed_font_is_in_the_installation():
    assert missing_fonts() == []


@pytest.fixture
def without_thai(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An installation that lost one font."""
    for path in FOLDER.iterdir():
        if "thai-400" not in path.name:
            (tmp_path / path.name).symlink_to(path)
    monkeypatch.setattr(assets, "asset_folder", lambda _name: tmp_path)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    for kept in (assets.listed_fonts, assets.vendored_fonts, glyphs._text_fonts, glyphs._family_for):
        kept.cache_clear()


@pytest.mark.usefixtures("without_thai")
def test_a_missing_font_is_told_and_its_letters_become_numbers():
    assert missing_fonts() == ["Noto Sans Thai"]
    assert glyphs.undrawable("Zoë สม") == ["ม", "ส"]
    assert glyphs.with_code_points("Zoë ส", "ส") == "Zoë [U+0E2A]"
    assert glyphs.described("ส") == "U+0E2A (thai character so sua)"
