"""Reading one page of somebody's website: little, briefly, and never a page of our own surroundings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from booking_app.core.outbound_http.bodies import ACCEPT_ENCODING, BodyTooLarge, read_body
from booking_app.core.outbound_http.pinning import AddressNotPublic, OutboundHttp

SECONDS = 15.0
MOST_BYTES = 3_000_000
MOST_REDIRECTS = 5
PORTS = (None, 80, 443)
CHARSETS = re.compile(
    r"utf-8|utf-16(?:le|be)?|us-ascii|iso-8859-(?:[1-9]|1[013-6])|windows-125[0-8]|gbk|big5|shift_jis"
)
# Servers that turn unknown programs away would answer with another page than the one a patient gets.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; booking-app-doctor/1)",
    "Accept": "text/html,*/*;q=0.5",
    "Accept-Encoding": ACCEPT_ENCODING,
}


class PageUnreachable(Exception):
    """The page cannot be read; the message is a sentence for whoever named it."""


@dataclass(frozen=True)
class FetchedPage:
    """A page as it came. `url` is where it was found at last, `hops` the addresses that led there."""

    url: str
    status: int
    headers: Mapping[str, str]
    html: str
    hops: tuple[str, ...] = ()


def fetch_page(url: str, *, outbound: OutboundHttp, monotonic: Callable[[], float]) -> FetchedPage:
    """Read the page at `url`, following five redirects at most. Raises PageUnreachable."""
    ends = monotonic() + SECONDS
    hops: list[str] = []
    with httpx.Client(transport=outbound, follow_redirects=False, trust_env=False, headers=HEADERS) as client:
        while True:
            address = _checked(url, allow_private=outbound.allow_private)
            answer, content = _read(client, address, ends, monotonic)
            if not answer.has_redirect_location:
                html = content.decode(_charset(answer), errors="replace")
                return FetchedPage(address, answer.status_code, answer.headers, html, tuple(hops))
            if len(hops) == MOST_REDIRECTS:
                raise PageUnreachable("The page leads from one address to the next without an end.")
            hops.append(address)
            url = urljoin(address, answer.headers["location"])


def _charset(answer: httpx.Response) -> str:
    """The charset that the page names; others than the web's own may be unknown, or decode for minutes."""
    told = (answer.charset_encoding or "").lower()
    return told if CHARSETS.fullmatch(told) else "utf-8"


def _checked(url: str, *, allow_private: bool) -> str:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        port = parts.port
    except ValueError:
        raise PageUnreachable("That is no address of a page. It begins with https://") from None
    if not is_usable:
        raise PageUnreachable("That is no address of a page. It begins with https://")
    if port not in PORTS and not allow_private:
        raise PageUnreachable("Pages are read at the usual ports of the web only.")
    return url.partition("#")[0]


def _read(client: httpx.Client, url: str, ends: float, monotonic: Callable[[], float]) -> tuple[httpx.Response, bytes]:
    def check() -> None:
        if monotonic() > ends:
            raise PageUnreachable("The page took longer than 15 seconds.")

    try:
        with client.stream("GET", url, timeout=max(ends - monotonic(), 0.1)) as answer:
            content = b"" if answer.has_redirect_location else read_body(answer, most=MOST_BYTES, check=check)
    except BodyTooLarge:
        raise PageUnreachable("The page is larger than 3 MB, so it was not looked at.") from None
    except AddressNotPublic:
        raise PageUnreachable("The address leads into a private network, where nothing is looked at.") from None
    except httpx.TimeoutException:
        raise PageUnreachable("The page took longer than 15 seconds.") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise PageUnreachable(
            "The page cannot be reached. Check the address, and that it opens in a browser."
        ) from None
    return answer, content
