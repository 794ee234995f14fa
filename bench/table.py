"""`make bench`: the table of `docs/performance.md`, filled on this machine.

Every figure that depends on the machine is a ratio to something trivial measured in the same run, or a number of bytes,
calls or CPU seconds. Each is taken three times and the median stands in the table; all of them are kept beside it, in
`docs/performance.json`. With `--quick` once, and fewer bookings, which takes less than three minutes.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import document
from bench.booking import CATEGORY, ROOT, SERVICE, Sandbox, floor_server, walk, warm_up
from bench.browser import Browser
from bench.pressure import requests_a_second
from bench.processes import start_of_a_process, used_by
from bench.walk import up_to_confirming
from bench.weights import kilobytes_loaded
from tests.journey.product import Product, running_product

RESULT, REPORT = ROOT / "docs" / "performance.json", ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures of `make bench` -->", "<!-- end of the figures -->"
AT_ONCE = 16
FRAGMENT = "HX-Request: true"


@dataclass(frozen=True)
class Row:
    """One line of the table. `before` is of November 2026; a figure is met where it is on the goal's side."""

    name: str
    what: str
    before: str
    goal: float
    unit: str
    is_floor: bool = False  # the goal is the least, not the most

    def is_met(self, now: float) -> bool:
        return now >= self.goal if self.is_floor else now <= self.goal


ROWS = (
    Row("first_cached", "first booking page from the page cache", "0.06", 1.0, "× trivial", is_floor=True),
    Row("first_marks", "the same with this visitor's marks in its links", "0.06", 0.4, "× trivial", is_floor=True),
    Row("first_rendered", "first booking page, rendered", "0.06", 0.4, "× trivial", is_floor=True),
    Row("times_cached", "page of times from the cache", "0.02", 0.3, "× trivial", is_floor=True),
    Row("times_fragment", "fragment of times from the cache", "–", 0.5, "× trivial", is_floor=True),
    Row("first_bytes", "first page with all it loads", "44.9", 42.0, "kB"),
    Row("journey_bytes", "whole journey", "100.7", 75.0, "kB"),
    Row("start_cpu", "start of a process, CPU", "2.7–3.0", 1.2, "s"),
    Row("start_memory", "start of a process, memory", "126", 90.0, "MB"),
    Row("web_cpu", "a booking, CPU of the web process", "330", 70.0, "ms"),
    Row("worker_cpu", "a booking, CPU of the worker with the PDF", "1,600", 610.0, "ms"),
    Row("calls", "Cliniko calls of a booking, browsing and all", "13", 11.0, "calls"),
    Row("pdf", "CPU of a signed document, warm", "1.38", 0.5, "s"),
    Row("waited_most", f"{AT_ONCE} patients confirm at once: longest wait", "31", 4.0, "s"),
    Row("waited_usual", f"{AT_ONCE} patients confirm at once: median wait", "4.5–11.6", 1.5, "s"),
    Row("web_memory", "memory of the web process after all this", "199", 150.0, "MB"),
    Row("worker_memory", "memory of the worker after all this", "339", 200.0, "MB"),
)


@dataclass
class Measured:
    """Every value taken, by the name of its row."""

    raw: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.raw.setdefault(name, []).append(value)

    def now(self, name: str) -> float | None:
        return statistics.median(self.raw[name]) if self.raw.get(name) else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="once instead of three times, with fewer bookings")
    parser.add_argument("--dry", action="store_true", help="print the table and change no file")
    given = parser.parse_args()
    measured = Measured()
    times = 1 if given.quick else 3
    with TemporaryDirectory() as folder, running_product(Path(folder)) as product, floor_server() as trivial:
        warm_up(product, Sandbox(product.control))
        for _ in range(times):
            _tell("pages")
            measure_pages(measured, product, trivial, seconds=1.0 if given.quick else 3.0)
            _tell("bookings")
            measure_bookings(measured, product, bookings=3 if given.quick else 10)
            _tell("starting")
            measure_start(measured, product)
        _tell(f"{AT_ONCE} patients at once")
        measure_crowd(measured, product)
        measure_memory(measured, product)
    _tell("documents")
    for _ in range(times):
        measured.add("pdf", document.measure(2 if given.quick else 5)["seconds"])
    sys.stdout.write("\n".join(table(measured)) + "\n")
    if not given.dry:
        keep(measured)


def measure_pages(measured: Measured, product: Product, trivial: str, *, seconds: float) -> None:
    """Requests a second as ratios to the trivial page, which is asked before and after each."""
    browser = Browser(product.base)
    times = browser.follow(browser.follow(browser.get(f"{product.base}/b/demo"), CATEGORY), SERVICE).address
    browser.close()
    asked = {
        "first_cached": (f"{product.base}/b/demo", ""),
        "first_marks": (f"{product.base}/b/demo?utm_source=bench", ""),
        "first_rendered": (f"{product.base}/b/demo?bench=1", ""),  # what the cache does not know goes past it
        "times_cached": (times, ""),
        "times_fragment": (times, FRAGMENT),
    }
    before = requests_a_second(f"{trivial}/", seconds=seconds)
    for name, (address, header) in asked.items():
        found = requests_a_second(address, seconds=seconds, header=header)
        after = requests_a_second(f"{trivial}/", seconds=seconds)
        measured.add(name, found / ((before + after) / 2))
        before = after


def measure_bookings(measured: Measured, product: Product, *, bookings: int) -> None:
    """CPU and calls of bookings made one after the other; each waits for its documents."""
    sandbox, folder = Sandbox(product.control), Path(product.environment["BOOKING_DATA_DIR"])
    done = sum(bool(file["processed_at"]) for file in sandbox.state()["attachments"])
    calls, used = sandbox.calls(), {word: used_by(folder, word) for word in ("serve", "worker")}
    browser = Browser(product.base)
    for _ in range(bookings):
        walk(browser, product)
    sandbox.wait_for_documents(done + bookings)
    for word, name in (("serve", "web_cpu"), ("worker", "worker_cpu")):
        before, after = used[word], used_by(folder, word)
        if before and after:
            measured.add(name, (after.cpu_seconds - before.cpu_seconds) / bookings * 1000)
    measured.add("calls", sum((sandbox.calls() - calls).values()) / bookings)
    browser.close()
    for name, kilobytes in kilobytes_loaded(f"{product.base}/b/demo").items():
        measured.add(name, kilobytes)


def measure_start(measured: Measured, product: Product) -> None:
    used = start_of_a_process(product.environment, ROOT)
    measured.add("start_cpu", used.cpu_seconds)
    measured.add("start_memory", used.megabytes)


def measure_crowd(measured: Measured, product: Product) -> None:
    """Everybody fills in first; then all press the button at the same moment."""
    waiting = threading.Barrier(AT_ONCE)
    waits: list[float] = []
    patients = [up_to_confirming(Browser(product.base), product.base, CATEGORY, SERVICE) for _ in range(AT_ONCE)]

    def confirm(press: Callable[[], float]) -> None:
        waiting.wait()
        waits.append(press())

    threads = [threading.Thread(target=confirm, args=(press,)) for press in patients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(waits) < AT_ONCE:
        _tell(f"only {len(waits)} of {AT_ONCE} patients were told that they are booked: no figure")
        return
    measured.add("waited_most", max(waits))
    measured.add("waited_usual", statistics.median(waits))


def measure_memory(measured: Measured, product: Product) -> None:
    folder = Path(product.environment["BOOKING_DATA_DIR"])
    for word, name in (("serve", "web_memory"), ("worker", "worker_memory")):
        if used := used_by(folder, word):
            measured.add(name, used.megabytes)


def table(measured: Measured) -> Iterator[str]:
    """The lines of the table in Markdown."""
    yield "| what | before | goal | now | |"
    yield "|---|---|---|---|---|"
    for row in ROWS:
        now = measured.now(row.name)
        said = "not measured here" if now is None else f"**{_number(now)}** {row.unit}"
        met = "" if now is None else "met" if row.is_met(now) else "missed"
        sign = "≥" if row.is_floor else "≤"
        yield f"| {row.what} | {row.before} | {sign} {_number(row.goal)} {row.unit} | {said} | {met} |"


def keep(measured: Measured) -> None:
    """Write the raw numbers, and the table between its marks in the report."""
    machine = {
        "day": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    RESULT.write_text(json.dumps({"machine": machine, "values": measured.raw}, indent=1) + "\n")
    text = REPORT.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    said = f"Measured on {machine['day']} with {machine['cores']} cores and Python {machine['python']}."
    REPORT.write_text("\n".join([before + BEGIN, said, "", *table(measured), "", END + after]))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _tell(step: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {step}\n")


if __name__ == "__main__":
    main()
