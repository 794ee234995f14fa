"""What a patient notices when others cause trouble: the ratio of page times with the trouble to those without it.

python -m bench.neighbours [--rounds 40]

Starts sandbox, web server (8 threads) and worker with two clinics, behind a declared proxy, so that visitors have
addresses. A patient of clinic 2 looks at pages, quietly first, then while clinic 1's Cliniko does not answer and 8
visitors wait for it, while one address asks as fast as it can over 4 connections, and while 16 connections send a body
slowly; each between two quiet measurements, so that the machine's own moods fall on both sides. Exit status 1 when a
median takes more than twice its usual time.
"""

import argparse
import http.client
import itertools
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.estate import build_estate, own_ids
from bench.fleet import Fleet

SERVICE, LOCATION = "1100001000087112800", "1100001000023758136"  # of the shipped clinic
PATIENT, HOSTILE = "203.0.113.9", "198.51.100.66"
STALLED, HOSTILE_CONNECTIONS, SLOW_BODIES = 8, 4, 16
STALL_SECONDS = 8.0
TWICE = 2.0
SETTLING = 2.0
SLOW = (
    b"POST /b/clinic2/times HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: %s\r\nX-Forwarded-Proto: http\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\ntoken="
)


class BehindProxy(Fleet):
    """A fleet whose visitors say who they are in X-Forwarded-For."""

    def _environment(self, smtp_port: int, port: int) -> dict[str, str]:
        return super()._environment(smtp_port, port) | {"BOOKING_TRUSTED_PROXIES": "1"}


@dataclass(frozen=True)
class Page:
    name: str
    path: Callable[[], str]


def week(clinic: int, ahead: int) -> str:
    first = datetime.now(UTC).date() + timedelta(weeks=ahead)
    ids = f"service={own_ids(SERVICE, clinic)}&location={own_ids(LOCATION, clinic)}"
    return f"/b/clinic{clinic}/times?{ids}&practitioner=any&from={first}"


def pages() -> list[Page]:
    """What the patient looks at: kept pages, one made for every visitor, and one that only Cliniko can fill."""
    ahead = itertools.cycle(range(2, 8))
    return [
        Page("first page", lambda: "/b/clinic2"),
        Page("times", lambda: week(2, 1)),
        Page("times, attributed", lambda: f"{week(2, 1)}&utm_source=news"),
        Page("times of other weeks", lambda: week(2, next(ahead))),
    ]


class Visitor:
    """One connection that is kept, from one address."""

    def __init__(self, port: int, address: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "http"}

    def get(self, path: str) -> tuple[int, float]:
        """The status, and the milliseconds until the whole page was there."""
        began = time.perf_counter()
        try:
            self._connection.request("GET", path, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, (time.perf_counter() - began) * 1000
        return answer.status, (time.perf_counter() - began) * 1000


def measure(visitor: Visitor, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every page that was answered 200 or from what is known; a refusal fails the run."""
    taken: dict[str, list[float]] = {page.name: [] for page in pages()}
    looked = pages()
    for _ in range(rounds):
        for page in looked:
            status, took = visitor.get(page.path())
            if status != 200:
                raise SystemExit(f"{page.name}: the patient was answered {status}")
            taken[page.name].append(took)
            time.sleep(0.02)  # a patient reads
    return taken


@contextmanager
def going_on(work: Callable[[int], None], port: int) -> Iterator[None]:
    """Others cause trouble in a process of their own, so that only the product is shared with the patient."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=(port,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def together(count: int, work: Callable[[int], None]) -> None:
    """So many threads do `work(number)` again and again until the process ends."""

    def loop(number: int) -> None:
        while True:
            work(number)

    for number in range(count):
        threading.Thread(target=loop, args=(number,), daemon=True).start()
    threading.Event().wait()


def wait_for_a_stalled_clinic(port: int) -> None:
    """Visitors of clinic 1 look at times nobody has read yet, are told, read that, and try again."""
    waiting = [Visitor(port, f"192.0.2.{number + 1}") for number in range(STALLED)]
    ahead = itertools.count(1)

    def look(number: int) -> None:
        waiting[number].get(week(1, next(ahead) % 8))
        time.sleep(1)

    together(STALLED, look)


def ask_without_end(port: int) -> None:
    """One address asks for weeks of the patient's clinic, as fast as it is answered."""
    senders = [Visitor(port, HOSTILE) for _ in range(HOSTILE_CONNECTIONS)]
    ahead = itertools.count(1)

    def ask(number: int) -> None:
        senders[number].get(f"{week(2, next(ahead) % 9)}&utm_source={next(ahead)}")

    together(HOSTILE_CONNECTIONS, ask)


def send_slowly(port: int) -> None:
    """Sixteen connections from sixteen addresses send a byte of a form now and then, and come back when refused."""
    held: dict[int, socket.socket] = {}

    def drip(number: int) -> None:
        try:
            if number not in held:
                held[number] = socket.create_connection(("127.0.0.1", port))
                held[number].sendall(SLOW % f"192.0.2.{number + 100}".encode())
                held[number].settimeout(0.2)
            held[number].sendall(b"x")
            with suppress(TimeoutError):
                held[number].recv(1000)
                raise ConnectionError("it was answered")
        except OSError:
            held.pop(number).close()
            time.sleep(0.2)

    together(SLOW_BODIES, drip)


@contextmanager
def stalled_clinic(fleet: Fleet, port: int) -> Iterator[None]:
    """Clinic 1's Cliniko takes 8 s for everything."""
    stall = {"kind": "delay", "seconds": STALL_SECONDS}
    fleet.switch("/control/faults", {"match": {"account": "clinic1", "path": "/v1/"}, "fault": stall, "times": None})
    try:
        with going_on(wait_for_a_stalled_clinic, port):
            yield
    finally:
        fleet.switch("/control/faults", method="DELETE")


@contextmanager
def hostile_address(_fleet: Fleet, port: int) -> Iterator[None]:
    with going_on(ask_without_end, port):
        yield


@contextmanager
def slow_bodies(_fleet: Fleet, port: int) -> Iterator[None]:
    with going_on(send_slowly, port):
        yield


TROUBLES = {"one clinic stalled": stalled_clinic, "one address hostile": hostile_address, "16 slow bodies": slow_bodies}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    worst = 0.0
    with ExitStack() as running:
        folder = Path(running.enter_context(TemporaryDirectory()))
        estate = build_estate(folder, 2)
        (folder / "data").mkdir()
        fleet = BehindProxy(folder, estate, f"sqlite:///{folder / 'data' / 'booking.sqlite3'}", webs=1, workers=1)
        running.callback(fleet.close)
        fleet.open()
        (port,) = fleet.ports
        patient = Visitor(port, PATIENT)
        measure(patient, 3)  # which warms everything up
        for name, trouble in TROUBLES.items():
            before = measure(patient, rounds)
            with trouble(fleet, port):
                time.sleep(SETTLING)
                during = measure(patient, rounds)
            time.sleep(SETTLING)
            after = measure(patient, rounds)
            worst = max(worst, _told(name, before, during, after))
    return 1 if worst > TWICE else 0


def _told(
    trouble: str, before: dict[str, list[float]], during: dict[str, list[float]], after: dict[str, list[float]]
) -> float:
    """Print the medians and their ratios; gives the largest ratio."""
    worst = 0.0
    for page, taken in during.items():
        usual, now = statistics.median([*before[page], *after[page]]), statistics.median(taken)
        slowest = sorted(taken)[int(len(taken) * 0.95)]
        worst = max(worst, now / usual)
        print(
            f"{trouble:<20} {page:<22} usual {usual:6.1f} ms, now {now:6.1f} ms ({now / usual:4.2f} times), "
            f"one in twenty {slowest:6.1f} ms",
            flush=True,
        )
    return worst


if __name__ == "__main__":
    sys.exit(main())
