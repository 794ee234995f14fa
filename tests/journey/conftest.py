"""One running product for all journeys of a test process; each journey books as a person of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journey.arrived import Arrived
from tests.journey.product import Product, running_product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder: Path = tmp_path_factory.mktemp("product")
    with running_product(folder) as running:
        yield running


@pytest.fixture
def arrived(product: Product) -> Arrived:
    return Arrived(product)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with a touch screen."""
    fresh = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2, locale="en-AU"
    )
    fresh.set_default_timeout(15_000)
    yield fresh
    fresh.close()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop browser that runs no JavaScript."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False, locale="en-AU")
    fresh.set_default_timeout(15_000)
    yield fresh
    fresh.close()
