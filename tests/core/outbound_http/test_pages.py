"""Reading somebody's page: briefly, little of it, and never one of our own surroundings."""

from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest

from booking_app.core.outbound_http import FetchedPage, OutboundHttp, PageUnreachable, fetch_page

SITE = "https://clinic.example"
Answer = Callable[[httpx.Request], httpx.Response]


def fetched(
    answer: Answer, url: str = SITE + "/", *, addresses: tuple[str, ...] = ("8.8.8.8",), allow_private: bool = False
) -> FetchedPage:
    outbound = OutboundHttp(
        httpx.MockTransport(answer), allow_private=allow_private, look_up=lambda _host, _port: addresses
    )
    ticks = count()
    return fetch_page(url, outbound=outbound, monotonic=lambda: float(next(ticks)))


def refusal(answer: Answer, url: str = SITE + "/", **more: object) -> str:
    with pytest.raises(PageUnreachable) as caught:
        fetched(answer, url, **more)  # type: ignore[arg-type]
    return str(caught.value)


def html(text: str) -> Answer:
    return lambda _request: httpx.Response(200, html=text)


def never(_request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing may be asked")


def test_a_page_comes_with_its_headers_and_its_address() -> None:
    page = fetched(lambda _request: httpx.Response(200, html="<h1>Café</h1>", headers={"X-Test": "1"}), SITE + "/a#b")
    assert (page.url, page.status, page.html, page.hops) == (SITE + "/a", 200, "<h1>Café</h1>", ())
    assert page.headers["x-test"] == "1"


def test_an_answer_of_refusal_is_a_page_too() -> None:
    assert fetched(lambda _request: httpx.Response(404, html="gone")).status == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1"])
def test_a_name_that_leads_inside_is_not_looked_at(address: str) -> None:
    assert "private network" in refusal(never, addresses=("8.8.8.8", address))


def test_a_redirect_that_leads_inside_is_not_followed() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["host"])
        return httpx.Response(302, headers={"Location": "http://inside.example/"})

    addresses = {"clinic.example": ["8.8.8.8"], "inside.example": ["127.0.0.1"]}
    outbound = OutboundHttp(
        httpx.MockTransport(answer), allow_private=False, look_up=lambda host, _port: addresses[host]
    )
    with pytest.raises(PageUnreachable, match="private network"):
        fetch_page(SITE, outbound=outbound, monotonic=lambda: 0.0)
    assert seen == ["clinic.example"]


@pytest.mark.parametrize(
    "url",
    ["", "clinic.example", "ftp://clinic.example/", "file:///etc/passwd", "https://", "https://a:b@clinic.example/",
     "https://clinic.example:99999/", "https://[::1", "javascript://x/"],
)  # fmt: skip
def test_only_addresses_of_pages_are_read(url: str) -> None:
    assert "no address of a page" in refusal(never, url)


def test_other_ports_than_those_of_the_web_are_left_alone() -> None:
    assert "usual ports" in refusal(never, "https://clinic.example:8443/")
    assert fetched(html("x"), "http://clinic.example:8443/", allow_private=True).html == "x"


def test_every_hop_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/":
            return httpx.Response(301, headers={"Location": "/de/"})
        if request.url.path == "/de/":
            return httpx.Response(302, headers={"Location": "https://www.clinic.example/book"})
        return httpx.Response(200, html="there")

    page = fetched(answer)
    assert page.url == "https://www.clinic.example/book"
    assert page.hops == (SITE + "/", SITE + "/de/")


def test_a_circle_comes_to_an_end() -> None:
    assert "without an end" in refusal(lambda _request: httpx.Response(302, headers={"Location": "/"}))


def test_a_page_without_an_end_is_cut_off() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    assert "3 MB" in refusal(lambda _request: httpx.Response(200, content=endless()))


def test_a_page_that_drips_is_given_up() -> None:
    def drops() -> Iterator[bytes]:
        while True:
            yield b"x"

    assert "15 seconds" in refusal(lambda _request: httpx.Response(200, content=drops()))


@pytest.mark.parametrize(
    ("error", "said"), [(httpx.ReadTimeout("x"), "15 seconds"), (httpx.ConnectError("x"), "cannot be reached")]
)
def test_a_server_that_does_not_answer_is_said(error: Exception, said: str) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    assert said in refusal(answer)
