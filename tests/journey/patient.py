"""A patient who finds the way by what the pages say: headings, roles and accessible names, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FloatRect, FrameLocator, Locator, Page, TimeoutError, expect

Scope = Page | FrameLocator
SPOKEN_TIME = re.compile(r"\w+day \d{1,2} \w+ \d{4}, \d{1,2}:\d{2}\s[ap]m")
CONFIRMED_MS = 45_000
WEEKS = 6
HAND_MS = 40
SCREENS = 3
STILL_MS = 60
TRIES = 3


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    first_name: str
    last_name: str
    email: str
    phone: str = "0412 345 678"
    born: str = "1984-05-17"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Patient:
    """Walks through the booking in `scope`: a page, or the frame in a clinic's own page."""

    def __init__(self, scope: Scope, person: Person) -> None:
        self.scope = scope
        self.person = person

    def sees(self, heading: str, timeout: float = 15_000) -> None:
        named = self.scope.get_by_role("heading", level=1, name=heading, exact=True)
        try:
            named.wait_for(timeout=timeout)
        except TimeoutError as error:
            shown = self.scope.get_by_role("main").inner_text(timeout=1000)
            raise AssertionError(f"no page {heading!r}; this is shown:\n{shown}") from error

    def books(self, *, category: str, service: str, sign: Callable[["Patient"], None]) -> str:
        """From the first page to the last; gives the reference of the booking."""
        self.chooses_category(category)
        self.chooses_service(service)
        self.chooses_first_time()
        self.fills_in_details(sign)
        self.sees("Check and confirm")
        self.presses("Confirm booking")
        self.sees("Booking confirmed", timeout=CONFIRMED_MS)
        return self.reference()

    def chooses_category(self, name: str) -> None:
        self.sees("Choose a category")
        self._clicks(self._offered(re.compile(rf"^{re.escape(name)}")))

    def chooses_service(self, name: str) -> None:
        self.sees("Choose a service")
        self._clicks(self._offered(re.compile(rf"^{re.escape(name)}")))

    def chooses_first_time(self) -> str:
        """Take the earliest time there is, in a later week where this one has none; gives its spoken name."""
        self.sees("Choose a date and time")
        for _ in range(WEEKS):
            button, radio = self._by_name("button", SPOKEN_TIME), self._by_name("radio", SPOKEN_TIME)
            if button.or_(radio).count():
                break
            self._clicks(self._offered(re.compile("^Later dates")))
            # The heading stays the same from week to week, so it cannot say when the new one has arrived.
            expect(self.scope.locator("#step")).not_to_have_attribute("aria-busy", "true")
            self.sees("Choose a date and time")
        if radio.count():
            name = radio.first.get_attribute("aria-label") or radio.first.evaluate(
                "e => e.labels.length ? e.labels[0].innerText : ''"
            )
            self._ticks(radio.first)
            self.presses("Continue")
            return str(name)
        name = button.first.get_attribute("aria-label") or button.first.inner_text()
        self._clicks(button.first)
        return name

    def fills_in_details(self, sign: "Callable[[Patient], None]") -> None:
        """Fill in what each screen asks and press Continue, until another step begins."""
        self.sees("Your details")
        for _ in range(SCREENS):
            place = self._screen()
            self._fills_in_what_is_known()
            self._answers_what_else_is_required()
            if self._asks_for_signature():
                sign(self)
            self.presses("Continue")
            expect(self._heading(place)).to_have_count(0)
            if not self.scope.get_by_role("heading", level=1, name="Your details", exact=True).count():
                return

    def _screen(self) -> str:
        """The heading of the screen."""
        return self.scope.locator("form.details h2").first.inner_text()

    def _heading(self, name: str) -> Locator:
        return self.scope.locator("form.details").get_by_role("heading", level=2, name=name, exact=True)

    def _asks_for_signature(self) -> bool:
        return self.scope.locator("#sign").count() > 0

    def _fills_in_what_is_known(self) -> None:
        person = self.person
        year, month, day = person.born.split("-")
        for label, value in (
            ("First name", person.first_name),
            ("Last name", person.last_name),
            ("Email", person.email),
            ("Mobile phone", person.phone),
            ("Day", day),
            ("Month", month),
            ("Year", year),
        ):
            box = self.scope.get_by_label(label, exact=True)
            if box.count():
                box.fill(value)

    def types_the_signature(self) -> None:
        choice = self.scope.get_by_label("Type my name instead")
        if choice.is_visible():
            self._ticks(choice)
        self.scope.get_by_label("Your full name").fill(self.person.full_name)

    def draws_the_signature(self, stroke: Callable[[list[tuple[float, float]]], None]) -> None:
        """Two strokes on the pad, through `stroke`, which moves a mouse or a finger along points of the window."""
        pad = self.scope.get_by_role("img", name=re.compile("^Sign here"))
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        for middle in (0.35, 0.65):
            stroke([_zigzag(box, i, middle) for i in range(11)])

    def presses(self, name: str) -> None:
        self._clicks(self.scope.get_by_role("button", name=name, exact=True))

    def reference(self) -> str:
        main = self.scope.get_by_role("main").inner_text()
        found = re.search(r"BK-[0-9A-Z]{8}", main)
        assert found, main
        return found[0]

    def _by_name(self, role: str, name: re.Pattern[str]) -> Locator:
        return self.scope.get_by_role(role, name=name)  # type: ignore[arg-type]

    def _offered(self, name: re.Pattern[str]) -> Locator:
        """The link or button of that name: the pages may use either."""
        return self._by_name("link", name).or_(self._by_name("button", name)).first

    def _answers_what_else_is_required(self) -> None:
        """Give some answer to every required control that is still empty, the clinic's own fields and consents."""
        for group in self.scope.locator("fieldset:has(input[type=radio][required])").all():
            if group.is_visible() and not group.get_by_role("radio", checked=True).count():
                self._ticks(group.get_by_role("radio").last)
        for control in self.scope.locator(":is(input, select, textarea)[required]:visible").all():
            kind = control.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
            if kind == "checkbox":
                self._ticks(control)
            elif kind != "radio" and control.input_value() == "":
                self._fill(control, kind)

    def _clicks(self, control: Locator) -> None:
        _waits_until_still(control)
        control.click()

    def _ticks(self, control: Locator) -> None:
        """Tick it, as a person would: look whether the mark is there, and click once more where it is not."""
        for _ in range(TRIES):
            if control.is_checked():
                break
            self._clicks(control)
        expect(control).to_be_checked()

    def _fill(self, control: Locator, kind: str) -> None:
        if kind == "select":
            control.select_option(index=1)
        else:
            answers = {"number": "3", "date": "2020-01-31", "email": self.person.email, "tel": self.person.phone}
            control.fill(answers.get(kind, "No"))


def _waits_until_still(control: Locator) -> None:
    """A click made while a frame grows or scrolls may reach what was there before; a person is slower than that."""
    control.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = control.bounding_box()
    while True:
        control.page.wait_for_timeout(STILL_MS)
        now = control.bounding_box()
        if now == before:
            return
        before = now


def _zigzag(box: FloatRect, i: int, middle: float) -> tuple[float, float]:
    """The i-th of eleven points of a line that goes up and down across the box."""
    rise = 0.12 if i % 2 else -0.12
    return box["x"] + box["width"] * (0.15 + 0.06 * i), box["y"] + box["height"] * (middle + rise)


def mouse(page: Page) -> Callable[[list[tuple[float, float]]], None]:
    """A stroke by a mouse."""

    def stroke(points: list[tuple[float, float]]) -> None:
        page.mouse.move(*points[0])
        page.mouse.down()
        for x, y in points[1:]:
            page.wait_for_timeout(HAND_MS)
            page.mouse.move(x, y, steps=4)
        page.mouse.up()

    return stroke


def finger(page: Page) -> Callable[[list[tuple[float, float]]], None]:
    """A stroke by a finger on a touch screen."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def stroke(points: list[tuple[float, float]]) -> None:
        touch("touchStart", points[0])
        for point in points[1:]:
            page.wait_for_timeout(HAND_MS)  # a browser keeps one point a frame, and a hand takes its time
            touch("touchMove", point)
        touch("touchEnd")

    return stroke
