"""A clinic's look as a stylesheet."""

import re

import pytest
from fontTools.ttLib import TTFont

from booking_app.core.assets import asset_folder
from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases


def stylesheet(client: CheckingClient) -> str:
    links = [values["href"] for tag, values in client.page("/b/demo").tags if tag == "link"]
    return next(link for link in links if "/brand.css" in link)


def test_the_colours_come_as_a_file_kept_by_its_hash(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.branding = {"primary_color": "#00695c", "radius": 14}
    response = client.get(stylesheet(client))
    assert "--color-primary:#00695c" in response.text
    assert "--radius:14px" in response.text
    assert "prefers-color-scheme:dark" in response.text
    assert "immutable" in response.headers["Cache-Control"]


def test_another_look_is_another_address(client: CheckingClient, use_cases: FakeUseCases) -> None:
    before = stylesheet(client)
    use_cases.browse.known.branding = {"primary_color": "#7a1fa2"}
    assert stylesheet(client) != before
    assert "immutable" not in client.get(before).headers["Cache-Control"]


def test_the_one_web_font_is_ours_and_loaded_only_when_chosen(client: CheckingClient, use_cases: FakeUseCases) -> None:
    assert "@font-face" not in client.get(stylesheet(client)).text
    use_cases.browse.known.branding = {"font": "inter"}
    assert "url(/assets/" in client.get(stylesheet(client)).text


def test_on_a_page_of_another_colour_the_colours_are_made_for_that(client: CheckingClient) -> None:
    address = stylesheet(client)
    response = client.get(address + "&ground=16202a")
    assert response.text.startswith(":root:root:root{--color-background:#16202a;")
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize("ground", ["", "red", "16202A;}", "16202", "16202ag"])
def test_what_is_no_colour_changes_nothing(client: CheckingClient, ground: str) -> None:
    address = stylesheet(client)
    assert client.get(f"{address}&ground={ground}").text == client.get(address).text


def test_a_value_cannot_leave_its_declaration(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.branding = {"primary_color": "red;}body{display:none", "font": "x}y"}
    css = client.get(stylesheet(client)).text
    assert "display:none" not in css
    assert "x}y" not in css


def test_a_clinic_with_a_logo_shows_it_in_place_of_its_name(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.branding = {"logo": "logo.png"}
    page = Page(client.get("/b/demo").text)
    assert (
        '<img class="masthead-logo masthead-plate" src="/b/demo/files/logo.png" alt="Harbour Physiotherapy">'
        in page.html
    )


def test_no_character_is_in_the_range_of_two_font_files(client: CheckingClient, use_cases: FakeUseCases) -> None:
    """A browser that needs a character loads every file whose range names it: one point cost 24 kB."""
    use_cases.browse.known.branding = {"font": "inter"}
    css = client.get(stylesheet(client)).text
    for weight in ("400", "700"):
        faces = re.findall(rf"font-weight:{weight};[^}}]*?unicode-range:([^;]+);src:url\(/assets/[^/]+/(.+?)\)", css)
        assert len(faces) == 2
        ranges = {name: characters_of(text) for text, name in faces}
        basic = next(found for name, found in ranges.items() if "basic" in name)
        latin = next(found for name, found in ranges.items() if "latin" in name)
        assert not basic & latin
        assert set(range(0xA1, 0x10000)) <= basic | latin
        assert basic == set(TTFont(asset_folder("static") / "fonts" / "inter-basic.woff2").getBestCmap())


def characters_of(text: str) -> set[int]:
    """The characters of a `unicode-range`."""
    found: set[int] = set()
    for part in text.removeprefix("U+").split(",U+"):
        first, _, last = part.partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found
