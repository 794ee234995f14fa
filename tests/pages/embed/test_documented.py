"""Every text of docs/embedding.md that a clinic copies works as it stands there."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from booking_app.setup.website.releases import newest, read_releases
from booking_app.setup.website.snippet import snippet
from tests.conftest import ROOT
from tests.pages.embed.pages import FRAME, served

STATIC = ROOT / "static" / "embed"
LATEST = newest(read_releases(STATIC))
TEXTS = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / "docs" / "embedding.md").read_text(), re.DOTALL | re.MULTILINE)
SNIPPET, POPUP, ELEMENT, BARE, TAG_MANAGER, PINNED = (text for kind, text in TEXTS if kind == "html")
(CONSENT,) = (text for kind, text in TEXTS if kind == "js")
(POLICY,) = (text.strip() for kind, text in TEXTS if text.startswith("script-src"))
LINK = SNIPPET.partition("\n")[0]


@contextmanager
def clinic_page(context: BrowserContext, body: str, headers: Mapping[str, str] | None = None) -> Iterator[Page]:
    """A clinic's page with the text in it, whose `book.example` is a server on another site."""
    loader = (STATIC / LATEST.file_name).read_text()
    ours: dict[str, tuple[str, str | bytes]] = {
        "/b/demo": ("text/html", FRAME),
        "/embed.js": ("text/javascript", loader),
        f"/{LATEST.file_name}": ("text/javascript", loader),
    }
    with served(ours, {f"/{LATEST.file_name}": {"Access-Control-Allow-Origin": "*"}}) as port:
        base = f"http://127.0.0.1:{port}"
        text = f"<!doctype html><title>Clinic</title><h1>Clinic</h1>{body}".replace("https://book.example", base)
        sent = {name: value.replace("https://book.example", base) for name, value in (headers or {}).items()}
        with served({"/": ("text/html; charset=utf-8", text)}, {"/": sent}) as host_port:
            page = context.new_page()
            page.goto(f"http://localhost:{host_port}/?gclid=click")
            yield page


def expect_booking_page(page: Page) -> None:
    expect(page.frame_locator("iframe").get_by_role("heading", name="Choose a category")).to_be_visible()
    expect(page.locator("iframe")).to_be_visible()


def test_the_documented_snippet_is_the_one_that_the_product_gives() -> None:
    assert snippet(base_url="https://book.example", slug="demo") + "\n" == SNIPPET


@pytest.mark.parametrize(
    "body",
    [SNIPPET, ELEMENT, BARE, LINK + TAG_MANAGER, PINNED],
    ids=["snippet", "element", "bare", "manager", "pinned"],
)
def test_a_documented_text_shows_the_booking_page(context: BrowserContext, body: str) -> None:
    with clinic_page(context, body) as page:
        expect_booking_page(page)


def test_the_documented_button_opens_the_dialog(context: BrowserContext) -> None:
    with clinic_page(context, POPUP) as page:
        page.locator("a[aria-haspopup]").click()
        expect_booking_page(page)
        expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("body", [SNIPPET.replace("embed.js", LATEST.file_name), SNIPPET], ids=["version", "newest"])
def test_the_documented_policy_lets_the_snippet_through(context: BrowserContext, body: str) -> None:
    policy = POLICY if "embed.js" in body else POLICY.replace("embed.js", LATEST.file_name)
    with clinic_page(context, body, {"Content-Security-Policy": f"default-src 'none'; {policy}"}) as page:
        expect_booking_page(page)


def test_bytes_that_are_not_the_documented_ones_leave_the_link(context: BrowserContext) -> None:
    with clinic_page(context, PINNED.replace("sha384-", "sha384-A")) as page:
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("link", name="Book an appointment")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(0)


def test_the_documented_pin_is_of_the_newest_release() -> None:
    assert f'embed-{LATEST.version}.js" integrity="{LATEST.integrity}"' in PINNED


@pytest.mark.parametrize("body", [SNIPPET, ELEMENT], ids=["snippet", "element"])
def test_the_documented_callback_tells_consent(context: BrowserContext, body: str) -> None:
    with clinic_page(context, body) as page:
        expect_booking_page(page)
        page.evaluate(CONSENT)
        frame = page.frames[1]
        frame.evaluate("say('step', {n: 2, of: 5})")
        frame.wait_for_function("heard.some((said) => said.consent === 'granted')")
        assert frame.evaluate("heard[heard.length - 1].attribution") == {"gclid": "click"}
