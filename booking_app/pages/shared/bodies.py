"""What visitors send is read before anything else is done: never by more than half of the threads, never for long.

The server hands a thread the request as soon as its headers are there, so that whoever sends a body slowly keeps that
thread. A proxy that reads bodies to their end first makes all of this idle. Behind one that passes them on as they come
a thread of its own reads each body, so that the web thread is free again when the time is over.
"""

import os
import socket
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

import structlog
from flask import Flask

from booking_app.core.clock import Clock
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.network import networks, read_address

SECONDS = 30.0  # for a whole body; a phone on a poor line sends a signature of 100 kB in ten
LOOK_SECONDS = 1.0
WAITED = "booking.body_seconds"  # how long the body let us wait, in the environ
OPEN_FILES = ("/proc/self/fd", "/dev/fd")
MOST_LEFT = 64  # readers that still wait for bodies nobody waits for any more: cheap threads, until the proxy hangs up
TOO_SLOW = b"Sending took too long, so nothing was saved. Please go back and send the form again."
REFUSAL = b"The server is busy. Please go back and send the form again in a minute."

log = structlog.get_logger("booking_app.pages.shared")


def register(app: Flask, *, largest: int) -> None:
    """Read bodies of up to `largest` bytes ahead; a larger one is refused by its length alone."""
    threads = int(os.environ.get("BOOKING_WEB_THREADS", "8"))
    with app.app_context():
        settings, clock = use_cases().settings, use_cases().clock
    slots = Slots(clock, most=max(threads // 2, 1), is_direct=settings.trusted_proxies == 0)
    app.wsgi_app = ReadAhead(app.wsgi_app, slots, clock, largest)  # type: ignore[method-assign]


class Slots:
    """Places for bodies that are being read: half of them at most for one network.

    A body that takes too long is cut off by closing every connection of its sender; where a proxy stands in between
    that would hit others, so there its reader is left behind (`is_direct` says which).
    """

    def __init__(self, clock: Clock, *, most: int, is_direct: bool) -> None:
        self._clock = clock
        self._most = most
        self._most_of_one = max(most // 2, 1)
        self.is_direct = is_direct
        self._lock = threading.Lock()
        self._reading: dict[int, tuple[str, str, float]] = {}  # by thread: network, peer, since when
        self._pause = threading.Event()  # never set
        self._watch: threading.Thread | None = None

    @contextmanager
    def taken(self, network: str, peer: str) -> Iterator[bool]:
        """Whether there is a place for one more body, held meanwhile."""
        me = threading.get_ident()
        with self._lock:
            of_one = Counter(one for one, _, _ in self._reading.values())[network]
            has_place = len(self._reading) < self._most and of_one < self._most_of_one
            if has_place:
                self._reading[me] = (network, peer, self._clock.monotonic())
                self._start_watch()
        try:
            yield has_place
        finally:
            with self._lock:
                self._reading.pop(me, None) if has_place else None

    def _start_watch(self) -> None:
        if self.is_direct and (self._watch is None or not self._watch.is_alive()):
            self._watch = threading.Thread(target=self._cut_off_slow, name="slow-bodies", daemon=True)
            self._watch.start()

    def _cut_off_slow(self) -> None:
        """As long as anything is being read: close the connections of those who take too long."""
        while True:
            self._pause.wait(LOOK_SECONDS)
            with self._lock:
                if not self._reading:
                    self._watch = None
                    return
                since = self._clock.monotonic() - SECONDS
                slow = {peer for _, peer, began in self._reading.values() if began < since}
            for peer in slow:
                log.warning("slow_body_cut_off", connections=close_connections(peer))


class ReadAhead:
    """Replaces the body by one that is in memory; answers 503 where there is no place to read it."""

    def __init__(self, app: Any, slots: Slots, clock: Clock, largest: int) -> None:
        self._app = app
        self._slots = slots
        self._clock = clock
        self._largest = largest
        self._lock = threading.Lock()
        self._left = 0  # readers at work, the ones nobody waits for among them

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not (_length(environ) or "HTTP_TRANSFER_ENCODING" in environ):
            return self._pass_on(environ, start_response)
        if _length(environ) > self._largest:
            environ["wsgi.input"] = BytesIO()  # the length is enough to be refused by
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            return self._pass_on(environ, start_response)
        peer = str(environ.get("REMOTE_ADDR", ""))
        with self._slots.taken(_network(peer), peer) as has_place:
            body = self._read(environ) if has_place else None
        if body is not None:
            return self._pass_on(environ, start_response)
        status, said = ("408 Request Timeout", TOO_SLOW) if has_place else ("503 Service Unavailable", REFUSAL)
        start_response(
            status, [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "30"), ("Connection", "close")]
        )
        return [said]

    def _read(self, environ: dict[str, Any]) -> bytes | None:
        """Put the body into memory; None where it did not come in time."""
        began = self._clock.monotonic()
        size = min(_length(environ) or self._largest + 1, self._largest + 1)
        read = environ["wsgi.input"].read
        body = read(size) if self._slots.is_direct else self._read_in_time(lambda: bytes(read(size)))
        if body is None:
            log.warning("slow_body_left", readers=self._left)
            return None
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ[WAITED] = self._clock.monotonic() - began
        return bytes(body)

    def _read_in_time(self, read: Callable[[], bytes]) -> bytes | None:
        """What a thread of its own has read within SECONDS. Where too many were left already it is read right here."""
        with self._lock:
            is_crowded = self._left >= MOST_LEFT
            self._left += not is_crowded
        if is_crowded:
            return read()
        found: Future[bytes] = Future()

        def work() -> None:
            try:
                found.set_result(read())
            except BaseException as error:  # noqa: BLE001 - it is the waiting thread's to tell
                found.set_exception(error)
            finally:
                with self._lock:
                    self._left -= 1

        threading.Thread(target=work, name="body", daemon=True).start()
        try:
            return found.result(SECONDS)
        except FutureTimeout:
            return None

    def _pass_on(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def close_connections(peer: str) -> int:
    """Close every connection that this process has with the address; how many there were."""
    folder = next((one for one in OPEN_FILES if os.path.isdir(one)), None)
    closed = 0
    for name in os.listdir(folder) if folder else ():
        with suppress(OSError):  # it was closed meanwhile, or is a socket of another kind
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                closed += _close_if_of(peer, os.dup(int(name)))
    return closed


def _close_if_of(peer: str, descriptor: int) -> bool:
    with socket.socket(fileno=descriptor) as connection:
        if connection.family not in (socket.AF_INET, socket.AF_INET6):
            return False
        is_it = read_address(str(connection.getpeername()[0])) == read_address(peer)
        if is_it:
            connection.shutdown(socket.SHUT_RDWR)
        return is_it


def _length(environ: dict[str, Any]) -> int:
    text = str(environ.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _network(peer: str) -> str:
    address = read_address(peer)
    return peer if address is None else networks(address)[0]
