"""A hostile page around the booking page, and a hostile page beside it: nothing happens."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.pages.embed.conftest import Hosts
from tests.pages.embed.visitor import CATEGORY, SERVICE, Visitor, framed, opened

FORGED = """({type, more, id}) => postMessage({ns: "booking", v: 1, id, type, ...more}, "*")"""


def nonce(page: Page) -> str:
    return page.locator("iframe").first.evaluate("e => new URLSearchParams(e.name).get('bk')")


def embed_in(page: Page, address: str) -> Frame:
    """Put a frame into the page and wait until it has loaded whatever it was given."""
    page.evaluate(
        """address => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.onload = done;
          frame.src = address;
          document.body.append(frame);
        })""",
        address,
    )
    frame = page.frames[-1]
    frame.wait_for_url(re.compile("^(http|chrome-error):"), wait_until="commit")
    return frame


def is_refused(frame: Frame) -> bool:
    """Whether the browser shows its own page in place of what was asked for."""
    return frame.url.startswith("chrome-error:")


def test_messages_forged_by_the_page_itself_are_ignored(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/plain")
    framed(page)
    height = page.locator("iframe").evaluate("e => e.offsetHeight")
    for kind, more in (
        ("booked", {"reference": "BK-FORGED00"}),
        ("height", {"height": 5000}),
        ("close", {}),
    ):
        page.evaluate(FORGED, {"type": kind, "more": more, "id": nonce(page)})
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert [entry[0] for entry in page.evaluate("told")] == ["ready"]
    assert page.locator("iframe").evaluate("e => e.offsetHeight") == height


def test_messages_of_another_frame_of_the_page_are_ignored(hosts: Hosts, context: BrowserContext) -> None:
    """Even one of our own origin, which knows the nonce."""
    page = opened(hosts, context, "/plain")
    framed(page)
    other = embed_in(page, f"{hosts.product.base}/b/demo")
    other.evaluate(
        "([id, to]) => parent.postMessage({ns: 'booking', v: 1, id, type: 'booked', reference: 'BK-FORGED00'}, to)",
        [nonce(page), hosts.allowed],
    )
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert not [entry for entry in page.evaluate("told") if entry[0] == "booked"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("booked", "{reference: 'x'.repeat(1e6)}"),
        ("booked", "{reference: '<img src=x onerror=alert(1)>'}"),
        ("booked", "{reference: {toString: null}}"),
        ("height", "{height: Infinity}"),
        ("height", "{height: '1e9'}"),
        ("constructor", "{}"),
        ("unheard-of", "{height: 5000}"),
    ],
)
def test_values_that_are_too_large_or_of_another_kind_do_nothing(
    hosts: Hosts, context: BrowserContext, kind: str, more: str
) -> None:
    page = opened(hosts, context, "/plain")
    framed(page)
    height = page.locator("iframe").evaluate("e => e.offsetHeight")
    page.frames[1].evaluate(
        f"([id, type, to]) => parent.postMessage({{ns: 'booking', v: 1, id, type, ...{more}}}, to)",
        [nonce(page), kind, hosts.allowed],
    )
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert [entry[0] for entry in page.evaluate("told")] == ["ready"]
    assert page.locator("iframe").evaluate("e => e.offsetHeight") == height


def test_a_step_beyond_all_counts_is_cut(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/plain")
    framed(page)
    page.frames[1].evaluate(
        "([id, to]) => parent.postMessage({ns: 'booking', v: 1, id, type: 'step', n: 1e300, of: -5}, to)",
        [nonce(page), hosts.allowed],
    )
    page.wait_for_function("told.some(([type]) => type === 'step')")
    assert page.evaluate("told[told.length - 1]") == ["step", {"n": 99, "of": 0}]


def test_a_site_that_is_not_on_the_list_cannot_frame_the_booking_page(hosts: Hosts, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(hosts.stranger + "/empty")
    assert is_refused(embed_in(page, f"{hosts.product.base}/b/demo"))


def test_a_page_that_claims_another_origin_in_the_address_hears_nothing(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/empty")
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data))")
    frame = embed_in(page, f"{hosts.product.base}/b/demo#bk=guess&o={hosts.stranger}")
    assert not is_refused(frame)
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert page.evaluate("heard") == []


def test_a_greeting_with_another_nonce_changes_nothing_in_the_frame(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/plain")
    framed(page)
    page.evaluate(
        "to => frames[0].postMessage({ns: 'booking', v: 1, id: 'guess', type: 'hello', theme: 'dark'}, to)",
        hosts.product.base,
    )
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert page.frames[1].evaluate("document.documentElement.dataset.theme") == "light"


@pytest.mark.parametrize(
    "path", ["/manage/AAAAAAAAAAAAAAAAAAAAAA", "/console/", "/console/sign-in", "/verify/" + "0" * 64]
)
def test_no_page_of_a_booking_or_of_the_clinic_can_be_framed_even_by_an_allowed_site(
    hosts: Hosts, context: BrowserContext, path: str
) -> None:
    answer = httpx.get(hosts.product.base + path, follow_redirects=True)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    page = opened(hosts, context, "/empty")
    assert is_refused(embed_in(page, hosts.product.base + path))


def test_the_page_of_a_real_booking_cannot_be_framed(hosts: Hosts, context: BrowserContext) -> None:
    booking = context.new_page()
    booking.goto(f"{hosts.product.base}/b/demo")
    Visitor(booking).books_by_typing()
    manage = str(booking.get_by_role("link", name="Change or cancel").get_attribute("href"))
    address = manage if urlsplit(manage).netloc else hosts.product.base + manage
    assert httpx.get(address).status_code == 200
    assert is_refused(embed_in(opened(hosts, context, "/empty"), address))


def test_a_form_token_of_another_draft_changes_nothing(hosts: Hosts, context: BrowserContext) -> None:
    drafts = [draft_of(hosts, context) for _ in range(2)]
    mine, theirs = drafts
    token = theirs.locator("input[name=token]").first.get_attribute("value")
    answer = httpx.post(mine.url, data={"token": str(token), "first_name": "Mallory"})
    assert answer.status_code in (400, 403, 422)
    mine.reload()
    expect(mine.get_by_label("First name", exact=True)).to_have_value("")


def draft_of(hosts: Hosts, context: BrowserContext) -> Page:
    """A page of its own at the details of a fresh draft."""
    page = context.new_page()
    page.goto(f"{hosts.product.base}/b/demo")
    patient = Visitor(page)
    patient.chooses_category(CATEGORY)
    patient.chooses_service(SERVICE)
    patient.chooses_first_time()
    patient.sees("Your details")
    return page
