"""What a browser loads, in bytes on the wire with headers: the first page cold, and a whole booking."""

from playwright.sync_api import Error, Page, Request, sync_playwright

from bench.loading import LAZY, SETTLED_MS, fresh_page
from tests.conftest import CHROMIUM_FLAGS, chromium_path
from tests.pages.embed.visitor import Visitor


def kilobytes_loaded(address: str) -> dict[str, float]:
    """`first_bytes` of the page at the address with all it loads, pictures apart that are loaded when they come into
    view; `journey_bytes`, with these, until the booking is confirmed.

    A journey that a busy machine cuts short is left out.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        with fresh_page(browser, is_slow=False) as page:
            finished: list[Request] = []
            page.on("requestfinished", lambda request: finished.append(request))
            page.goto(address, wait_until="load")
            _settle(page)
            lazy = set(page.evaluate(LAZY))
            found = {"first_bytes": _kilobytes([request for request in finished if request.url not in lazy])}
            try:
                Visitor(page).books_by_typing()
                _settle(page)
                found["journey_bytes"] = _kilobytes(finished)
            except (Error, AssertionError):
                pass
        browser.close()
    return found


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)


def _kilobytes(finished: list[Request]) -> float:
    sizes = [request.sizes() for request in finished if not request.url.startswith("data:")]
    return sum(one["responseHeadersSize"] + one["responseBodySize"] for one in sizes) / 1000
