"""The booking page in a dialog: opened by a link, left by Esc from inside, closed without losing what was typed."""

import re

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Route, expect

from tests.pages.embed.conftest import Hosts
from tests.pages.embed.visitor import CATEGORY, SERVICE, Visitor, framed, opened


@pytest.fixture
def page(hosts: Hosts, context: BrowserContext) -> Page:
    return opened(hosts, context, "/popup")


def open_dialog(page: Page) -> FrameLocator:
    page.get_by_role("link", name="Book now").click()
    expect(page.get_by_role("dialog", name="Book now")).to_be_visible()
    frame = framed(page)
    # What is in the frame shows before its scripts run; only then do frame and page hear each other.
    expect(page.locator("[data-booking=ready]").first).to_be_attached()
    return frame


def at_details(page: Page) -> FrameLocator:
    frame = open_dialog(page)
    patient = Visitor(frame)
    patient.chooses_category(CATEGORY)
    patient.chooses_service(SERVICE)
    patient.chooses_first_time()
    patient.sees("Your details")
    return frame


def test_nothing_is_loaded_before_the_link_is_pressed(page: Page) -> None:
    expect(page.locator("a[aria-haspopup=dialog]")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_close_button_comes_first_and_focus_returns_to_the_link(page: Page) -> None:
    open_dialog(page)
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Book now")).to_be_focused()


def test_a_step_taken_before_the_frames_scripts_have_come_is_not_thrown_away(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/assets/.*(htmx\.min|step)\.js"), lambda route: held.append(route))
    page.get_by_role("link", name="Book now").click()
    frame = framed(page)
    frame.get_by_role("link", name=CATEGORY).first.click(no_wait_after=True)
    page.unroute_all(behavior="ignoreErrors")
    expect(frame.get_by_role("heading", level=1, name="Choose a service")).to_be_visible()
    expect(page.locator("[data-booking=ready]").first).to_be_attached()


def test_esc_from_inside_the_frame_closes_the_dialog(page: Page) -> None:
    frame = open_dialog(page)
    frame.get_by_role("link").first.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Book now")).to_be_focused()


def test_what_was_typed_is_there_when_the_dialog_is_opened_again(page: Page) -> None:
    frame = at_details(page)
    name = frame.get_by_label("First name", exact=True)
    name.fill("Pat")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Book now").click()
    expect(name).to_have_value("Pat")
    assert page.locator("iframe").count() == 1


def test_only_the_frame_scrolls_while_the_dialog_is_open(page: Page) -> None:
    open_dialog(page)
    assert page.evaluate("getComputedStyle(document.documentElement).overflowY") == "hidden"
    assert page.locator("dialog").evaluate("dialog => dialog.scrollHeight <= dialog.clientHeight")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.documentElement).overflowY") == "visible"


def test_a_link_pressed_with_a_modifier_opens_the_booking_page_in_a_new_tab(page: Page) -> None:
    with page.context.expect_page() as tab:
        page.get_by_role("link", name="Book now").click(modifiers=["ControlOrMeta"])
    expect(tab.value.get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_in_button_mode_the_link_is_a_button_for_every_key(hosts: Hosts, context: BrowserContext) -> None:
    page = opened(hosts, context, "/button")
    page.get_by_role("button", name="Book online").press("Space")
    framed(page)


def test_offline_the_dialog_offers_a_link_and_no_blank_frame(page: Page) -> None:
    expect(page.locator("a[aria-haspopup=dialog]")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("link", name="Book now").click()
    expect(page.locator("iframe")).to_have_count(0)
    expect(page.get_by_role("dialog").get_by_role("link", name="Book now")).to_be_visible()
