"""The booking page on a clinic's page of another colour: that colour shows through, and every word can be read."""

import pytest
from playwright.sync_api import BrowserContext, expect

from booking_app.core.color import contrast, normal
from tests.pages.embed.conftest import Hosts
from tests.pages.embed.visitor import framed, opened

TRANSPARENT = "rgba(0, 0, 0, 0)"
ROLE = "role => getComputedStyle(document.documentElement).getPropertyValue('--color-' + role).trim()"


@pytest.mark.parametrize(("path", "ground", "theme"), [("/dark", "#16202a", "dark"), ("/cream", "#f3e9d8", "light")])
def test_the_pages_colour_shows_through_and_carries_every_text(
    hosts: Hosts, context: BrowserContext, path: str, ground: str, theme: str
) -> None:
    page = opened(hosts, context, path)
    root = framed(page).locator("html")
    expect(root).to_have_attribute("data-theme", theme)
    expect(root).to_have_css("background-color", TRANSPARENT)
    expect(root.locator("body")).to_have_css("background-color", TRANSPARENT)
    inner = page.frames[1]
    assert inner.evaluate(ROLE, "background") == ground
    for role in ("text", "muted", "link", "error", "success"):
        assert contrast(normal(inner.evaluate(ROLE, role)), ground) >= 4.5, role
    for role in ("primary", "accent", "border"):
        assert contrast(normal(inner.evaluate(ROLE, role)), ground) >= 3, role


def test_alone_the_booking_page_keeps_its_own_ground(hosts: Hosts, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{hosts.product.base}/b/demo#g=22,32,42")
    expect(page.locator("html")).not_to_have_css("background-color", TRANSPARENT)
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_a_ground_that_is_none_is_ignored(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/empty")
    page.evaluate(
        """([base, here]) => { const frame = document.createElement("iframe");
        frame.src = `${base}/b/demo#bk=1&o=${here}&g=1,2,999&t=none`; document.body.append(frame); }""",
        [hosts.product.base, hosts.allowed],
    )
    root = framed(page).locator("html")
    expect(root).to_have_attribute("data-framed", "")
    expect(root).not_to_have_css("background-color", TRANSPARENT)
    expect(root).not_to_have_attribute("data-theme", "none")
