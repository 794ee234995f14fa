"""Sends fuzzed requests to the whole product, as a stranger, a patient and an owner, and tells what came back."""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from bench.browser import Browser
from bench.walk import WayLost, book, choose_time, fill_in
from booking_app.pages.console import errors as console_errors
from booking_app.pages.shared import errors as shared_errors
from booking_app.pages.shared import guard
from tests.fuzz.requests import RequestMaker
from tests.fuzz.site_map import BASE, SiteMap
from tests.fuzz.wsgi import Answered, Asked, ask
from tests.pages.console.desk import Desk

RENEWED_EVERY = 500  # requests; a fuzzed form may have ended a draft, a booking or the session
TRIES = 5
FALLIBLE = (500, 502, 504)


@dataclass
class Report:
    """What came of a run."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    mangled: int = 0  # answers of vendors
    routes: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def take(self, asked: Asked, answer: Answered, reasons: list[str]) -> None:
        self.statuses[answer.status] += 1
        self.routes[asked.rule, asked.method, answer.status] += 1
        is_split = any("\n" in value or "\r" in value for _, value in answer.headers)
        if answer.status in (0, *FALLIBLE) or is_split or reasons:
            self.failures.append(f"{answer.status} {answer.reason}{'; '.join(reasons)} | {asked}")


def fuzz(desk: Desk, *, seed: int, count: int) -> Report:
    """So many requests against the desk's product; the rate limits do not apply to this machine."""
    report, site = Report(), SiteMap(desk.app)
    cookie = renew(desk, site)
    maker = RequestMaker(desk.app, site, seed)
    with faults_told() as reasons:
        for number, asked in enumerate(maker.all(count), 1):
            reasons.clear()
            is_owner = asked.rule.startswith("/console") and number % 7 != 0
            answer = ask(desk.app, asked, cookie if is_owner and "Cookie" not in asked.headers else "")
            report.take(asked, answer, list(reasons))
            if number % RENEWED_EVERY == 0:
                cookie = renew(desk, site)
    return report


def renew(desk: Desk, site: SiteMap) -> str:
    """A signed-in owner, a draft at each step and a booking, all new; gives the owner's cookie."""
    desk.shop.import_clinic()  # what fuzzed forms have changed of it is as before
    visitor = desk.visitor()
    visitor.sign_in("owner")
    visitor.get("/console/demo/rules")  # a page with a form puts the token into the session
    cookie = "; ".join(f"{cookie.key}={cookie.value}" for cookie in visitor._cookies.values())
    browser = WsgiBrowser(desk.app)
    times = browser.follow(browser.follow(browser.get("/b/demo"), "Physiotherapy"), "Initial physiotherapy")
    details = choose_time(browser, times)
    check = fill_in(browser, choose_time(browser, browser.get(times.address)), "pat@example.com")
    done = _booked(desk, browser)
    site.walk("/b/demo", times.address, details.address, check.address, done, most=60)
    site.walk("/console/", "/console/account", "/console/new", cookie=cookie, most=160)
    return cookie


def _booked(desk: Desk, browser: Browser) -> str:
    """The address of a new booking, of somebody new: the same person would be asked about two at the same hour.

    What was fuzzed before may have used up what Cliniko may be asked, or be at work still; then it is tried later.
    """
    for _ in range(TRIES):
        # Of another provider each time: a fuzzed form may have blocked the one before.
        email = f"kim@{secrets.token_hex(4)}.example.com"
        with suppress(WayLost):
            booked = book(browser, "", category="Physiotherapy", service="Initial physiotherapy", email=email)
            return booked.pages["confirm"].address
        desk.shop.clock.ahead += timedelta(minutes=2)
    raise WayLost("no booking can be made any more")


class WsgiBrowser(Browser):
    """The small browser, straight into the application."""

    def __init__(self, app: Any) -> None:
        super().__init__(BASE)
        self._app = app

    def _once(self, method: str, address: str, body: str | None) -> tuple[int, str, str | None, int]:
        parts = urlsplit(address)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        asked = Asked(method, unquote(parts.path).encode(), parts.query.encode(), (body or "").encode(), headers)
        answer = ask(self._app, asked)
        return answer.status, answer.body.decode(), answer.header("Location") or None, len(answer.body)


@contextmanager
def faults_told() -> Iterator[list[str]]:
    """Every fault that an error page was shown for: what and where."""
    told: list[str] = []

    class Told:
        def error(self, event: str, **values: Any) -> None:
            told.append(f"{values.get('error')} at {values.get('where')}")

        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: None

    kept = [(module, module.log) for module in (shared_errors, console_errors, guard)]
    for module, _ in kept:
        module.log = Told()  # type: ignore[assignment]
    try:
        yield told
    finally:
        for module, log in kept:
            module.log = log
