"""Answers of a kilobyte that grow to gigabytes, from everybody whom the product reads, over real HTTP."""

import gzip
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http import PageUnreachable, fetch_page, open_outbound
from booking_app.core.outbound_http.bodies import read_body
from booking_app.core.outbound_http.transport import Call, Transport, open_http
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.outbound import open_outbound as open_webhook_outbound
from booking_app.crm.vendors.webhook.records import Message
from booking_app.pms.client import ClinikoClient, ClinikoError

SIZE = 300 * 1024 * 1024  # decoded; what arrives has about a thousandth of it
ALLOWED = 24 * 1024 * 1024  # of memory, whatever is sent
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def zeros(compress: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> bytes:
    step = bytes(1024 * 1024)
    return b"".join([*(compress(step) for _ in range(SIZE // len(step))), flush()])


def deflated(window: int) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, window)
    return zeros(stream.compress, stream.flush)


def brotlied() -> bytes:
    stream = brotli.Compressor(quality=1)
    return zeros(stream.process, stream.finish)


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """The same zeros by coding. The last stands for the chain that makes a kilobyte of gigabytes."""
    packed = deflated(31)
    return {
        "gzip": packed, "deflate": deflated(15), "deflate, raw": deflated(-15), "br": brotlied(),
        "gzip, gzip": gzip.compress(packed),
    }  # fmt: skip


CODINGS = ("gzip", "deflate", "deflate, raw", "br", "gzip, gzip")


class Server(ThreadingHTTPServer):
    """Answers everything with the same body in the same coding; without a length, as a stream would come."""

    body: bytes
    coding: str
    asked: int = 0


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", self.server.coding)
        self.end_headers()
        try:
            self.wfile.write(self.server.body)
        except OSError:
            return  # whoever asked has had enough

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(params=CODINGS)
def server(request: pytest.FixtureRequest, bombs: dict[str, bytes]) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.body, running.coding = bombs[request.param], request.param.removesuffix(", raw")
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@contextmanager
def little_memory() -> Iterator[None]:
    """The block may not have held more than it is allowed at any moment."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < ALLOWED, f"{peak / 1024 / 1024:.0f} MB"


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_a_website_page_is_not_looked_at(server: Server) -> None:
    outbound = open_outbound(allow_private=True)
    with little_memory(), pytest.raises(PageUnreachable):
        fetch_page(address(server), outbound=outbound, monotonic=lambda: 0.0)
    outbound.close()


@pytest.mark.parametrize(("method", "failure"), [("GET", Failure.TRANSIENT), ("POST", Failure.UNKNOWN_OUTCOME)])
def test_a_vendors_answer_is_one_that_cannot_be_used(server: Server, method: str, failure: Failure) -> None:
    with open_http() as http:
        transport = Transport(vendor="x", base_url=address(server), http=http, headers={}, monotonic=lambda: 0.0)
        with little_memory(), pytest.raises(RemoteFailure) as caught:
            transport.send(Call(method=method, route="/"))
    assert caught.value.failure is failure


def test_a_webhooks_receiver_has_taken_the_message_whatever_else_it_sends(server: Server) -> None:
    outbound = open_webhook_outbound(allow_private=True)
    webhook = Webhook.connect(
        url=address(server), secret="whsec_" + "c3ludGhldGljLXNlY3JldC1mb3ItdGVzdHM=", outbound=outbound,
        now=lambda: NOW, monotonic=lambda: 0.0,
    )  # fmt: skip
    with little_memory():
        webhook.deliver(Message("1", "connection.test", NOW, {}))
    assert server.asked == 1
    outbound.close()


def test_cliniko_s_answer_is_one_that_cannot_be_used(server: Server) -> None:
    client = ClinikoClient("key-au1", contact_email="desk@example.com", base_url=f"{address(server)}/v1")
    with little_memory(), pytest.raises(ClinikoError):
        client.user.get()
    with little_memory(), pytest.raises(ClinikoError):
        client.patients.create(first_name="Jo", last_name="Bloggs")
    client.close()


def test_what_fits_arrives_whole_in_every_coding_that_is_asked_for() -> None:
    text = b"<p>" + b"word " * 100_000
    raw = zlib.compressobj(6, zlib.DEFLATED, -15)
    for coding, body in {
        "gzip": gzip.compress(text), "x-gzip": gzip.compress(text), "deflate": zlib.compress(text),
        "identity": text, "": text,
    }.items():  # fmt: skip
        assert read_body(streamed(body, coding), most=len(text)) == text
    assert read_body(streamed(raw.compress(text) + raw.flush(), "deflate"), most=len(text)) == text
    with pytest.raises(httpx.DecodingError):
        read_body(streamed(gzip.compress(text), "gzip"), most=len(text) - 1)
    with pytest.raises(httpx.DecodingError):
        read_body(streamed(b"no gzip at all", "gzip"), most=100)


def test_a_body_without_end_is_left_where_it_has_too_much() -> None:
    read = [0]

    def endless() -> Iterator[bytes]:
        while True:
            read[0] += 1
            yield bytes(1024)

    with pytest.raises(httpx.DecodingError):
        read_body(httpx.Response(200, content=endless(), request=ASKED), most=100_000)
    assert read[0] < 100


ASKED = httpx.Request("GET", "https://x.test/")


def streamed(body: bytes, coding: str) -> httpx.Response:
    """A response whose body comes in pieces, as from a network."""
    pieces = (body[start : start + 1000] for start in range(0, len(body), 1000))
    headers = {"Content-Encoding": coding} if coding else {}
    return httpx.Response(200, headers=headers, content=pieces, request=ASKED)
