"""The pages in a real browser: with scripts, without, in a frame; and what axe finds on each."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect

from tests.pages.shared.width import too_wide
from tests.pages.widget.fakes import NOW, FakeUseCases, fake_app, fake_front
from tests.pages.widget.serving import serving

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
NINE = "Tuesday 24 November 2026, 9:00 am with Amira Haddad"


@pytest.fixture
def use_cases() -> FakeUseCases:
    return fake_front()


@pytest.fixture
def base(use_cases: FakeUseCases) -> Iterator[str]:
    with serving(fake_app(use_cases)) as address:
        yield address


def visitor(browser: Browser, *, scripts: bool = True, width: dict[str, int] = PHONE, **more: object) -> Page:
    """A page in a fresh profile whose clock stands where the fakes' clock stands; a console error fails the test."""
    context = browser.new_context(viewport=width, java_script_enabled=scripts, locale="en-AU", **more)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda said: pytest.fail(said.text) if "Content Security" in said.text else None)
    return page


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def look_for_barriers(page: Page) -> None:
    # A step that is being fetched is faint, and faint text has no contrast worth measuring.
    expect(page.locator("#step")).to_have_css("opacity", "1")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def go_to_details(page: Page, base: str) -> None:
    page.goto(f"{base}/b/demo/times?service=101&location=l1&practitioner=p2")
    page.get_by_role("radio", name=NINE).check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your details")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def part(page: Page, name: str) -> None:
    """One of the screens of the details."""
    expect(page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()


def fill_in_about(page: Page, *, born: tuple[str, str, str] = ("31", "3", "1980")) -> None:
    part(page, "About you")
    for label, value in (
        ("First name", "Pat"), ("Last name", "Sample"), ("Email", "pat@example.com"), ("Mobile phone", "0412 345 678"),
        *zip(("Day", "Month", "Year"), born, strict=True),
    ):  # fmt: skip
        page.get_by_label(label, exact=True).fill(value)


def answer(page: Page) -> None:
    part(page, "Questions")
    page.get_by_label("What brings you in?").fill("A sore knee")
    page.get_by_role("group", name="Were you referred?").get_by_label("No").check()


def agree(page: Page) -> None:
    part(page, "Agreement and signature")
    page.get_by_label("I have read and agree").check()
    page.get_by_label("I agree that the clinic").check()


def go_to_agreement(page: Page, base: str) -> None:
    go_to_details(page, base)
    fill_in_about(page)
    go_on(page)
    answer(page)
    go_on(page)
    part(page, "Agreement and signature")


def fill_in(page: Page) -> None:
    """All three screens but for the signature."""
    fill_in_about(page)
    go_on(page)
    answer(page)
    go_on(page)
    agree(page)


def sign(page: Page) -> None:
    pad = page.get_by_role("img", name="Sign here")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 20 + 10 * step, box["y"] + (60 if step % 2 else 120))
    page.mouse.up()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (NARROW, "dark")], ids=["phone", "narrow-dark"])
def test_a_patient_books_with_a_finger_and_no_step_has_a_barrier(
    browser: Browser, base: str, width: dict[str, int], scheme: str
) -> None:
    page = visitor(browser, width=width, color_scheme=scheme)
    page.goto(f"{base}/b/demo")
    heading(page, "Choose a category")
    look_for_barriers(page)
    page.get_by_role("link", name="Physiotherapy").click()
    heading(page, "Choose a service")
    look_for_barriers(page)
    page.get_by_role("link", name="Initial consultation").click()
    heading(page, "Choose a date and time")
    look_for_barriers(page)
    page.get_by_role("link", name="Amira Haddad").click()
    page.get_by_role("radio", name=NINE).check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your details")
    look_for_barriers(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look_for_barriers(page)
    fill_in_about(page)
    go_on(page)
    part(page, "Questions")
    look_for_barriers(page)
    go_on(page)
    expect(page.get_by_role("alert")).to_be_focused()
    look_for_barriers(page)
    answer(page)
    go_on(page)
    agree(page)
    look_for_barriers(page)
    sign(page)
    go_on(page)
    heading(page, "Check and confirm")
    look_for_barriers(page)
    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "Booking confirmed")
    look_for_barriers(page)
    page.context.close()


def test_each_step_is_an_address_and_back_works(browser: Browser, base: str) -> None:
    page = visitor(browser)
    page.goto(f"{base}/b/demo")
    page.get_by_role("link", name="Physiotherapy").click()
    heading(page, "Choose a service")
    assert page.url.endswith("/b/demo/services?category=c1")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("link", name="Follow-up").click()
    heading(page, "Choose a date and time")
    assert page.title() == "Book an appointment – step 3 of 5 · Harbour Physiotherapy"
    page.go_back()
    heading(page, "Choose a service")
    page.go_back()
    heading(page, "Choose a category")
    page.go_forward()
    page.reload()
    heading(page, "Choose a service")
    page.context.close()


def test_nothing_typed_is_kept_in_the_browsers_storage(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    fill_in(page)
    page.get_by_label("Type my name instead").check()
    page.get_by_label("Your full name").fill("Pat Sample")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check and confirm")
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    page.context.close()


def test_a_patient_without_scripts_books_too(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    page = visitor(browser, scripts=False)
    page.goto(f"{base}/b/demo")
    page.get_by_role("link", name="Physiotherapy").click()
    page.get_by_role("link", name="Initial consultation").click()
    page.get_by_role("link", name="Amira Haddad").click()
    page.get_by_role("radio", name=NINE).check()
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your details")
    expect(page.get_by_label("Guardian first name")).to_be_visible()
    fill_in_about(page)
    go_on(page)
    expect(page.get_by_text("Answer only if “Were you referred?” is “Yes”.")).to_be_visible()
    answer(page)
    go_on(page)
    expect(page.get_by_role("img", name="Sign here")).to_be_hidden()
    agree(page)
    page.get_by_label("Your full name").fill("Pat Sample")
    page.get_by_role("button", name="Continue").click()
    use_cases.placing.outcome = "placing"
    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "We are confirming your booking")
    use_cases.placing.outcome = "confirmed"
    page.get_by_role("link", name="Check again").click()
    heading(page, "Booking confirmed")
    page.context.close()


def test_questions_and_the_guardian_appear_when_they_are_asked(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    guardian = page.get_by_label("Guardian first name")
    expect(guardian).to_be_hidden()
    for born, is_minor in (
        (("4", "5", "2012"), True), (("23", "11", "2008"), False), (("4", "May", "2012"), True), (("", "", ""), False),
        (("4/5/2012", "", ""), True), (("4 5 1980", "", ""), False),
    ):  # fmt: skip
        for label, value in zip(("Day", "Month", "Year"), born, strict=True):
            page.get_by_label(label, exact=True).fill(value)
        expect(guardian).to_be_visible() if is_minor else expect(guardian).to_be_hidden()
    fill_in_about(page)
    go_on(page)
    part(page, "Questions")
    expect(page.get_by_label("Who referred you?")).to_be_hidden()
    page.get_by_role("group", name="Were you referred?").get_by_label("Yes").check()
    expect(page.get_by_label("Who referred you?")).to_be_visible()
    page.context.close()


def test_a_signature_can_be_undone_cleared_and_survives_a_refused_form(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_agreement(page, base)
    pad = page.locator("canvas")
    sign(page)
    expect(pad).to_have_attribute("aria-label", "Sign here: signed, 1 stroke")
    ink = json.loads(page.locator("[name=sign_strokes]").input_value())
    assert len(ink["strokes"][0]) >= 20, "a quick hand loses points"
    sign(page)
    expect(pad).to_have_attribute("aria-label", "Sign here: signed, 2 strokes")
    page.get_by_role("button", name="Undo").click()
    expect(pad).to_have_attribute("aria-label", "Sign here: signed, 1 stroke")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(pad).to_have_attribute("aria-label", "Sign here: signed, 1 stroke")
    page.set_viewport_size({"width": 340, "height": 700})
    expect(pad).to_have_attribute("aria-label", "Sign here: signed, 1 stroke")
    page.get_by_role("button", name="Clear").click()
    expect(pad).to_have_attribute("aria-label", "Sign here: empty")
    assert page.locator("[name=sign_strokes]").input_value() == ""
    page.context.close()


def test_a_signature_is_as_large_as_before_when_a_phone_is_turned_and_turned_back(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_agreement(page, base)
    sign(page)
    kept = page.locator("[name=sign_strokes]")
    drawn = json.loads(kept.input_value())
    for width in (320, 390, 320, 390):
        page.set_viewport_size({"width": width, "height": 700})
        expect(kept).to_have_value(re.compile(f'"width":{drawn["width"] + width - PHONE["width"]},'))
    assert json.loads(kept.input_value()) == drawn
    page.context.close()


def test_waiting_updates_itself(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    page = visitor(browser)
    use_cases.placing.outcome = "placing"
    go_to_details(page, base)
    fill_in(page)
    sign(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "We are confirming your booking")
    use_cases.placing.outcome = "confirmed"
    heading(page, "Booking confirmed")
    assert page.url.endswith("/done")
    page.context.close()


def test_a_lost_time_is_said_first_and_the_answers_stay(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    fill_in(page)
    sign(page)
    page.get_by_role("button", name="Continue").click()
    heading(page, "Check and confirm")
    use_cases.placing.outcome = "slot_lost"
    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "Choose a date and time")
    notice = page.get_by_role("alert")
    expect(notice).to_be_focused()
    expect(notice.get_by_role("radio")).to_have_count(3)
    look_for_barriers(page)
    notice.get_by_role("radio").first.check()
    notice.get_by_role("button", name="Continue").click()
    heading(page, "Check and confirm")
    expect(page.get_by_text("A sore knee")).to_be_visible()
    page.context.close()


def test_times_by_video_are_also_in_the_visitors_zone(browser: Browser, base: str) -> None:
    page = visitor(browser, timezone_id="Australia/Perth")
    page.goto(f"{base}/b/demo/times?service=103")
    expect(page.get_by_text("Tue 6:30 am for you")).to_be_visible()
    expect(page.get_by_text("You are in Perth time")).to_be_visible()
    page.goto(f"{base}/b/demo/times?service=101&location=l1")
    expect(page.get_by_text("for you")).to_have_count(0)
    page.context.close()


def test_a_broken_connection_is_said_and_nothing_is_lost(browser: Browser, base: str) -> None:
    page = visitor(browser)
    go_to_details(page, base)
    fill_in_about(page)
    page.route("**/details", lambda route: route.abort())
    go_on(page)
    expect(page.get_by_text("The connection failed.")).to_be_visible()
    expect(page.get_by_label("First name", exact=True)).to_have_value("Pat")
    page.context.close()


HOST = """<!doctype html><title>A clinic</title><iframe id="frame" width="400" height="600"
src="{base}/b/demo#bk={nonce}&o={origin}"></iframe>
<script>window.heard = [];
addEventListener("message", function (event) {{ heard.push([event.origin, event.data]); }});</script>"""


@contextmanager
def host_site(base: str, use_cases: FakeUseCases, *, claims: str | None = None) -> Iterator[str]:
    """A clinic's page with the frame in it, on another site; `claims` is another origin than its own."""
    app = Flask("host")
    with serving(app) as address:
        site = address.replace("127.0.0.1", "localhost")
        use_cases.browse.known.allowed_sites = [site]
        html = HOST.format(base=base, nonce="n0nce", origin=claims or site)
        app.view_functions["index"] = lambda: Response(html, mimetype="text/html")
        app.url_map.add(app.url_rule_class("/", endpoint="index"))
        yield site


def heard(page: Page) -> list[Any]:
    return list(page.evaluate("heard"))


def test_the_frame_tells_an_allowed_site_how_it_goes(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    with host_site(base, use_cases) as site:
        page = visitor(browser, width={"width": 800, "height": 900})
        page.goto(site)
        frame = page.frame_locator("#frame")
        frame.get_by_role("link", name="Physiotherapy").click()
        expect(frame.get_by_role("heading", level=1, name="Choose a service")).to_be_visible()
        page.wait_for_function("heard.some(one => one[1].type === 'step')")
        said = [message for _, message in heard(page)]
        assert {origin for origin, _ in heard(page)} == {base}
        assert said[0] == {"ns": "booking", "v": 1, "id": "n0nce", "type": "ready"}
        assert {"ns": "booking", "v": 1, "id": "n0nce", "type": "step", "n": 2, "of": 5} in said
        assert any(message["type"] == "height" and message["height"] > 200 for message in said)
        page.context.close()


def test_the_frame_tells_nobody_else(browser: Browser, base: str, use_cases: FakeUseCases) -> None:
    with host_site(base, use_cases, claims="https://elsewhere.example") as site:
        page = visitor(browser)
        page.goto(site)
        expect(page.frame_locator("#frame").get_by_role("heading", level=1)).to_be_visible()
        assert heard(page) == []
        page.context.close()


def test_the_first_time_is_on_a_phones_first_screen_and_brings_its_continue(browser: Browser, base: str) -> None:
    page = visitor(browser)
    page.goto(f"{base}/b/demo/times?service=101&location=l1")
    first = page.locator(".slot").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < PHONE["height"]
    page.get_by_role("radio").first.check()
    bar = page.get_by_role("button", name="Continue")
    expect(bar).to_be_in_viewport(ratio=1)
    expect(page.locator(".slots-chosen")).to_have_text("Monday 23 November 2026, 2:00 pm")
    page.get_by_role("link", name="Friday 27 November, 3 times").click()
    expect(page.get_by_role("group", name="Friday 27 November")).to_be_in_viewport()
    page.get_by_role("link", name="Calendar").click()
    look_for_barriers(page)
    page.get_by_role("link", name="Monday 30 November").click()
    expect(page.get_by_text("30 November to 6 December")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("practitioner", ["any", "p2"])
def test_a_time_is_chosen_by_keyboard(browser: Browser, base: str, practitioner: str) -> None:
    page = visitor(browser)
    page.goto(f"{base}/b/demo/times?service=101&location=l1&practitioner={practitioner}")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continue")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Your details")
    page.context.close()


@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (390, "200%")], ids=["320px", "twice-the-text"])
def test_no_page_scrolls_sideways(browser: Browser, base: str, width: int, size: str) -> None:
    page = visitor(browser, width={"width": width, "height": 800})

    def fits() -> None:
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert not too_wide(page, with_names=size == "100%"), page.title()

    page.goto(f"{base}/b/demo")
    fits()
    page.get_by_role("link", name="Physiotherapy").click()
    heading(page, "Choose a service")
    fits()
    go_to_details(page, base)
    fits()
    page.goto(f"{base}/b/demo/times?service=101&location=l1")
    page.locator("#month").evaluate("one => { one.open = true; }")
    fits()
    go_to_agreement(page, base)
    fits()
    agree(page)
    page.get_by_label("Type my name instead").check()
    page.get_by_label("Your full name").fill("Pat Sample")
    go_on(page)
    heading(page, "Check and confirm")
    fits()
    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "Booking confirmed")
    fits()
    for address in ("", "/times", "/cancel"):
        page.goto(f"{base}/manage/manage-token{address}")
        fits()
    page.context.close()
