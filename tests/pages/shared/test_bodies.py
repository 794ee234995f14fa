"""Bodies that come slowly: they keep half of the threads at most, and the real server answers others meanwhile."""

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from booking_app.core.clock import SystemClock
from booking_app.pages.shared import bodies
from booking_app.pages.shared.bodies import ReadAhead, Slots, close_connections
from tests.conftest import ROOT
from tests.journey.product import command, free_ports
from tests.pages.widget.fakes import fake_app, fake_front
from tests.pages.widget.journey import TIMES

SLOW = b"POST /b/demo/times HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\ntoken="
START_SECONDS = 120.0


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The product's real web server with eight threads; gives its port once it answers."""
    (port,) = free_ports(1)
    environment = {**os.environ, "BOOKING_DATA_DIR": str(folder / "data")}
    server = subprocess.Popen(command("serve", "--port", str(port), "--threads", "8"), env=environment, cwd=ROOT)
    try:
        until = time.monotonic() + START_SECONDS
        while not is_alive(port):
            assert server.poll() is None and time.monotonic() < until
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def is_alive(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def test_the_server_answers_others_while_sixteen_send_slowly(tmp_path: Path) -> None:
    with serving(tmp_path) as port, ExitStack() as held:
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(16)]
        for connection in slow:
            connection.sendall(SLOW)
        assert all(is_alive(port) for _ in range(20))
        for connection in slow:
            connection.setblocking(False)
        waiting = [connection for connection in slow if not has_answer(connection)]
        assert 1 <= len(waiting) <= 2, "half of one half of eight threads for one address; the others were refused"


def has_answer(connection: socket.socket) -> bool:
    try:
        return b" 503 " in connection.recv(200)
    except BlockingIOError:
        return False


def slots(most: int = 4) -> Slots:
    return Slots(SystemClock(), most=most, is_direct=False)


def test_places_are_shared_between_networks_and_given_back() -> None:
    places, told = slots(), list[bool]()
    leave, all_in = threading.Event(), threading.Barrier(6)

    def send(network: str) -> None:
        with places.taken(network, "192.0.2.1") as has_place:
            told.append(has_place)
            all_in.wait()
            leave.wait()

    senders = [threading.Thread(target=send, args=(name,)) for name in ("a", "a", "a", "b", "b")]
    for sender in senders:
        sender.start()
    all_in.wait()
    with places.taken("c", "192.0.2.3") as has_place:
        assert not has_place, "all four are taken"
    leave.set()
    for sender in senders:
        sender.join()
    assert sorted(told) == [False, True, True, True, True]
    with places.taken("a", "192.0.2.1") as has_place:
        assert has_place


def answered(headers: dict[str, str], body: bytes) -> tuple[list[bytes], int]:
    """What an application behind ReadAhead gets to read, and how much was taken from the connection."""
    source, got = BytesIO(body), list[bytes]()

    def app(environ: dict[str, object], _start: object) -> list[bytes]:
        got.append(environ["wsgi.input"].read())  # type: ignore[attr-defined]
        return []

    list(ReadAhead(app, slots(), SystemClock(), 100)({"wsgi.input": source, **headers}, lambda *_: None))
    return got, source.tell()


@pytest.mark.parametrize(
    ("headers", "body", "read"),
    [
        ({"CONTENT_LENGTH": "5"}, b"hello", b"hello"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, b"hello", b"hello"),
        ({}, b"", b""),
        ({"CONTENT_LENGTH": "nonsense"}, b"hello", b"hello"),
    ],
)
def test_a_body_is_read_to_its_end(headers: dict[str, str], body: bytes, read: bytes) -> None:
    assert answered(headers, body)[0] == [read]


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    assert answered({"CONTENT_LENGTH": "101"}, b"x" * 101) == ([b""], 0)


def test_a_body_that_does_not_say_how_large_it_is_is_read_to_the_limit_and_no_further() -> None:
    got, taken = answered({"HTTP_TRANSFER_ENCODING": "chunked"}, b"x" * 1000)
    assert (len(got[0]), taken) == (101, 101)


def test_too_large_a_body_without_a_length_is_refused_in_words() -> None:
    app = fake_app(fake_front())
    huge = BytesIO(b"x" * (9 * 1024 * 1024))
    answer = app.test_client().post(
        TIMES, input_stream=huge, headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert answer.status_code == 413


def test_a_slow_sender_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.0)
    monkeypatch.setattr(bodies, "LOOK_SECONDS", 0.01)
    cut = threading.Event()
    told: list[str] = []
    close: Callable[[str], int] = lambda peer: (told.append(peer), cut.set(), 1)[2]  # noqa: E731
    monkeypatch.setattr(bodies, "close_connections", close)
    with Slots(SystemClock(), most=4, is_direct=True).taken("n", "192.0.2.1"):
        assert cut.wait(30)
    assert set(told) == {"192.0.2.1"}


class Dripping:
    """A body that never comes to its end while `over` is not set."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def read(self, _size: int) -> bytes:
        self.over.wait()
        return b"late"


def sent_slowly(behind: ReadAhead, body: object) -> tuple[str, bytes]:
    """What the sender of a body is answered."""
    told: list[str] = []
    environ = {"wsgi.input": body, "CONTENT_LENGTH": "9", "REMOTE_ADDR": "192.0.2.1"}
    answer = behind(environ, lambda status, _headers: told.append(status))
    return told[0], b"".join(answer)


def behind_a_proxy(places: Slots) -> ReadAhead:
    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    return ReadAhead(app, places, SystemClock(), 100)


def test_behind_a_proxy_that_streams_a_slow_body_frees_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.0)
    slow, behind = Dripping(), behind_a_proxy(places := slots(most=2))
    status, said = sent_slowly(behind, slow)
    assert (status, said) == ("408 Request Timeout", bodies.TOO_SLOW)
    with places.taken("n", "192.0.2.1") as has_place:
        assert has_place, "its place was given back"
    slow.over.set()


def test_a_body_in_time_is_read_whole_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", START_SECONDS)
    assert sent_slowly(behind_a_proxy(slots()), BytesIO(b"whole")) == ("200 OK", b"whole")


def test_readers_left_behind_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.0)
    monkeypatch.setattr(bodies, "MOST_LEFT", 1)
    slow, behind = Dripping(), behind_a_proxy(slots())
    assert sent_slowly(behind, slow)[0] == "408 Request Timeout"
    assert sent_slowly(behind, BytesIO(b"whole")) == ("200 OK", b"whole"), "the second is read by the web thread itself"
    slow.over.set()


def test_a_body_that_breaks_off_is_told_as_without_a_proxy() -> None:
    class Broken:
        def read(self, _size: int) -> bytes:
            raise OSError("the connection is gone")

    with pytest.raises(OSError, match="gone"):
        sent_slowly(behind_a_proxy(slots()), Broken())


def test_cutting_off_ends_the_reading_and_leaves_others_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_server(("127.0.0.2", 0)) as elsewhere:
        sender = socket.create_connection(listening.getsockname(), source_address=("127.0.0.3", 0))
        other = socket.create_connection(elsewhere.getsockname(), source_address=("127.0.0.4", 0))
        (received, _), (kept, _) = listening.accept(), elsewhere.accept()
        with sender, other, received, kept:
            assert close_connections("127.0.0.3") == 1
            assert received.recv(10) == b""
            other.sendall(b"still here")
            assert kept.recv(10) == b"still here"
