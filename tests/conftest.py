"""What tests of several packages share: the real browser, and a database of either kind."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.postgres import database_url, postgres_server  # noqa: F401 - fixtures for every package

ROOT = Path(__file__).resolve().parent.parent

# What a test run writes is thrown away: in memory, where there is enough of it, nothing waits for a disk.
MEMORY = Path("/dev/shm")
NEEDED_BYTES = 2 * 1024**3
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # asked for anew

# Nothing but loopback is resolved. Chromium refuses third-party cookies by itself, as the browsers of patients do
# (tests/pages/embed/test_third_party_cookies.py proves it).
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)

# No test is about speed: a busy machine is slow at inventing examples, and right all the same.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


# What takes longest begins first (`make test` keeps this order), so that at the end no process is left alone with one:
# a file with a single test would come last otherwise, however long that test is.
LONGEST_FIRST = (
    "tests/chaos/test_storm.py",
    "tests/production/test_production.py",
    "tests/project/test_checks.py",
    "tests/stateful/test_sandbox_days.py",
    "tests/stateful/test_days.py",
    "tests/fuzz/test_requests.py",
    "tests/deploy/test_new_vendor.py",
    "tests/project/test_wheel.py",
    "tests/journey/test_booking.py",
    "tests/pages/widget/test_browser.py",
    "tests/pages/console/test_looks.py",
    "tests/intake/test_documents.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {file: place for place, file in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def chromium_path() -> str | None:
    """The browser to drive: the one named, else the system's, else None for the one Playwright brought."""
    named = os.environ.get("BOOKING_TEST_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run; every test takes a context of its own."""
    running = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh desktop browser profile; waits at most ten seconds for anything."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-AU")
    fresh.set_default_timeout(10_000)
    yield fresh
    fresh.close()
