"""What a clinic pastes: a real link in every shape, nothing that could break out of it."""

import pytest

from booking_app.setup.website.snippet import BUILDERS, SHAPES, Shape, snippet

HOME = "https://book.example"


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_a_link_that_books_by_itself(shape: Shape) -> None:
    text = snippet(shape, base_url=HOME, slug="demo")
    assert "https://book.example/b/demo" in text
    assert ("<script" in text) == (shape in ("inline", "button", "floating", "tag"))


def test_a_window_is_opened_by_a_button_and_the_floating_one_keeps_its_corner() -> None:
    assert 'data-mode="popup"' in snippet("button", base_url=HOME, slug="demo")
    floating = snippet("floating", base_url=HOME, slug="demo")
    assert 'data-mode="popup"' in floating and "position:fixed" in floating


@pytest.mark.parametrize("shape", ["inline", "tag"])
def test_the_space_of_what_stands_in_the_page_is_kept(shape: Shape) -> None:
    assert "min-height:640px" in snippet(shape, base_url=HOME, slug="demo")


def test_a_service_is_preselected_for_the_script_and_for_the_link() -> None:
    text = snippet("inline", base_url=HOME, slug="demo", preselect={"service": "101", "location": ""})
    assert 'href="https://book.example/b/demo?service=101"' in text and 'data-service="101"' in text
    assert "location" not in text
    both = snippet("frame", base_url=HOME, slug="demo", preselect={"service": "1", "practitioner": "2"})
    assert 'src="https://book.example/b/demo?service=1&amp;practitioner=2"' in both


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_given_is_escaped(shape: Shape) -> None:
    assert '"><script>' not in snippet(shape, base_url='https://x"><script>', slug='"><script>')


def test_every_builder_is_given_a_shape_that_there_is() -> None:
    assert {builder.shape for builder in BUILDERS} <= set(SHAPES)
    assert {"WordPress", "Squarespace", "Wix", "Webflow"} <= {builder.name for builder in BUILDERS}


def test_the_frame_takes_its_width_from_a_style_because_the_attribute_is_for_pixels() -> None:
    text = snippet("frame", base_url=HOME, slug="demo")
    assert 'style="width:100%;border:0"' in text
    assert 'width="' not in text
