"""Whatever colours a clinic chooses, its pages can be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_app.clinics.branding import FONTS, Branding
from booking_app.core.color import contrast, passing_shade, text_on

color = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
TEXTS = ("text", "muted", "link", "error", "success", "focus")
SHAPES = ("border", "primary", "accent")


@given(primary=color, accent=color, background=color)
@settings(max_examples=150)
def test_every_text_has_four_and_a_half_to_one_and_every_shape_three_to_one(
    primary: str, accent: str, background: str
) -> None:
    branding = Branding(primary_color=primary, accent_color=accent, background=background)
    for scheme in ("light", "dark"):
        colors = branding.colors(scheme)
        for ground in (colors["background"], colors["surface"]):
            assert all(contrast(colors[role], ground) >= 4.5 for role in TEXTS)
            assert all(contrast(colors[role], ground) >= 3.0 for role in SHAPES)
        assert contrast(colors["on-primary"], colors["primary"]) >= 4.5
        assert contrast(colors["on-accent"], colors["accent"]) >= 4.5


@given(chosen=color, ground=color)
@settings(max_examples=200)
def test_a_colour_that_passes_is_kept(chosen: str, ground: str) -> None:
    shade = passing_shade(chosen, (ground,), 3.0)
    assert (shade == chosen) == (contrast(chosen, ground) >= 3.0)


def test_a_colour_that_fails_moves_to_its_nearest_shade_and_keeps_its_hue() -> None:
    shade = passing_shade("#ffd400", ("#ffffff",), 4.5)
    red, green, blue = (int(shade[place : place + 2], 16) for place in (1, 3, 5))
    assert red > green > blue
    assert 4.5 <= contrast(shade, "#ffffff") < 4.7


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert (text_on("#0f4c5c"), text_on("#ffd400")) == ("#ffffff", "#000000")


def test_the_chosen_background_is_that_of_the_light_page_and_a_dark_one_of_both() -> None:
    light = Branding(background="#fffaf0")
    assert light.colors("light")["background"] == "#fffaf0"
    assert contrast(light.colors("dark")["background"], "#ffffff") > 12
    dark = Branding(background="#101820")
    assert dark.colors("light") == dark.colors("dark")


def test_the_variables_name_light_and_dark_colours_corners_and_font() -> None:
    variables = Branding(primary_color="#0f4c5c", radius=99, font="georgia").css_variables()
    assert variables["--color-primary"] == "#0f4c5c"
    assert variables["--color-primary-dark"] != "#0f4c5c"
    assert variables["--radius"] == "24px"
    assert variables["--font"] == FONTS["georgia"]


def test_the_stylesheet_follows_the_device() -> None:
    sheet = Branding().stylesheet()
    assert sheet.startswith(":root{color-scheme:light dark;--color-background:#ffffff;")
    assert "@media (prefers-color-scheme:dark){:root{--color-background:#" in sheet
    assert sheet.count("{") == sheet.count("}")


def test_stored_values_that_cannot_be_used_never_reach_a_stylesheet() -> None:
    stored = {"primary_color": "red;}body{display:none", "font": "url(evil)", "unknown": 1, "logo": None}
    branding = Branding.from_json(stored)
    assert "evil" not in branding.stylesheet()
    assert "display" not in branding.stylesheet()
