"""Every screen in a real browser, on a phone and on a desk: what axe finds, and that nothing runs over the edge.

With BOOKING_SCREENSHOTS set to a folder each screen is kept there as a picture, to be looked at.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from booking_app.catalogue.snapshots import offered
from tests.faults.shop import LOCATION, SERVICE
from tests.pages.console.desk import PASSWORD, Desk, email_of
from tests.pages.widget.serving import serving

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
SCREENS = {
    "clinics": "/console/?choose=1",
    "new": "/console/new",
    "start": "/console/demo/start",
    "found": "/console/demo/start/found",
    "details": "/console/demo/details",
    "rules": "/console/demo/rules",
    "consents": "/console/demo/consents",
    "alerts": "/console/demo/alerts",
    "connections": "/console/demo/connections",
    "cliniko": "/console/demo/connections/cliniko",
    "crm": "/console/demo/connections/2",
    "crm-new": "/console/demo/connections/new/mailchimp",
    "webhook-new": "/console/demo/connections/new/webhook",
    "embed": "/console/demo/embed",
    "why": "/console/demo/why",
    "tasks": "/console/demo/tasks",
    "insight": "/console/demo/insight",
}


@pytest.fixture(scope="module")
def base(shared_desk: Desk) -> Iterator[str]:
    shared_desk.shop.book()
    shared_desk.services.page_counts.flush()
    shared_desk.sign_in("owner").send_form("/console/demo/start/found", {})
    with serving(shared_desk.app) as address:
        yield address


@pytest.fixture(scope="module", params=SIZES)
def owner(browser: Browser, base: str, request: pytest.FixtureRequest) -> Iterator[tuple[str, BrowserContext]]:
    """An owner's browser of one size, signed in."""
    context = browser.new_context(viewport=SIZES[request.param], locale="en-AU", base_url=base)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("[name=email]").fill(email_of("owner"))
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/demo/**")
    page.close()
    yield request.param, context
    context.close()


def look(page: Page, name: str, size: str) -> None:
    """Nothing serious for axe, nothing over the edge, one picture."""
    folder = os.environ.get("BOOKING_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}-{size}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    serious = {
        one["id"]: [n["html"] for n in one["nodes"]] for one in found if one["impact"] in ("serious", "critical")
    }
    assert serious == {}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_sound(owner: tuple[str, BrowserContext], name: str) -> None:
    size, context = owner
    page = context.new_page()
    answer = page.goto(SCREENS[name])
    assert answer is not None and answer.status == 200
    look(page, name, size)
    page.close()


def test_answers_and_refusals_are_sound(owner: tuple[str, BrowserContext], shared_desk: Desk) -> None:
    size, context = owner
    page = context.new_page()
    page.goto("/console/demo/rules")
    page.get_by_label("Days ahead").fill("many")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    look(page, "rules-refused", size)
    page.goto("/console/demo/connections/2")
    page.get_by_role("button", name="Check fields").click()
    page.get_by_role("heading", name="Fields in the account").wait_for()
    look(page, "crm-fields", size)
    page.get_by_role("button", name="Preview data").click()
    page.get_by_role("heading", name="What would be sent").wait_for()
    look(page, "crm-dry-run", size)
    page.goto(_question(shared_desk))
    page.get_by_role("heading", level=2).wait_for()
    look(page, "why-answer", size)
    page.goto("/console/demo/embed")
    page.get_by_label("Source of the page").fill("<html><body>Nothing here</body></html>")
    page.get_by_role("button", name="Look at the page").click()
    page.get_by_role("heading", name="What was found").wait_for()
    look(page, "embed-examined", size)
    page.goto("/console/demo/connections")
    page.get_by_role("button", name="Check the key").click()
    page.get_by_role("heading", name="Key accepted").wait_for()
    look(page, "cliniko-checked", size)
    page.close()


def _question(desk: Desk) -> str:
    """A week on, where the first practitioner of the service works."""
    with desk.services.database.reading() as session:
        catalogue = offered(session, desk.clinic().id)
    assert catalogue is not None
    person = next(one.practitioner_id for one in catalogue.offers_of(SERVICE) if one.location_id == LOCATION)
    day = desk.services.clock.now().astimezone(ZoneInfo("Australia/Adelaide")).date() + timedelta(days=7)
    return f"/console/demo/why?service={SERVICE}&practitioner={person}&location={LOCATION}&day={day}"
