"""What a booking costs: seconds, Cliniko calls, the weight of every page, and the seconds of its document.

Starts the whole product against the sandbox, books a number of times over HTTP, and puts a floor of the same run beside
each number: absolute times say little about another machine, ratios do.
"""

import argparse
import json
import secrets
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urljoin

from bench import document, report
from bench.browser import Browser, Page
from bench.walk import Walk, book
from tests.journey.product import Product, answers, free_ports, running_product, stop

CATEGORY = "Physiotherapy"
SERVICE = "Initial physiotherapy consultation"
FLOOR_REQUESTS = 50
SETTLED_SECONDS = 60.0
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Sandbox:
    """The control API of the running sandbox."""

    address: str

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/control/state?account=demo")))

    def calls(self) -> Counter[str]:
        """Cliniko calls so far, by method and route."""
        calls = self.state()["calls"]["calls"]
        return Counter(f"{call['method']} {call['route']}" for call in calls if call["service"] == "cliniko")

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=30) as response:
            return bytes(response.read())

    def wait_for_documents(self, count: int) -> None:
        """Wait until the background work of `count` bookings is done."""
        ends = time.monotonic() + SETTLED_SECONDS
        while time.monotonic() < ends:
            state = self.state()
            if sum(bool(file["processed_at"]) for file in state["attachments"]) >= count <= len(state["contacts"]):
                return
            time.sleep(0.2)
        raise SystemExit(f"after {SETTLED_SECONDS:.0f} s the documents of {count} bookings have not arrived")


def main() -> None:
    """Measure, print a table, and write the numbers where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bookings", type=int, default=10)
    parser.add_argument("--json", type=Path, help="also write the numbers into this file")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, running_product(Path(folder)) as product:
        result = measure(product, options.bookings)
    result["document"] = document.measure(5)
    sys.stdout.write(report.table(result))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(result, indent=2) + "\n")


def measure(product: Product, bookings: int) -> dict[str, Any]:
    sandbox = Sandbox(product.sandbox)
    warm_up(product, sandbox)
    floor, round_trip = floor_seconds(), median_seconds(lambda: sandbox.get("/control/clock"))
    before = sandbox.calls()
    browser = Browser(product.base)
    walks = [walk(browser, product) for _ in range(bookings)]
    files = {name: page_weight(browser, page) for name, page in walks[-1].pages.items()}
    browser.close()
    sandbox.wait_for_documents(bookings + 1)
    calls = sandbox.calls() - before
    return {
        "bookings": bookings,
        "floor": {"page_seconds": floor, "round_trip_seconds": round_trip},
        "booking_seconds": statistics.median(walk.seconds for walk in walks),
        "confirm_seconds": statistics.median(walk.confirmed_seconds for walk in walks),
        "cliniko_calls": sum(calls.values()) / bookings,
        "cliniko_calls_by_route": {route: count / bookings for route, count in calls.most_common()},
        "pages": {
            name: {
                "seconds": statistics.median(walk.pages[name].seconds for walk in walks if name in walk.pages),
                **files[name],
            }
            for name in files
        },
    }


def warm_up(product: Product, sandbox: Sandbox) -> None:
    """One booking that is not counted: it fills the catalogue and imports what is imported late."""
    browser = Browser(product.base)
    walk(browser, product)
    browser.close()
    sandbox.wait_for_documents(1)


def walk(browser: Browser, product: Product) -> Walk:
    email = f"robin.{secrets.token_hex(4)}@example.com"
    return book(browser, product.base, category=CATEGORY, service=SERVICE, email=email)


def page_weight(browser: Browser, page: Page) -> dict[str, float]:
    """Kilobytes on the wire: the page alone, and with the scripts and styles it names, compressed as sent."""
    files = sum(browser.get(urljoin(page.address, name)).wire_bytes for name in sorted(page.parts.files))
    return {"kilobytes": page.wire_bytes / 1024, "kilobytes_cold": (page.wire_bytes + files) / 1024}


def floor_seconds() -> float:
    """The median of a page of a few lines from the same kind of server."""
    with floor_server() as base:
        browser = Browser(base)
        seconds = median_seconds(lambda: browser.get(f"{base}/"))
        browser.close()
        return seconds


@contextmanager
def floor_server() -> Iterator[str]:
    [port] = free_ports(1)
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--blocking-threads", "8", "--log-level", "warning", "bench.floor:create_app"], cwd=ROOT
    )
    try:
        while not answers(port, "/"):
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def median_seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(FLOOR_REQUESTS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
