"""The real booking page on nine kinds of clinics' pages: another site, no third-party cookie, a real browser."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.pages.embed.conftest import Hosts
from tests.pages.embed.hosts import SHRINKING
from tests.pages.embed.visitor import CATEGORY, SERVICE, Visitor, framed, opened


def reaches_a_time(scope: FrameLocator | Page) -> None:
    """A patient goes from the categories to the first time there is, in a later week if need be, and takes it."""
    patient = Visitor(scope)
    patient.chooses_category(CATEGORY)
    patient.chooses_service(SERVICE)
    patient.chooses_first_time()
    patient.sees("Your details")


def booked(page: Page) -> list[object]:
    """What the page was told of bookings, once it was told of one."""
    page.wait_for_function("told.some(([type]) => type === 'booked')")
    return list(page.evaluate("told.filter(([type]) => type === 'booked')"))


@pytest.mark.parametrize("path", ["/plain", "/strict", "/sticky", "/pane", "/late", "/rtl"])
def test_a_whole_booking_is_made_inside_the_clinics_page(
    hosts: Hosts, strict_context: BrowserContext, path: str
) -> None:
    page = opened(hosts, strict_context, path)
    reference = Visitor(framed(page)).books_by_typing()
    assert booked(page) == [["booked", {"reference": reference}]]
    assert page.evaluate("dataLayer") == []
    assert strict_context.cookies() == []


def test_a_whole_booking_is_made_in_the_dialog_and_told_to_the_data_layer_after_consent(
    hosts: Hosts, context: BrowserContext
) -> None:
    page = opened(hosts, context, "/popup")
    page.get_by_role("link", name="Book now").click()
    reference = Visitor(framed(page)).books_by_typing()
    page.wait_for_function("dataLayer.length > 0")  # the frame's message comes a moment after its page
    assert page.evaluate("dataLayer") == [{"event": "booking_completed", "booking_ref": reference}]
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_from_a_page_that_isolates_itself_the_link_leads_to_a_whole_booking(
    hosts: Hosts, context: BrowserContext
) -> None:
    page = opened(hosts, context, "/isolated")
    page.wait_for_load_state()
    assert page.evaluate("crossOriginIsolated") is True
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("link", name="Book an appointment").click()
    Visitor(page).books_by_typing()
    assert context.cookies() == []


@pytest.mark.parametrize("path", ["/coep", "/refused", "/blocked"])
def test_a_page_that_refuses_the_frame_or_the_script_keeps_its_link_and_has_no_hole(
    hosts: Hosts, context: BrowserContext, path: str
) -> None:
    page = opened(hosts, context, path)
    if path != "/blocked":
        expect(page.locator("a[data-booking=failed]")).to_be_visible()
    link = page.get_by_role("link", name="Book an appointment")
    expect(link).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    link.click()
    expect(page.get_by_role("heading", level=1, name="Choose a category")).to_be_visible()


def test_of_two_on_one_page_one_books_and_the_other_hears_nothing(hosts: Hosts, strict_context: BrowserContext) -> None:
    page = opened(hosts, strict_context, "/two")
    page.evaluate("addEventListener('booking:booked', (event) => window.teller = event.target)")
    first, second = framed(page, 0), framed(page, 1)
    reference = Visitor(second).books_by_typing()
    assert booked(page) == [["booked", {"reference": reference}]]
    assert page.evaluate("teller.textContent") == "Second"
    expect(first.get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    titles = page.locator("iframe").evaluate_all("frames => frames.map((frame) => frame.title)")
    assert titles == ["Book an appointment", "Second"]


def test_a_script_held_back_by_an_optimiser_leaves_the_link_until_it_comes(
    hosts: Hosts, strict_context: BrowserContext
) -> None:
    page = opened(hosts, strict_context, "/deferred")
    expect(page.get_by_role("link", name="Book an appointment")).to_be_visible()
    page.mouse.move(200, 200)
    reference = Visitor(framed(page)).books_by_typing()
    assert booked(page) == [["booked", {"reference": reference}]]


def test_one_taken_away_and_put_back_books_again(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/late")
    framed(page)
    page.evaluate("window.kept = document.querySelector('clinic-booking'); kept.remove()")
    expect(page.locator("iframe")).to_have_count(0)
    page.evaluate("document.getElementById('place').append(kept)")
    reaches_a_time(framed(page))
    expect(page.locator("iframe")).to_have_count(1)


def test_a_link_added_later_becomes_the_booking_page_too(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/late")
    framed(page)
    page.evaluate(
        """base => place.insertAdjacentHTML("beforeend", `<a href="${base}/b/demo">Once more</a>`)""",
        hosts.product.base,
    )
    framed(page, 1)


def test_without_javascript_the_link_books_by_itself(hosts: Hosts, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(hosts.allowed + "/plain")
    page.get_by_role("link", name="Book an appointment").click()
    reaches_a_time(page)
    context.close()


def test_a_bare_frame_books_without_any_script_on_the_page(hosts: Hosts, strict_context: BrowserContext) -> None:
    Visitor(framed(opened(hosts, strict_context, "/bare"))).books_by_typing()


def test_nothing_in_the_frame_moves_when_it_learns_that_it_is_framed(hosts: Hosts, context: BrowserContext) -> None:
    context.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries()))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page = opened(hosts, context, "/plain")
    framed(page)
    expect(page.locator("[data-booking=ready]")).to_be_attached()
    frame = page.frames[1]
    frame.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    frame.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # What is laid out anew before anything was painted, such as a page whose styles are on their way, moves for nobody.
    seen = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    moved = frame.evaluate(f"shifts.filter((one) => one.startTime > {seen}).reduce((sum, one) => sum + one.value, 0)")
    assert moved < 0.02, frame.evaluate(f"[{seen}, shifts.map((one) => [one.startTime, one.value])]")


def test_the_frame_is_as_high_as_its_page_and_comes_to_rest(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/plain")
    framed(page)
    page.evaluate(
        "window.heights = []; new ResizeObserver(([entry]) => heights.push(entry.contentRect.height))"
        ".observe(document.querySelector('iframe'))"
    )
    Visitor(framed(page)).chooses_category(CATEGORY)
    Visitor(page.frame_locator("iframe")).sees("Choose a service")
    inner = page.frames[1]
    page.wait_for_function(
        "wanted => document.querySelector('iframe').offsetHeight === wanted",
        arg=inner.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"),
    )
    assert inner.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("heights.length") <= 4


def test_the_page_scrolls_on_a_new_step_only_when_its_top_is_out_of_view(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/sticky")
    frame = framed(page)
    page.evaluate("scrollTo(0, document.querySelector('iframe').getBoundingClientRect().top + scrollY - 200)")
    before = page.evaluate("scrollY")
    frame.get_by_role("link", name=re.compile(f"^{CATEGORY}")).click()
    Visitor(frame).sees("Choose a service")
    page.wait_for_function("told.some(([type]) => type === 'step')")
    assert page.evaluate("scrollY") == before
    page.evaluate("scrollTo(0, document.querySelector('iframe').getBoundingClientRect().top + scrollY + 50)")
    frame.get_by_role("link", name=re.compile(f"^{SERVICE}")).click()
    Visitor(frame).sees("Choose a date and time")
    page.wait_for_function("told.filter(([type]) => type === 'step').length > 1")
    top, bottom = page.evaluate(
        "[document.querySelector('iframe').getBoundingClientRect().top,"
        " document.querySelector('header').getBoundingClientRect().bottom]"
    )
    assert abs(top - bottom) <= 1


@pytest.mark.parametrize("path", sorted(SHRINKING))
def test_a_box_that_shrinks_to_its_content_still_shows_a_wide_booking_page(
    hosts: Hosts, context: BrowserContext, path: str
) -> None:
    page = opened(hosts, context, path)
    expect(framed(page).get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    assert page.locator("iframe").evaluate("frame => frame.clientWidth") >= 700


@pytest.mark.parametrize("path", [*sorted(SHRINKING), "/plain"])
def test_on_a_phone_the_booking_page_is_as_wide_as_its_place(hosts: Hosts, context: BrowserContext, path: str) -> None:
    page = opened(hosts, context, path)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(framed(page).get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    assert 340 <= page.locator("iframe").evaluate("frame => frame.clientWidth") <= 390


def test_in_a_wide_column_the_booking_page_stands_in_the_middle(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/plain")
    left, right = page.locator("iframe").evaluate(
        "f => [f.getBoundingClientRect().left, document.body.clientWidth + 16 - f.getBoundingClientRect().right]"
    )
    assert abs(left - right) <= 1


def test_a_theme_that_limits_frames_does_not_cut_the_booking_page(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/cutting")
    frame = framed(page)
    expect(frame.get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    needed = frame.locator("body").evaluate("body => Math.ceil(body.getBoundingClientRect().height)")
    page.wait_for_function(f"document.querySelector('iframe').clientHeight >= {needed}")
    assert page.locator("iframe").evaluate("frame => frame.clientWidth") >= 700


def test_a_frame_without_an_origin_says_what_to_do_and_books_without_scripts(
    hosts: Hosts, context: BrowserContext
) -> None:
    page = opened(hosts, context, "/caged")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Open the booking page in its own tab")).to_be_visible()
    frame.get_by_role("link", name=CATEGORY).first.click()
    expect(frame.get_by_role("heading", level=1, name="Choose a service")).to_be_visible()
