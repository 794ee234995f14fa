"""The journeys' browser truly refuses third-party cookies; else a booking page that needs one would pass unnoticed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright, expect

from tests.conftest import CHROMIUM_FLAGS, chromium_path
from tests.pages.embed.pages import served

HTML = "text/html; charset=utf-8"
# A cookie made for frames: where the browser does not refuse, it is kept, for loopback counts as a secure place.
SETTER = """<!doctype html><p id=said></p><script>
document.cookie = "crumb=1; SameSite=None; Secure";
said.textContent = "has: " + document.cookie;
</script>"""


@contextmanager
def framed_across_sites() -> Iterator[str]:
    """The address of a page whose frame is on another site."""
    with served({"/frame": (HTML, SETTER)}) as frame_port:
        host = f'<!doctype html><iframe src="http://127.0.0.1:{frame_port}/frame"></iframe>'
        with served({"/": (HTML, host)}) as host_port:
            yield f"http://localhost:{host_port}/"


def said_in_frame(context: BrowserContext, address: str, expected: str) -> None:
    page = context.new_page()
    page.goto(address)
    expect(page.frame_locator("iframe").locator("#said")).to_have_text(expected)


def test_a_cookie_of_a_frame_from_another_site_is_not_kept(context: BrowserContext) -> None:
    with framed_across_sites() as address:
        said_in_frame(context, address, "has:")


def test_the_same_cookie_is_kept_by_a_browser_that_was_told_to(playwright: Playwright, tmp_path: Path) -> None:
    (tmp_path / "Default").mkdir()
    lenient = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(lenient))
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium_path(), args=list(CHROMIUM_FLAGS)
    )
    with framed_across_sites() as address:
        said_in_frame(context, address, "has: crumb=1")
    context.close()


def test_the_same_cookie_is_kept_where_it_is_the_first_party(context: BrowserContext) -> None:
    with served({"/frame": (HTML, SETTER)}) as frame_port:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{frame_port}/frame")
        expect(page.locator("#said")).to_have_text("has: crumb=1")
