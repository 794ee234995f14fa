"""The running product, and a clinic's server with the host pages on another site that the clinic allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.journey.product import Product, running_product
from tests.pages.embed.hosts import HEADERS, host_pages
from tests.pages.embed.pages import served

# What strict browsers do to a frame of another site, beside refusing its cookies.
NO_STORAGE = """if (window !== top)
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(window, name, {get() { throw new DOMException("blocked", "SecurityError"); }});
"""


@pytest.fixture
def strict_context(context: BrowserContext) -> BrowserContext:
    """A browser that keeps neither cookies nor anything else for a frame of another site."""
    context.add_init_script(NO_STORAGE)
    return context


@dataclass(frozen=True)
class Hosts:
    """The running product and the two sites beside it: one on the clinic's list, one that is not."""

    product: Product
    allowed: str
    stranger: str


@pytest.fixture(scope="session")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    folder: Path = tmp_path_factory.mktemp("embedded")
    pages: dict[str, tuple[str, str | bytes]] = {}
    with (
        served(pages, HEADERS) as port,
        served(pages, HEADERS) as strange_port,
        running_product(folder) as product,
    ):
        allowed = f"http://localhost:{port}"
        pages.update(host_pages(product.base))
        file = folder / "clinic" / "clinic.toml"
        file.write_text(file.read_text().replace(f'["{product.site}"]', f'["{product.site}", "{allowed}"]'))
        product.run("clinic", "import", str(file))
        yield Hosts(product, allowed, f"http://localhost:{strange_port}")
