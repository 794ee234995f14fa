"""One stand for the whole run; every visitor of it comes from an address of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.conftest import CHROMIUM_FLAGS, chromium_path
from tests.journey.arrived import Arrived
from tests.postgres import PostgresServer
from tests.production.proxy import ADDRESS_HEADER
from tests.production.stand import Stand, running_stand

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 900}}
NUMBERS = count(1)
Visitors = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def stand(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder: Path = tmp_path_factory.mktemp("production")
    with running_stand(folder, postgres_server.new_schema()) as running:
        yield running


@pytest.fixture
def arrived(stand: Stand) -> Arrived:
    return Arrived(stand.product)


@pytest.fixture(scope="session")
def public_browser(playwright: Playwright, stand: Stand) -> Iterator[Browser]:
    """A browser for which the stand's names exist and nothing else does."""
    flags = [flag for flag in CHROMIUM_FLAGS if not flag.startswith("--host-resolver-rules")]
    running = playwright.chromium.launch(
        executable_path=chromium_path(), args=[*flags, f"--host-resolver-rules={stand.resolver_rules}"]
    )
    yield running
    running.close()


@contextmanager
def visitors(browser: Browser) -> Iterator[Visitors]:
    """Opens browsers, each coming from another address unless one is named; closes them in the end."""
    opened: list[BrowserContext] = []

    def open_one(address: str = "", **look: object) -> BrowserContext:
        fresh = browser.new_context(
            ignore_https_errors=True,  # the certificate is the run's own
            locale="en-AU",
            extra_http_headers={ADDRESS_HEADER: address or f"203.0.113.{next(NUMBERS)}"},
            **(look or DESK),  # type: ignore[arg-type]
        )
        fresh.set_default_timeout(20_000)
        opened.append(fresh)
        return fresh

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def visitor(public_browser: Browser) -> Iterator[Visitors]:
    with visitors(public_browser) as open_one:
        yield open_one
