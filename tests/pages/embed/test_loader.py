"""The loader in a real browser: the clinic's page on one site, the booking page on another."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from booking_app.setup.website.releases import newest, read_releases
from tests.pages.embed.pages import FRAME, SILENT_FRAME, host_page, served

STATIC = Path(__file__).resolve().parents[3] / "static" / "embed"
LOADER = (STATIC / newest(read_releases(STATIC)).file_name).read_text()
JAVASCRIPT = "text/javascript"
HTML = "text/html; charset=utf-8"


@dataclass
class Site:
    """Where the clinic's page is, and how to open it."""

    address: str
    page: Page

    def open(self, query: str = "") -> Frame:
        """Open the page, wait until the booking page shows in it, and give the frame."""
        self.page.goto(self.address + query)
        expect(self.page.frame_locator("iframe").get_by_role("heading")).to_be_visible()
        return self.page.frames[1]

    def told(self) -> list[list[object]]:
        return self.page.evaluate("told")


def site_with(
    frame: str, context: BrowserContext, loader: str = LOADER, around: Callable[[str], str] = host_page
) -> Iterator[Site]:
    pages: dict[str, tuple[str, str | bytes]] = {"/b/demo": (HTML, frame), "/embed.js": (JAVASCRIPT, loader)}
    with served(pages) as port:
        hosting: dict[str, tuple[str, str | bytes]] = {
            path: (HTML, around(f"http://127.0.0.1:{port}")) for path in ("/", "/elsewhere")
        }
        with served(hosting) as host_port:
            yield Site(f"http://localhost:{host_port}/", context.new_page())


@pytest.fixture
def site(context: BrowserContext) -> Iterator[Site]:
    yield from site_with(FRAME, context)


@pytest.fixture
def silent_site(context: BrowserContext) -> Iterator[Site]:
    """A site whose booking page never says that it is ready; the loader waits no time for it once it is there."""
    assert LOADER.count("1500") == 1
    yield from site_with(SILENT_FRAME, context, LOADER.replace("1500", "100"))


def test_the_link_becomes_the_booking_page_in_place(site: Site) -> None:
    site.open()
    frame = site.page.locator("iframe")
    expect(frame).to_be_visible()
    expect(frame).to_have_attribute("title", "Book an appointment")
    expect(frame).to_have_attribute("referrerpolicy", "no-referrer")
    expect(site.page.get_by_role("link", name="Book an appointment")).to_have_count(0)
    assert ["ready", {}, "A"] in site.told()


def test_a_preselected_service_stays_and_only_utm_marks_are_handed_on(site: Site) -> None:
    frame = site.open("?utm_source=letter&utm_campaign=spring&email=someone%40example.org&gclid=1")
    query = frame.url.split("?")[1].split("#")[0]
    assert query == "service=7&utm_source=letter&utm_campaign=spring"


def test_the_frame_is_told_who_speaks_and_how_large_the_window_is(site: Site) -> None:
    frame = site.open("?utm_source=letter")
    frame.wait_for_function("heard.length > 0")
    hello = frame.evaluate("heard[0]")
    assert hello["origin"] == site.address.rstrip("/")
    assert hello["type"] == "hello"
    assert hello["viewport"] == {"width": 1280, "height": 900}
    assert hello["attribution"] == {"utm_source": "letter"}
    assert hello["consent"] == "unknown"


def test_the_page_that_led_here_is_told_by_its_host_alone(site: Site) -> None:
    site.page.goto(site.address)
    site.page.evaluate("location.href = '/'")  # from the clinic's own page: no news
    frame = shown(site)
    assert frame.evaluate("heard[0].attribution") == {}
    site.page.goto(site.address.replace("localhost", "127.0.0.1") + "elsewhere?secret=1")
    site.page.evaluate("address => location.href = address", site.address)
    frame = shown(site)
    assert frame.evaluate("heard[0].attribution") == {"referrer_host": "127.0.0.1"}


def test_the_path_of_the_page_is_told_only_where_the_clinic_asks_for_it(site: Site) -> None:
    frame = site.open()
    site.page.evaluate("document.querySelector('a[data-booking]').dataset.landing = 'on'")
    frame.evaluate("say('step', {n: 2, of: 5})")
    frame.wait_for_function("heard.length > 1")
    assert frame.evaluate("heard.map((said) => said.attribution)") == [{}, {"landing_path": "/"}]


CLICKS = "?gclid=a&gbraid=b&wbraid=c&fbclid=d&msclkid=e&other=f"


def test_click_ids_are_told_from_the_step_on_at_which_consent_was_given(site: Site) -> None:
    frame = site.open(CLICKS)
    site.page.evaluate("document.querySelector('a[data-booking]').dataset.consent = 'granted'")
    frame.evaluate("say('step', {n: 2, of: 5})")
    frame.wait_for_function("heard.length > 1")
    said = frame.evaluate("heard.map((said) => [said.consent, said.attribution])")
    assert said == [
        ["unknown", {}],
        ["granted", {"gclid": "a", "gbraid": "b", "wbraid": "c", "fbclid": "d", "msclkid": "e"}],
    ]
    assert "clid" not in frame.url


def styled(home: str, style: str, options: str = "") -> str:
    return (
        host_page(home)
        .replace("<title>", f"<style>{style}</style><title>")
        .replace('data-clinic="demo">B', f'data-clinic="demo" {options}>B')
    )


@pytest.mark.parametrize(
    ("style", "options", "theme", "ground"),
    [
        ("", "", "light", "255,255,255"),
        ("body{background:#123}", "", "dark", "17,34,51"),
        ("body{background:#123} p{background:#fed}", "", "light", "255,238,221"),
        ("p a{background:#123}", "", "light", "255,255,255"),  # its own colour is not the ground it stands on
        ("body{background:#123 linear-gradient(red,blue)}", "", "light", ""),
        ("body{background:rgb(0 0 0/.5)}", "", "light", ""),
        (":root{color-scheme:dark}", "", "light", ""),
        ("body{background:#123}", 'data-theme="light"', "light", ""),
    ],
)
def test_the_frame_is_told_the_colour_it_lies_on_where_there_is_one(
    context: BrowserContext, style: str, options: str, theme: str, ground: str
) -> None:
    for site in site_with(FRAME, context, around=lambda home: styled(home, style, options)):
        frame = site.open()
        told = frame.evaluate("[given.get('t'), given.get('g')]")
        assert told == [theme, ground]
        assert site.page.locator("iframe").evaluate("e => e.style.colorScheme") == theme


def shown(site: Site) -> Frame:
    expect(site.page.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    frame = site.page.frames[1]
    frame.wait_for_function("heard.length > 0")
    return frame


@pytest.mark.parametrize(("wanted", "given"), [(900.2, "901px"), (5, "320px"), (99_999, "6000px")])
def test_the_frame_is_as_high_as_it_asks_within_reason(site: Site, wanted: float, given: str) -> None:
    frame = site.open()
    frame.evaluate("wanted => say('height', {height: wanted})", wanted)
    expect(site.page.locator("iframe")).to_have_css("height", given)


def test_a_height_that_is_no_number_is_ignored(site: Site) -> None:
    frame = site.open()
    frame.evaluate("say('height', {height: '100vh'}); say('height', {height: NaN}); say('height', {height: 700})")
    expect(site.page.locator("iframe")).to_have_css("height", "700px")


def test_a_booking_reaches_the_page_by_its_reference_alone(site: Site) -> None:
    frame = site.open()
    frame.evaluate("say('booked', {reference: 'BK-7Q2M4XWD', email: 'someone@example.org'})")
    site.page.wait_for_function("told.some(([type]) => type === 'booked')")
    assert ["booked", {"reference": "BK-7Q2M4XWD"}, "A"] in site.told()


def test_a_message_with_another_nonce_or_from_another_window_is_ignored(site: Site) -> None:
    frame = site.open()
    frame.evaluate("say('booked', {reference: 'BK-FORGED00'}, 'another nonce')")
    site.page.evaluate(
        "postMessage({ns: 'booking', v: 1, type: 'booked', reference: 'BK-FORGED01',"
        " id: new URLSearchParams(document.querySelector('iframe').name).get('bk')}, '*')"
    )
    frame.evaluate("say('close')")
    site.page.wait_for_function("told.some(([type]) => type === 'close')")
    assert not [entry for entry in site.told() if entry[0] == "booked"]


def test_a_booking_page_that_never_answers_leaves_the_link_and_no_hole(silent_site: Site) -> None:
    silent_site.page.goto(silent_site.address)
    silent_site.page.wait_for_function("told.length > 0")
    assert silent_site.told() == [["error", {"code": "not_loaded"}, "A"]]
    expect(silent_site.page.get_by_role("link", name="Book an appointment")).to_be_visible()
    assert silent_site.page.locator("clinic-booking").bounding_box()["height"] < 60


def test_the_link_can_be_followed_while_the_booking_page_is_loading(silent_site: Site) -> None:
    silent_site.page.goto(silent_site.address)
    expect(silent_site.page.get_by_role("link", name="Book an appointment")).to_be_visible()
    silent_site.page.get_by_role("link", name="Book an appointment").click()
    expect(silent_site.page.get_by_text("nothing is said here")).to_be_visible()


def test_a_link_to_another_clinic_or_another_site_is_left_alone(context: BrowserContext) -> None:
    pages: dict[str, tuple[str, str | bytes]] = {"/b/demo": (HTML, FRAME), "/embed.js": (JAVASCRIPT, LOADER)}
    with served(pages) as port:
        others = f'<a href="http://127.0.0.1:{port}/b/other">Other</a><a href="/b/demo" data-clinic="demo">Here</a>'
        page_text = host_page(f"http://127.0.0.1:{port}", extra=others)
        with served({"/": (HTML, page_text)}) as host_port:
            site = Site(f"http://localhost:{host_port}/", context.new_page())
            site.open()
            expect(site.page.locator("iframe")).to_have_count(1)
            expect(site.page.get_by_role("link", name="Other")).to_be_visible()
            expect(site.page.get_by_role("link", name="Here")).to_be_visible()


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_server_that_asks_for_patience_leaves_the_link_and_no_hole(context: BrowserContext, status: int) -> None:
    """A proxy's own answer has none of our scripts, so the frame never says that it is ready."""
    pages: dict[str, tuple[str, str | bytes]] = {"/embed.js": (JAVASCRIPT, LOADER.replace("1500", "100"))}
    with served(pages) as port:
        base = f"http://127.0.0.1:{port}"
        with served({"/": (HTML, host_page(base))}) as host_port:
            page = context.new_page()
            page.route(
                re.compile("/b/demo"), lambda route: route.fulfill(status=status, content_type=HTML, body="Slow down")
            )
            page.goto(f"http://localhost:{host_port}/")
            page.wait_for_function("told.length > 0")
            assert page.evaluate("told") == [["error", {"code": "not_loaded"}, "A"]]
            expect(page.get_by_role("link", name="Book an appointment")).to_be_visible()
            assert page.locator("clinic-booking").bounding_box()["height"] < 60
