"""Every screen in a real browser, on a phone and on a desk: axe finds nothing, nothing runs off the side."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from booking_app.pages.console.blueprint import is_console
from tests.pages.console.desk import CLINIC, PASSWORD, Desk, email_of
from tests.pages.shared.width import crowded_markers, too_wide
from tests.pages.widget.serving import serving

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
NEEDS_MORE = ("/accounting/", "/deposit")  # some pages below these are there once it is set up
NO_PAGE = {"console.branding_preview_css"}  # answers that are no pages of the console


@pytest.fixture(scope="module")
def base(shared_desk: Desk) -> Iterator[str]:
    """The console with a booking in it, another that needs attention, a match and a difference to look at."""
    shop = shared_desk.shop
    shop.book()
    shop.work()
    shop.sandbox.control.fault("status", method="POST", path=r"/v1/patient_forms$", status=422, times=None)
    shop.book(phone="0498 765 432")
    shop.work()
    shop.sandbox.control.clear_faults()
    shop.sandbox.control.world.portals["demo"].reset()
    shared_desk.services.reconciliation.run()
    with serving(shared_desk.app) as address:
        yield address


def screens(desk: Desk) -> list[str]:
    """The address of every page that needs nothing but a clinic, and of a booking."""
    adapter = desk.app.url_map.bind("localhost")
    plain = [
        adapter.build(rule.endpoint, {"slug": CLINIC} if "slug" in rule.arguments else {})
        for rule in desk.app.url_map.iter_rules()
        if is_console(rule.rule) and "GET" in (rule.methods or ()) and rule.arguments <= {"slug"}
        if rule.endpoint not in NO_PAGE and not rule.rule.endswith(".csv")
    ]
    return sorted({*plain, f"/console/{CLINIC}/bookings/{desk.shop.booking().reference}"})


def signed_in(browser: Browser, base: str, size: str) -> Page:
    context = browser.new_context(viewport=SIZES[size], locale="en-AU")  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda said: pytest.fail(said.text) if "Content Security" in said.text else None)
    page.goto(f"{base}/console/sign-in")
    page.get_by_label("Email").fill(email_of("owner"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}/console/{CLINIC}/")
    return page


@pytest.mark.parametrize("size", SIZES)
def test_no_screen_has_a_barrier_or_runs_off_the_side(
    browser: Browser, base: str, shared_desk: Desk, size: str
) -> None:
    page = signed_in(browser, base, size)
    found = {}
    for where in screens(shared_desk):
        response = page.goto(f"{base}{where}")
        assert response is not None
        if response.status == 404 and any(part in where for part in NEEDS_MORE):
            continue
        assert response.status < 400, where
        if not (response.header_value("content-type") or "").startswith("text/html"):
            continue
        problems = [
            (one["id"], [node["html"][:160] for node in one["nodes"]])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        if crowded := crowded_markers(page):
            problems.append(("a bullet without room", crowded[:4]))
        for width in (320, 390) if size == "phone" else ():
            page.set_viewport_size({"width": width, "height": 844})
            if wide := too_wide(page, with_names=False):
                problems.append((f"runs off the side at {width} px", wide[:8]))
        if problems:
            found[where] = problems
    page.context.close()
    assert found == {}


def test_the_sign_in_page_has_no_barrier_and_works_by_keyboard(browser: Browser, base: str) -> None:
    context = browser.new_context(viewport=SIZES["phone"])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{base}/console/")
    assert not Axe().run(page).response["violations"]
    page.keyboard.type(email_of("owner"))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/console/{CLINIC}/")
    context.close()


def test_the_console_works_without_scripts(browser: Browser, base: str, shared_desk: Desk) -> None:
    context = browser.new_context(viewport=SIZES["phone"], java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{base}/console/{CLINIC}/bookings")
    page.get_by_label("Email").fill(email_of("receptionist"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Reference, name or email").fill("Sample")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=shared_desk.shop.booking().reference).click()
    assert page.get_by_role("heading", level=1).inner_text() == f"Booking {shared_desk.shop.booking().reference}"
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Possible duplicates").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Possible duplicates"
    context.close()
