"""What no browser would send, and what no vendor should answer: how does the product end each of them?

python -m bench.fuzz requests --count 20000                          # every route, as stranger, patient and owner
python -m bench.fuzz requests --count 20000 --database postgresql
python -m bench.fuzz answers --count 5000                            # mangled answers of Cliniko and of HubSpot

Prints how often each status came, every fault, and the memory before and after; exit status 1 when there is a fault.
"""

import argparse
import gc
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bench.postgres import running_postgres
from booking_sandbox.server import SandboxServer
from tests.fuzz.answers import mangled_run
from tests.fuzz.run import Report, fuzz
from tests.pages.console.desk import open_desk

SHARE = 1_000  # the memory is looked at each time so many have been sent
MEGABYTE = 1024 * 1024
SHOWN = 30


def memory() -> float:
    """Resident megabytes of this process, now."""
    gc.collect()
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(statm.read_text().split()[1]) * resource.getpagesize() / MEGABYTE


def main() -> int:
    options = _options()
    # What the product logs meanwhile is not what this is about; faults are told by the run itself.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as running:
        folder = Path(running.enter_context(TemporaryDirectory()))
        sandbox = running.enter_context(SandboxServer())
        more = {}
        if options.database == "postgresql":
            more["BOOKING_DATABASE_URL"] = running.enter_context(running_postgres()).url
        desk = open_desk(sandbox, folder, **more)
        run = fuzz if options.kind == "requests" else mangled_run
        total = _measured(lambda seed, count: run(desk, seed=seed, count=count), options)
        desk.services.close()
    return 1 if total.failures else 0


def _measured(run: Callable[[int, int], Report], options: argparse.Namespace) -> Report:
    """Run in shares, the first of which warms everything up; print what came of it."""
    total, weights, began = Report(), [], time.monotonic()
    for start in range(0, options.count, SHARE):
        report = run(options.seed + start, min(SHARE, options.count - start))
        total.statuses += report.statuses
        total.routes += report.routes
        total.failures += report.failures
        total.mangled += report.mangled
        weights.append(memory())
        for failure in report.failures[:SHOWN]:
            print(failure[:600], file=sys.stderr)
        print(f"{start + SHARE:>7} {weights[-1]:7.1f} MB  faults {len(total.failures)}", file=sys.stderr, flush=True)
    print(f"{sum(total.statuses.values())} {options.kind} in {time.monotonic() - began:.0f} s, seed {options.seed}")
    print(f"statuses: {dict(sorted(total.statuses.items()))}")
    print(f"kinds asked: {len({(rule, method) for rule, method, _ in total.routes})}")
    print(f"memory: {weights[0]:.1f} MB after the first {SHARE}, {weights[-1]:.1f} MB at the end")
    print(f"mangled answers: {total.mangled}")
    print(f"faults: {len(total.failures)}")
    for kind, times in Counter(failure.partition(" | ")[0] for failure in total.failures).most_common(SHOWN):
        print(f"  {times} x {kind}\n      {next(one for one in total.failures if one.startswith(kind))[:600]}")
    return total


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("requests", "answers"))
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
