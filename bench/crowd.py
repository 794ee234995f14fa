"""Patients who book at the same time over HTTP, reload when a server is gone, and tell how it ended for them."""

import http.client
import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from bench.browser import Browser, Page
from bench.walk import SPOKEN_TIME, WayLost, _kept, _press

CATEGORY, SERVICE = "Physiotherapy", "Standard physiotherapy consultation"
PATIENCE_SECONDS = 240.0
RELOADS = 60
WORKING = "We are confirming your booking"
HOLD = "Hold my request"
TIMES = "Choose a date and time"


class SteadyBrowser(Browser):
    """A browser in front of several web servers: where one is gone it asks the next, as a balancer would."""

    def __init__(self, ports: list[int], choice: random.Random) -> None:
        super().__init__(f"http://127.0.0.1:{ports[0]}")
        self._ports, self._choice = ports, choice

    def _once(self, method: str, address: str, body: str | None) -> tuple[int, str, str | None, int]:
        for attempt in range(RELOADS):
            try:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._choice.choice(self._ports), timeout=60)
                answer = super()._once(method, address, body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.3 + attempt * 0.02)
                continue
            finally:
                self._connection.close()
            if answer[0] < 500 or attempt > 8:
                return answer
            time.sleep(0.5)
        raise WayLost("no web server answers")


@dataclass
class Visit:
    """One patient's way: who, where, and how it ended (`confirmed`, `working`, `lost` or what was on the page)."""

    number: int
    clinic: str
    outcome: str = "not begun"
    pressed_at: float = 0.0
    confirm_seconds: float = 0.0
    seconds: float = 0.0
    restarts: int = 0
    was_held: bool = False

    @property
    def email(self) -> str:
        return f"patient.{self.number}@example.com"

    def said(self) -> dict[str, str]:
        """What this patient types; no two are alike."""
        letters = "".join("bcdfghjklm"[int(digit)] + "a" for digit in f"{self.number:03}").capitalize()
        born = datetime(1950, 1, 1, tzinfo=UTC) + timedelta(days=37 * self.number)
        first, last = f"{letters}n", f"Sample{letters.lower()}"
        return {
            "First name": first, "Last name": last, "Email": self.email,
            "Mobile phone": f"0412 {300 + self.number // 1000:03} {self.number % 1000:03}",
            "Date of birth": f"{born:%Y-%m-%d}", "Day": str(born.day), "Month": str(born.month), "Year": str(born.year),
            "Your full name": f"{first} {last}",
        }  # fmt: skip


@dataclass
class Crowd:
    """`visits` walked by so many threads at once."""

    ports: list[int]
    visits: list[Visit]
    threads: int = 12
    seed: int = 1
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Return when everybody is through."""
        waiting, lock = iter(self.visits), threading.Lock()
        walkers = [threading.Thread(target=self._walk, args=(waiting, lock)) for _ in range(self.threads)]
        for walker in walkers:
            walker.start()
        for walker in walkers:
            walker.join()

    def _walk(self, waiting: Iterable[Visit], lock: threading.Lock) -> None:
        while True:
            with lock:
                visit = next(iter(waiting), None)
            if visit is None:
                return
            walk_through(visit, self.ports, random.Random(self.seed * 10_000 + visit.number))


def walk_through(visit: Visit, ports: list[int], chance: random.Random) -> None:
    """Book as a person does: begin anew when the way is lost before confirming, never after."""
    browser, began = SteadyBrowser(ports, chance), time.monotonic()
    while visit.outcome not in ("confirmed", "lost") and time.monotonic() - began < PATIENCE_SECONDS:
        try:
            _go(browser, visit, chance)
        except (WayLost, StopIteration) as lost:
            visit.outcome = str(lost) or "a link was missing"
        except Exception as error:  # noqa: BLE001 - the harness's own fault must show in the table, not end a thread
            visit.outcome = f"harness: {type(error).__name__}: {error}"
        if visit.pressed_at:
            break
        visit.restarts += 1
        if visit.restarts > 8:
            break
    visit.seconds = time.monotonic() - began


def _go(browser: Browser, visit: Visit, chance: random.Random) -> None:
    base = f"http://127.0.0.1:{browser._host.rsplit(':')[-1]}"
    page = browser.get(f"{base}/b/{visit.clinic}")
    ends = time.monotonic() + PATIENCE_SECONDS
    has_moved = False
    while time.monotonic() < ends:
        match page.parts.heading:
            case "Choose a category":
                page = browser.follow(page, CATEGORY)
            case "Choose a service":
                page = browser.follow(page, SERVICE)
            case "Choose a date and time" if not has_moved:
                has_moved, page = True, _some_week(browser, page, chance)
            case "Choose a date and time":
                if visit.pressed_at:
                    visit.outcome = "lost"
                    return
                page = _choose(browser, page, chance)
            case "Your details":
                page = _press(browser, page, "Continue", visit.said())
            case "Check and confirm":
                visit.pressed_at = visit.pressed_at or time.monotonic()
                page = _press(browser, page, "Confirm booking", {})
            case "We are confirming your booking":
                visit.outcome = "working"
                time.sleep(0.5)
                page = _wait(browser, page, visit)
            case "Booking confirmed":
                visit.outcome = "confirmed"
                visit.confirm_seconds = time.monotonic() - visit.pressed_at
                return
            case heading:
                if not visit.pressed_at:
                    raise WayLost(f"{page.status} {heading}")
                visit.outcome = f"{page.status} {heading}"
                time.sleep(0.5)
                page = browser.get(page.address)


def _wait(browser: Browser, page: Page, visit: Visit) -> Page:
    """Look again; agree once to have the request held, where that is offered."""
    is_offered = any(words == HOLD for form in page.parts.forms for words, _, _ in form.buttons)
    if not is_offered or visit.was_held:
        return browser.get(page.address)
    visit.was_held = True
    return _press(browser, page, HOLD, {})


def _some_week(browser: Browser, page: Page, chance: random.Random) -> Page:
    day = datetime.now(UTC) + timedelta(days=chance.randrange(3, 50))
    parts = urlsplit(page.address)
    return browser.get(urljoin(page.address, f"{parts.path}?{parts.query}&from={day:%Y-%m-%d}"))


def _choose(browser: Browser, page: Page, chance: random.Random) -> Page:
    """Take any of the times shown, or look further on."""
    found = [
        (form, control)
        for form in page.parts.forms
        for control in form.controls
        if control.kind == "radio" and SPOKEN_TIME.search(control.label)
    ]
    if not found:
        return browser.follow(page, "Later dates")
    form, control = chance.choice(found)
    return browser.submit(page, form, [*_kept(form), (control.name, control.value)])
