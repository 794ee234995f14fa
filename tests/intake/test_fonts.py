import hashlib
import tomllib

import pytest

from booking_app.core.assets import asset_folder
from booking_app.intake.assets import font_bytes

FOLDER = asset_folder("static/fonts")
BOOK = tomllib.loads((FOLDER / "fonts.toml").read_text())


def sha256(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("font", BOOK["fonts"], ids=lambda font: font["name"])
def test_every_vendored_font_is_the_one_that_was_checked(font: dict):
    assert {file["file"]: sha256(file["file"]) for file in font["files"]} == {
        file["file"]: file["sha256"] for file in font["files"]
    }
    assert sha256(font["license_file"]) == font["license_sha256"]
    assert "SIL Open Font License, Version 1.1" in (FOLDER / font["license_file"]).read_text()


def test_no_font_lies_there_unlisted():
    files = {file["file"] for font in BOOK["fonts"] for file in font["files"]}
    listed = files | {font["license_file"] for font in BOOK["fonts"]}
    assert {path.name for path in FOLDER.iterdir()} == listed | {"fonts.toml"}


def test_only_listed_fonts_can_be_read():
    with pytest.raises(KeyError):
        font_bytes("../../pyproject.toml")
