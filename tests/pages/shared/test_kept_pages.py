"""The page cache by itself: in front of an application that counts how often it was asked."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import brotli
import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from booking_app.bookings.shown import ShownClinic
from booking_app.core.clock import FixedClock
from booking_app.pages.shared.kept_pages import NOTE, KeptPage, PageCache
from tests.pages.widget.fakes import NOW, sample_clinic

DAY = timedelta(days=1)


@dataclass
class Behind:
    """The application behind the cache, who knows the clinic, and who counts."""

    asked: int = 0
    body: str = "page"
    status: str = "200 OK"
    revision: str = "first"
    page: KeptPage | None = field(default_factory=lambda: KeptPage("category", NOW + DAY))
    counted: list[tuple[int, str, str]] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        if self.page is not None:
            environ[NOTE] = (self.page, "/b/<slug>")
        headers = [("Content-Type", "text/html"), ("Content-Security-Policy", "default-src 'none'")]
        if self.status.startswith("303"):
            headers.append(("Location", f"/b/demo/times?{environ['QUERY_STRING']}"))
        start_response(self.status, headers)
        link = f'<a href="/b/demo/services?{environ["QUERY_STRING"]}&amp;category=1">'
        return [f"{self.body} {self.asked} {environ.get('HTTP_HX_REQUEST', '')} {link}".encode()]

    def shown(self, slug: str) -> ShownClinic | None:
        return ShownClinic(sample_clinic(), None, "account", self.revision) if slug == "demo" else None

    def count(self, clinic_id: int, time_zone: str, step: str) -> None:
        self.counted.append((clinic_id, time_zone, step))


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def client(behind: Behind, clock: FixedClock) -> Client:
    return Client(PageCache(behind, shows=behind, counts=behind, clock=clock))


def test_a_page_is_sent_again_with_the_headers_it_had(client: Client, behind: Behind) -> None:
    first, again = client.get("/b/demo"), client.get("/b/demo")
    assert behind.asked == 1
    assert first.data == again.data
    assert dict(first.headers) == dict(again.headers)
    assert again.headers["Content-Security-Policy"] == "default-src 'none'"
    assert again.headers["Vary"] == "HX-Request, Accept-Encoding"


def test_a_page_sent_again_is_counted_and_so_is_one_that_has_not_changed(client: Client, behind: Behind) -> None:
    etag = client.get("/b/demo").headers["ETag"]
    assert behind.counted == []  # the view itself counts what it shows
    client.get("/b/demo")
    unchanged = client.get("/b/demo", headers={"If-None-Match": etag})
    assert unchanged.status_code == 304
    assert unchanged.data == b""
    assert unchanged.headers["Content-Security-Policy"] == "default-src 'none'"
    assert behind.counted == [(1, "Australia/Adelaide", "category")] * 2


def test_who_has_another_page_is_sent_this_one(client: Client, behind: Behind) -> None:
    etag = client.get("/b/demo").headers["ETag"]
    behind.revision = "second"
    assert client.get("/b/demo", headers={"If-None-Match": etag}).status_code == 200
    assert behind.asked == 2


@pytest.mark.parametrize(
    ("accepted", "coding", "plain"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_each_browser_is_sent_what_it_can_read(
    client: Client, behind: Behind, accepted: str, coding: str | None, plain: Callable[[bytes], bytes]
) -> None:
    behind.body = "page " * 400
    client.get("/b/demo")
    answer = client.get("/b/demo", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert plain(answer.data) == client.get("/b/demo").data
    assert behind.asked == 1


def test_a_fragment_and_a_page_are_two(client: Client, behind: Behind) -> None:
    assert client.get("/b/demo", headers={"HX-Request": "true"}).data != client.get("/b/demo").data
    restored = client.get("/b/demo", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert restored.data == client.get("/b/demo").data
    assert behind.asked == 2


@pytest.mark.parametrize(
    "address",
    [
        "/b/demo?preview=5f.abc",
        "/b/demo?month=2026-12",
        "/b/demo/d/token/",
        "/b/demo/times?lost=1",
        "/b/demo?category=" + "x" * 700,
    ],
)
def test_what_is_somebodys_own_goes_past_it(client: Client, behind: Behind, address: str) -> None:
    client.get(address)
    client.get(address)
    assert behind.asked == 2


def test_click_ids_and_the_order_of_parameters_make_no_other_page(client: Client, behind: Behind) -> None:
    client.get("/b/demo/services?category=a&location=b")
    client.get("/b/demo/services?location=b&category=a&fbclid=1&gclid=2")
    assert behind.asked == 1
    client.get("/b/demo/services?category=other&location=b")
    assert behind.asked == 2


def test_each_visitors_marks_are_in_the_links_of_the_one_page(client: Client, behind: Behind) -> None:
    pages = {
        name: client.get(f"/b/demo?utm_source={name}&utm_medium=a+%26+b&fbclid=7").text
        for name in ("letter", "%22%3E%3Cscript%3E")
    }
    assert behind.asked == 1
    assert "services?utm_source=letter&amp;utm_medium=a+%26+b&amp;category=1" in pages["letter"]
    assert "services?utm_source=%22%3E%3Cscript%3E&amp;utm_medium" in pages["%22%3E%3Cscript%3E"]
    assert not any("utm_kept" in page for page in (*pages.values(), client.get("/b/demo").text))
    assert behind.asked == 2


def test_marks_that_are_not_kept_make_no_page_of_their_own(client: Client, behind: Behind) -> None:
    client.get("/b/demo")
    assert "utm" not in client.get("/b/demo?utm_source=pat@example.com").text
    assert behind.asked == 1


def test_a_page_with_other_marks_is_another_page(client: Client) -> None:
    etag = client.get("/b/demo?utm_source=letter").headers["ETag"]
    for address, status in (("/b/demo?utm_source=letter", 304), ("/b/demo?utm_source=sign", 200), ("/b/demo", 200)):
        assert client.get(address, headers={"If-None-Match": etag}).status_code == status


def test_a_redirect_leads_on_with_the_marks(client: Client, behind: Behind) -> None:
    behind.status, behind.page = "303 SEE OTHER", None
    answer = client.get("/b/demo?utm_source=letter")
    assert answer.headers["Location"] == "/b/demo/times?utm_source=letter"
    assert int(answer.headers.get("Content-Length", len(answer.data))) == len(answer.data)


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_only_what_is_read_is_kept(client: Client, behind: Behind, method: str) -> None:
    client.open("/b/demo", method=method)
    client.open("/b/demo", method=method)
    assert behind.asked == 2


def test_a_change_of_the_clinic_makes_another_page(client: Client, behind: Behind) -> None:
    client.get("/b/demo")
    behind.revision = "second"
    assert client.get("/b/demo").data == client.get("/b/demo").data
    assert behind.asked == 2


def test_a_page_is_good_until_its_time(client: Client, behind: Behind, clock: FixedClock) -> None:
    behind.page = KeptPage("category", NOW + timedelta(seconds=60))
    client.get("/b/demo")
    clock.advance(seconds=59)
    client.get("/b/demo")
    assert behind.asked == 1
    clock.advance(seconds=1)
    client.get("/b/demo")
    assert behind.asked == 2


def test_a_page_whose_times_are_others_is_made_anew(client: Client, behind: Behind) -> None:
    is_true = [True]
    behind.page = KeptPage("time", NOW + DAY, lambda: is_true[0])
    client.get("/b/demo/times?service=1")
    client.get("/b/demo/times?service=1")
    assert behind.asked == 1
    is_true[0] = False
    client.get("/b/demo/times?service=1")
    assert behind.asked == 2


def test_while_the_database_cannot_say_the_application_answers(client: Client, behind: Behind) -> None:
    def fail() -> bool:
        raise OperationalError("select", {}, Exception("gone"))

    behind.page = KeptPage("time", NOW + DAY, fail)
    client.get("/b/demo/times")
    client.get("/b/demo/times")
    assert behind.asked == 2


@pytest.mark.parametrize(("status", "page"), [("404 NOT FOUND", True), ("303 SEE OTHER", True), ("200 OK", False)])
def test_other_answers_are_not_kept(client: Client, behind: Behind, status: str, page: bool) -> None:
    behind.status, behind.page = status, behind.page if page else None
    assert client.get("/b/demo").data != client.get("/b/demo").data


def test_an_unknown_clinic_is_the_applications_to_refuse(client: Client, behind: Behind) -> None:
    client.get("/b/unknown")
    client.get("/b/unknown")
    assert behind.asked == 2


def test_it_holds_so_many_bytes_and_no_more(behind: Behind, clock: FixedClock) -> None:
    client = Client(PageCache(behind, shows=behind, counts=behind, clock=clock, most_bytes=30_000))
    behind.body = "x" * 4000
    for number in range(5):  # ten thousand bytes each, with what is made of them
        client.get(f"/b/demo?category={number}")
    client.get("/b/demo?category=4")
    assert behind.asked == 5
    client.get("/b/demo?category=0")
    assert behind.asked == 6
    assert client.application._bytes <= 30_000  # type: ignore[attr-defined]
