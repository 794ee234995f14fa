"""In a real browser: what was typed, ticked and drawn is there again, however the patient went away."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.pages.widget.fakes import FakeUseCases, fake_app, fake_front
from tests.pages.widget.serving import serving
from tests.pages.widget.test_browser import (  # fmt: skip
    NINE,
    agree,
    answer,
    fill_in_about,
    go_on,
    go_to_agreement,
    go_to_details,
    heading,
    part,
    sign,
    visitor,
)


@pytest.fixture
def use_cases() -> FakeUseCases:
    return fake_front()


@pytest.fixture
def base(use_cases: FakeUseCases) -> Iterator[str]:
    with serving(fake_app(use_cases)) as address:
        yield address


def key(page: Page) -> str:
    """The key of the draft in the address."""
    found = re.search("/d/([^/]+)/", page.url)
    assert found, page.url
    return found[1]


def type_and_wait(page: Page) -> str:
    """Type the name; returns the key to which the draft moved while it was typed."""
    first = key(page)
    page.get_by_label("First name", exact=True).fill("Pat")
    page.wait_for_url(lambda url: first not in url)
    return key(page)


def has_name(page: Page) -> None:
    part(page, "About you")
    expect(page.get_by_label("First name", exact=True)).to_have_value("Pat")


def test_typing_moves_the_draft_and_a_reload_shows_it(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    type_and_wait(page)
    page.reload()
    has_name(page)
    page.context.close()


def test_a_killed_tab_is_gone_on_with_by_its_link(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    type_and_wait(page)
    saves = use_cases.drafts.saves
    page.get_by_label("Last name", exact=True).fill("Sample")
    expect(page.locator("form.details")).to_be_visible()
    while use_cases.drafts.saves == saves:
        page.wait_for_timeout(50)
    address = page.url
    page.close()
    again = visitor(browser)
    again.goto(address)
    has_name(again)
    expect(again.get_by_label("Last name", exact=True)).to_have_value("Sample")
    again.context.close()


def test_the_first_address_never_shows_it(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    first = page.url
    type_and_wait(page)
    other = visitor(browser)
    other.goto(first)
    expect(other.get_by_label("First name", exact=True)).to_have_value("")
    other.context.close()
    page.context.close()


def test_back_and_forward_show_it_again(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    fill_in_about(page)
    go_on(page)
    part(page, "Questions")
    page.go_back()
    has_name(page)
    page.go_forward()
    part(page, "Questions")
    page.context.close()


def test_what_is_sent_at_once_is_there_on_back(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    # Filled in and sent within one moment, by a browser's own filling in of forms.
    page.evaluate(
        """() => {
          const values = {first_name: "Pat", last_name: "Sample", email: "pat@example.com", phone: "0412 345 678",
            date_of_birth_day: "31", date_of_birth_month: "3", date_of_birth_year: "1980"};
          for (const [name, value] of Object.entries(values)) document.getElementsByName(name)[0].value = value;
          document.querySelector("form.details button[type=submit]").click();
        }"""
    )
    part(page, "Questions")
    page.go_back()
    has_name(page)
    page.context.close()


def test_a_refused_form_is_no_page_to_go_back_to(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    entries = page.evaluate("history.length")
    page.get_by_label("First name", exact=True).fill("Pat")
    for _ in range(2):
        go_on(page)
        expect(page.get_by_role("alert")).to_be_focused()
    assert page.evaluate("history.length") == entries
    page.reload()
    has_name(page)
    page.go_back()
    heading(page, "Choose a date and time")
    page.go_forward()
    has_name(page)
    page.context.close()


def test_a_link_followed_at_once_takes_it_along(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    page.get_by_label("First name", exact=True).fill("Pat")
    page.get_by_role("link", name="Change the date and time").click()
    heading(page, "Choose a date and time")
    page.get_by_role("link", name="Keep this time").click()
    has_name(page)
    page.context.close()


def test_another_time_chosen_after_back_keeps_it(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    type_and_wait(page)
    page.go_back()
    heading(page, "Choose a date and time")
    page.get_by_role("radio", name=NINE.replace("9:00", "9:30")).check()
    go_on(page)
    has_name(page)
    expect(page.get_by_text("9:30 am").first).to_be_visible()
    page.context.close()


def saves(response: Response, *words: str) -> bool:
    """Whether the response is to an autosave of all this."""
    sent = response.request.post_data or ""
    return response.url.endswith("/autosave") and all(word in sent for word in words)


def test_answers_and_strokes_are_kept_while_they_are_made(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    fill_in_about(page)
    go_on(page)
    with page.expect_response(lambda response: saves(response, "knee", "referred")):
        answer(page)
    page.reload()
    part(page, "Questions")
    expect(page.get_by_label("What brings you in?")).to_have_value("A sore knee")
    expect(page.get_by_role("group", name="Were you referred?").get_by_label("No")).to_be_checked()
    go_on(page)
    agree(page)
    with page.expect_response(lambda response: saves(response, "sign_strokes=%")):
        sign(page)
    page.reload()
    expect(page.locator("canvas")).to_have_attribute("aria-label", "Sign here: signed, 1 stroke")
    expect(page.get_by_label("I have read and agree")).to_be_checked()
    go_on(page)
    heading(page, "Check and confirm")
    page.context.close()


def test_a_save_that_fails_is_tried_again_and_stops_nobody(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    page.route("**/autosave", lambda route: route.abort())
    fill_in_about(page)
    go_on(page)
    part(page, "Questions")
    page.context.close()


def test_without_scripts_a_refused_form_and_back_show_it(browser: Browser, base: str) -> None:
    page = visitor(browser, scripts=False)
    go_to_details(page, base)
    fill_in_about(page)
    page.get_by_label("Email", exact=True).fill("pat@")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    has_name(page)
    page.go_back()
    has_name(page)
    page.context.close()


def test_without_scripts_what_was_sent_is_there_again(browser: Browser, base: str) -> None:
    page = visitor(browser, scripts=False)
    go_to_agreement(page, base)
    page.get_by_role("link", name="Back to questions").click()
    expect(page.get_by_label("What brings you in?")).to_have_value("A sore knee")
    page.get_by_role("link", name="Back to about you").click()
    has_name(page)
    page.context.close()
