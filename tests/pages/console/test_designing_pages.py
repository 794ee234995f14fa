"""The screens of the designers in a real browser, at phone and desktop width: what axe finds, and the live previews."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.faults.shop import LOCATION, SERVICE
from tests.pages.console.desk import PASSWORD, Desk, email_of
from tests.pages.widget.serving import serving

SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
SCREENS = (
    "branding", "services", f"services/{SERVICE}", "practitioners", "practitioners/1100001000205902795", "locations",
    f"locations/{LOCATION}", "questions", "new-question", "questions/funding", "question-templates", "waivers",
    "new-waiver", "waivers/policies", "documents",
)  # fmt: skip


@pytest.fixture
def console(desk: Desk, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A manager's browser, signed in, and the address of the clinic's console."""
    desk.sign_in("manager").send_form("/console/demo/services/read-again", {})
    with serving(desk.app) as base:
        context = browser.new_context(viewport=SIZES[1], locale="en-AU")
        page = context.new_page()
        page.goto(f"{base}/console/sign-in")
        page.get_by_label("Email").fill(email_of("manager"))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/console/demo/")
        yield page, f"{base}/console/demo"
        context.close()


def test_axe_finds_nothing_serious_and_nothing_runs_over_the_edge(console: tuple[Page, str]) -> None:
    page, base = console
    for size in SIZES:
        page.set_viewport_size(size)
        for screen in SCREENS:
            page.goto(f"{base}/{screen}")
            found = Axe().run(page).response["violations"]
            assert not [each["id"] for each in found if each["impact"] in ("serious", "critical")], (screen, size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (screen, size)


def test_a_question_is_previewed_while_it_is_typed(console: tuple[Page, str]) -> None:
    page, base = console
    page.goto(f"{base}/new-question")
    page.get_by_label("Question", exact=True).fill("Do you swim?")
    page.get_by_label("How it is answered").select_option("yes_no")
    expect(page.locator("#preview").get_by_text("Do you swim?")).to_be_visible()
    expect(page.locator("#preview").get_by_label("Yes")).to_be_visible()


def test_a_waiver_is_previewed_while_it_is_written(console: tuple[Page, str]) -> None:
    page, base = console
    page.goto(f"{base}/waivers/policies")
    page.get_by_label("Text").fill("Walk, **do not run**.")
    expect(page.locator("#preview strong")).to_have_text("do not run")


def test_the_draft_is_the_real_booking_page_in_a_frame(console: tuple[Page, str]) -> None:
    page, base = console
    page.goto(f"{base}/branding")
    page.get_by_label("Welcome text").fill("Only a draft.")
    page.get_by_role("button", name="Save and preview").click()
    frame = page.frame_locator('iframe[title="The booking page on a phone"]')
    expect(frame.get_by_text("Only a draft.")).to_be_visible()
    frame.get_by_role("link", name="Podiatry").click()
    expect(frame.get_by_role("heading", name="Choose a service")).to_be_visible()
