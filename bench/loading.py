"""What a visitor's browser loads: bytes, requests, paints and shifts, of the booking page alone and in a clinic's page.

Starts the whole product against the sandbox and drives Chromium with a cold cache, once as the line is and once as a
phone on a slow line. Bytes are those on the wire, headers included, without pictures that are loaded when they come
into view; they are the same everywhere, times are not.
"""

import argparse
import gzip
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Frame, Page, Request, sync_playwright

from booking_app.setup.website.releases import newest, read_releases
from booking_app.setup.website.snippet import snippet
from tests.conftest import CHROMIUM_FLAGS, ROOT, chromium_path
from tests.journey.product import Product, running_product
from tests.pages.embed.pages import served
from tests.pages.embed.visitor import CATEGORY, SERVICE, Visitor

PHONE = {"width": 390, "height": 844}
# 1.6 Mbit/s down, 750 kbit/s up and 150 ms, as browsers have to be told them to keep them in effect.
SLOW_LINE = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1_600_000 / 8 * 0.9,
    "uploadThroughput": 750_000 / 8 * 0.9,
}
SLOW_CPU = 4
PROMISED_BYTES = 42_000
SETTLED_MS = 800
# Pictures that are loaded when they come into view: told apart, because only some clinics have any.
LAZY = "[...document.querySelectorAll('img[loading=lazy]')].map((image) => image.src)"
WATCH = """(() => {
  window.seen = {lcp: 0, fcp: 0, moves: []};
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.moves.push([entry.startTime, entry.value]); });
})()"""
# What is laid out anew before anything was painted moves for nobody.
SEEN = """({lcp: seen.lcp, fcp: seen.fcp,
  shift: seen.moves.filter((move) => move[0] > seen.fcp).reduce((sum, move) => sum + move[1], 0)})"""


@dataclass
class Loaded:
    """One loading of a page."""

    files: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    strangers: list[str] = field(default_factory=list)
    paints: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        return sum(self.files.values())


@contextmanager
def product_and_clinic(folder: Path) -> Iterator[tuple[Product, str]]:
    """The product, and two pages of a clinic with the booking page in their first screen and text below it: `/` has the
    snippet as it is given, `/bare` a link that keeps no room.

    All are one site to the browser, so that what slows one down slows the others."""
    pages: dict[str, tuple[str, str | bytes]] = {}
    with served(pages) as port, running_product(folder) as product:
        clinic = f"http://127.0.0.1:{port}"
        text = "<p>We look after backs, feet and minds, in one calm building near the water.</p>" * 6
        link, script = snippet(base_url=product.base, slug="demo").split("\n")
        bare = f'<a href="{product.base}/b/demo" data-clinic="demo">Book an appointment</a>'
        for path, body in (("/", link + script), ("/bare", bare + script)):
            html = (
                '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
                f'<title>Clinic</title><link rel="icon" href="data:,"><h1>Clinic</h1>{body}{text}'
            )
            pages[path] = ("text/html; charset=utf-8", html)
        file = folder / "clinic" / "clinic.toml"
        file.write_text(file.read_text().replace(f'["{product.site}"]', f'["{product.site}", "{clinic}"]'))
        product.run("clinic", "import", str(file))
        yield product, clinic


@contextmanager
def fresh_page(browser: Browser, *, is_slow: bool) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="en-AU")  # type: ignore[arg-type]
    context.set_default_timeout(120_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    if is_slow:
        session = context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    yield page
    context.close()


def load(browser: Browser, address: str, ours: tuple[str, ...], *, is_slow: bool) -> Loaded:
    """Load the page cold and wait until the booking page in it, or it itself, has come to rest."""
    with fresh_page(browser, is_slow=is_slow) as page:
        requests: list[Request] = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(address, wait_until="load")
        frame = _booking_frame(page)
        frame.get_by_role("heading", level=1, name="Choose a category").wait_for()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(SETTLED_MS)
        loaded = Loaded(paints={"clinic": page.evaluate(SEEN)} if frame != page.main_frame else {})
        loaded.paints["booking"] = frame.evaluate(SEEN)
        lazy = set(frame.evaluate(LAZY))
        for request in requests:
            if request.url not in lazy:
                _count(loaded, request, ours)
        return loaded


def _booking_frame(page: Page) -> Frame:
    if "/b/" in page.url:
        return page.main_frame
    page.wait_for_selector("iframe", state="attached")
    return page.frames[1]


def _count(loaded: Loaded, request: Request, ours: tuple[str, ...]) -> None:
    parts = urlsplit(request.url)
    if parts.scheme == "data":
        return
    sizes = request.sizes()
    loaded.files[parts.path] = sizes["responseHeadersSize"] + sizes["responseBodySize"]
    loaded.kinds[request.resource_type] += loaded.files[parts.path]
    if f"{parts.scheme}://{parts.netloc}" not in ours:
        loaded.strangers.append(parts.netloc)


def scripts_by_step(browser: Browser, address: str) -> dict[str, list[str]]:
    """The scripts that each step adds, as a patient comes to it."""
    with fresh_page(browser, is_slow=False) as page:
        asked: list[str] = []

        def ask(request: Request) -> None:
            if request.resource_type == "script":
                asked.append(request.url)

        page.on("request", ask)
        page.goto(address)
        patient, steps = Visitor(page), {}

        def note(step: str) -> None:
            page.wait_for_load_state("networkidle")
            steps[step] = [urlsplit(url).path.rpartition("/")[2] for url in asked]
            asked.clear()

        note("Choose a category")
        patient.chooses_category(CATEGORY)
        note("Choose a service")
        patient.chooses_service(SERVICE)
        note("Choose a date and time")
        patient.chooses_first_time()
        patient.sees("Your details")
        note("Your details")
        return steps


def measure(browser: Browser, product: Product, clinic: str, runs: int) -> dict[str, Any]:
    ours = (product.base, clinic)
    result: dict[str, Any] = {"loader": loader_sizes(), "scripts": scripts_by_step(browser, f"{product.base}/b/demo")}
    for name, address in (
        ("alone", f"{product.base}/b/demo"),
        ("embedded", clinic + "/"),
        ("embedded without room", clinic + "/bare"),
    ):
        for line, is_slow in (("as it is", False), ("slow", True)):
            loads = [load(browser, address, ours, is_slow=is_slow) for _ in range(runs + 1)][1:]
            result[f"{name}, {line}"] = _summary(loads)
    return result


def _summary(loads: list[Loaded]) -> dict[str, Any]:
    first = loads[0]
    return {
        "bytes": statistics.median(one.bytes for one in loads),
        "requests": len(first.files),
        "third_party_requests": max(len(one.strangers) for one in loads),
        "kinds": dict(first.kinds),
        "files": first.files,
        "paints": {
            place: {
                what: round(statistics.median(one.paints[place][what] for one in loads), 4)
                for what in ("fcp", "lcp", "shift")
            }
            for place in first.paints
        },
    }


def loader_sizes() -> dict[str, Any]:
    folder = ROOT / "static" / "embed"
    release = newest(read_releases(folder))
    content = (folder / release.file_name).read_bytes()
    return {"version": release.version, "bytes": len(content), "gzip": len(gzip.compress(content, 9, mtime=0))}


def table(result: dict[str, Any]) -> Iterator[str]:
    """The figures for a person."""
    loader = result["loader"]
    yield f"Loader {loader['version']}: {loader['bytes']} bytes, {loader['gzip']} with gzip -9"
    for step, scripts in result["scripts"].items():
        yield f"Scripts at “{step}”: {', '.join(scripts) or 'none'}"
    for name, one in result.items():
        if name in ("loader", "scripts"):
            continue
        strangers = one["third_party_requests"]
        yield f"{name}: {one['bytes']:.0f} bytes in {one['requests']} requests, {strangers} to third parties"
        yield f"  {', '.join(f'{kind} {size}' for kind, size in sorted(one['kinds'].items()))}"
        for place, seen in one["paints"].items():
            yield (
                f"  {place}: first paint {seen['fcp']:.0f} ms, largest {seen['lcp']:.0f} ms, shift {seen['shift']:.4f}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="loadings of each kind, after one that is thrown away")
    parser.add_argument("--json", type=Path, help="keep every figure in this file")
    given = parser.parse_args()
    with TemporaryDirectory() as folder, product_and_clinic(Path(folder)) as (product, clinic), sync_playwright() as pw:
        browser = pw.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        result = measure(browser, product, clinic, given.runs)
        browser.close()
    print("\n".join(table(result)))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1))
    is_kept = result["alone, as it is"]["bytes"] <= PROMISED_BYTES
    if not is_kept:
        print(f"The first page is heavier than the promised {PROMISED_BYTES} bytes.", file=sys.stderr)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
