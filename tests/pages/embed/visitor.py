"""A patient who comes by a clinic's own page."""

from itertools import count

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.journey.patient import Patient, Person, Scope
from tests.pages.embed.conftest import Hosts

CATEGORY, SERVICE = "Physiotherapy", "Initial physiotherapy"
NUMBERS = count(1)


class Visitor(Patient):
    """Somebody new each time, for the same service: one person is asked before they book the same time twice."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope, Person("Pat", "Sample", f"pat.embedded.{next(NUMBERS)}@example.com"))

    def books_by_typing(self) -> str:
        """The whole booking, signed by typing the name; gives its reference."""
        return self.books(category=CATEGORY, service=SERVICE, sign=lambda patient: patient.types_the_signature())


def opened(hosts: Hosts, context: BrowserContext, path: str) -> Page:
    """The host page at that path, of the site that the clinic allows."""
    page = context.new_page()
    page.goto(hosts.allowed + path)
    return page


def framed(page: Page, number: int = 0) -> FrameLocator:
    """The booking page in the frame of that number, once it shows."""
    frame = page.frame_locator("iframe").nth(number)
    expect(frame.get_by_role("heading", level=1, name="Choose a category")).to_be_visible()
    return frame
