"""One whole booking over HTTP, step by step, the way a patient without JavaScript makes it."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.browser import Browser, Control, Form, Page

SPOKEN_TIME = re.compile(r"\w+day \d{1,2} \w+ \d{4}, \d{1,2}:\d{2}\s[ap]m")
CONFIRMED_SECONDS = 240.0
SCREENS = 4  # the details may be asked on one or on several
BEFORE_CONFIRMING = ("category", "service", "times", "details", "check")


class WayLost(Exception):
    """A page was not the one expected; the message says which."""


@dataclass
class Walk:
    """A booking and what each of its steps took."""

    pages: dict[str, Page] = field(default_factory=dict)
    confirmed_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """What the patient waited for in all."""
        return sum(self.pages[name].seconds for name in BEFORE_CONFIRMING) + self.confirmed_seconds


def book(browser: Browser, base: str, *, category: str, service: str, email: str) -> Walk:
    """Make one booking; raises WayLost where the pages do not lead to the end."""
    walk = Walk()
    page = walk.pages["category"] = browser.get(f"{base}/b/demo")
    page = walk.pages["service"] = browser.follow(page, category)
    page = walk.pages["times"] = browser.follow(page, service)
    page = walk.pages["details"] = choose_time(browser, page)
    page = walk.pages["check"] = fill_in(browser, page, email)
    walk.confirmed_seconds = _confirm(browser, page, walk)
    return walk


def up_to_confirming(browser: Browser, base: str, category: str, service: str) -> Callable[[], float]:
    """Everything before the button; calling what is returned presses it and tells the seconds until it was booked."""
    page = browser.follow(browser.follow(browser.get(f"{base}/b/demo"), category), service)
    page = fill_in(browser, choose_time(browser, page), f"robin.{secrets.token_hex(4)}@example.com")
    browser.close()  # the server may close what is idle while others fill in
    return lambda: _confirm(Browser(base), page, Walk())


def _confirm(browser: Browser, page: Page, walk: Walk) -> float:
    began = time.perf_counter()
    page = walk.pages["confirm"] = _press(browser, page, "Confirm booking", {})
    while page.parts.heading != "Booking confirmed":
        if time.perf_counter() - began > CONFIRMED_SECONDS or page.parts.heading != "We are confirming your booking":
            raise WayLost(f"after confirming: {page.status} {page.parts.heading}")
        time.sleep(0.2)
        page = walk.pages["confirming"] = browser.get(page.address)
    return time.perf_counter() - began


def choose_time(browser: Browser, page: Page) -> Page:
    for _ in range(8):
        for form in page.parts.forms:
            for words, name, value in form.buttons:
                if SPOKEN_TIME.search(words):
                    return browser.submit(page, form, [*_kept(form), (name, value)])
            for control in form.controls:
                if control.kind == "radio" and SPOKEN_TIME.search(control.label):
                    return browser.submit(page, form, [*_kept(form), (control.name, control.value)])
        page = browser.follow(page, "Later dates")
    raise WayLost("there is no time to choose")


def fill_in(browser: Browser, page: Page, email: str) -> Page:
    if page.parts.heading != "Your details":
        raise WayLost(f"after choosing a time: {page.status} {page.parts.heading}")
    said = {
        "First name": "Robin",
        "Last name": "Sample",
        "Email": email,
        "Mobile phone": "0412 345 678",
        "Date of birth": "1984-05-17",
        "Day": "17",
        "Month": "5",
        "Year": "1984",
        "Your full name": "Robin Sample",
    }
    for _ in range(SCREENS):
        page = _press(browser, page, "Continue", said)
        if page.parts.heading != "Your details":
            return page
    raise WayLost("the details do not come to an end")


def _press(browser: Browser, page: Page, words: str, said: dict[str, str]) -> Page:
    for form in page.parts.forms:
        for button, name, value in form.buttons:
            if button == words:
                pressed = [(name, value)] if name else []
                return browser.submit(page, form, _values(form, said) + pressed)
    raise WayLost(f"no button {words} on the page {page.parts.heading} ({page.status})")


def _kept(form: Form) -> list[tuple[str, str]]:
    """What a form sends of itself."""
    return [(control.name, control.value) for control in form.controls if control.kind == "hidden"]


def _values(form: Form, said: dict[str, str]) -> list[tuple[str, str]]:
    """Every field as a patient would leave it: what was said by its label, some answer where one is required."""
    values: list[tuple[str, str]] = []
    for control in form.controls:
        value = _value(control, said, {name for name, _ in values})
        if value is not None:
            values.append((control.name, value))
    return values


def _value(control: Control, said: dict[str, str], answered: set[str]) -> str | None:
    spoken = next((value for label, value in said.items() if control.label.startswith(label)), None)
    if control.kind in ("checkbox", "radio"):
        wanted = control.is_chosen or control.is_required or control.label.startswith("Type my name instead")
        return (control.value or "on") if wanted and control.name not in answered else None
    if control.kind == "select":
        return next((option for option in control.options if option), "")
    if spoken is not None:
        return spoken
    if control.is_required and not control.value:
        return {"number": "3", "date": "2020-01-31"}.get(control.kind, "No")
    return control.value
