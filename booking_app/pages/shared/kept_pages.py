"""Pages of steps 1 to 3 kept after they were rendered, and sent again to whoever asks for the same.

The cache stands in front of Flask. A page is known by its path, the parameters of `KEYED` and whether it is a fragment;
it is sent again while the clinic's revision is the same, until `KeptPage.until`, and while `KeptPage.is_true` says so,
which for a page of times asks the database about the times themselves. `utm_` marks are written into its links
afterwards. An address with anything else in it, as drafts and previews are, goes past the cache. What an answer
carried, it carries again: the privacy headers too.
"""

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from booking_app.bookings.attribution import CLICK_IDS, marks_of
from booking_app.bookings.shown import ShownClinic
from booking_app.core.clock import Clock
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.encodings import best_coding, encoded
from booking_app.pages.shared.request_log import log_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEYED = ("category", "service", "practitioner", "location", "from", "stay")
PATH = re.compile(r"/b/([a-z0-9-]{1,63})(|/|/services|/times)")
LONGEST_QUERY = 600
MOST_BYTES = 24 * 1024 * 1024
LARGEST_PAGE = 512 * 1024
OF_THE_BODY = ("content-length", "content-encoding", "etag", "vary")
NOTE = "booking.page"  # where in the environ of a request a view says that its page may be kept
STAND_IN = "booking.stand_in"  # there where the page is rendered for the marks of anybody
# The one mark such a page is rendered with. Nobody can know it, so that it stands nowhere but in the links.
MARK = f"utm_kept={secrets.token_hex(12)}"

Headers = list[tuple[str, str]]


class Place(NamedTuple):
    """By what a page is known. `has_marks`: its links carry the stand-in for marks."""

    path: str
    given: tuple[tuple[str, str], ...]
    is_fragment: bool
    has_marks: bool

    @property
    def slug(self) -> str:
        return self.path.split("/", 3)[2]

    @property
    def query(self) -> str:
        """The query string of a page rendered for anybody's marks."""
        return "&".join(part for part in (urlencode(self.given), MARK) if part)


def is_for_anybody() -> bool:
    """Whether the marks of this request stand in for those of anybody, and are replaced before the page is sent."""
    return STAND_IN in request.environ


@dataclass(frozen=True)
class KeptPage:
    """What a view says of its page. `step` is what a showing is counted as. Without `is_true` it holds `until` then."""

    step: str
    until: datetime
    is_true: Callable[[], bool] | None = None


def may_be_kept(page: KeptPage) -> None:
    """Say of the page of this request that it may be sent again."""
    request.environ[NOTE] = (page, request.url_rule.rule if request.url_rule else "unknown")


class Shows(Protocol):
    """Who knows the clinics."""

    def shown(self, slug: str) -> ShownClinic | None: ...


class Counts(Protocol):
    """Who counts showings."""

    def count(self, clinic_id: int, time_zone: str, step: str) -> None: ...


@dataclass
class _Entry:
    """A page as it was answered once; `bodies` by content coding, made when first asked for."""

    page: KeptPage
    revision: str
    route: str
    headers: Headers
    digest: str
    bodies: dict[str, bytes] = field(default_factory=dict)

    def body(self, coding: str) -> bytes:
        """The page in a coding; what is sent for long is worth the best there is."""
        if coding not in self.bodies:
            self.bodies[coding] = encoded(self.bodies[""], coding, is_best=self.page.is_true is None)
        return self.bodies[coding]

    @property
    def size(self) -> int:
        # Every coding that may still be made is reckoned with from the start.
        return 2 * len(self.bodies[""]) + 2048


class PageCache:
    """A WSGI application in front of another. Shared between threads; holds `most_bytes` at the most."""

    def __init__(
        self, application: "WSGIApplication", *, shows: Shows, counts: Counts, clock: Clock,
        most_bytes: int = MOST_BYTES,
    ) -> None:  # fmt: skip
        self._application = application
        self._shows = shows
        self._counts = counts
        self._clock = clock
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[Place, _Entry] = OrderedDict()
        self._bytes = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = self._clock.monotonic()
        place, marks = place_of(environ)
        shown = self._shows.shown(place.slug) if place else None
        if place is None or shown is None:
            return self._application(environ, start_response)
        entry = self._found(place, shown)
        if entry is None:
            return self._rendered(place, marks, shown, environ, start_response)
        self._counts.count(shown.clinic.id, shown.clinic.time_zone, entry.page.step)
        status, headers, body = _answer(entry, marks, environ)
        log_request("GET", entry.route, int(status[:3]), self._clock.monotonic() - began, from_cache=True)
        start_response(status, headers)
        return [body]

    def _found(self, place: Place, shown: ShownClinic) -> _Entry | None:
        with self._lock:
            entry = self._entries.get(place)
            if entry is not None:
                self._entries.move_to_end(place)
        if entry is None or entry.revision != shown.revision or entry.page.until <= self._clock.now():
            return None
        try:
            return entry if entry.page.is_true is None or entry.page.is_true() else None
        except SQLAlchemyError:
            return None  # the application has words for a database that does not answer

    def _rendered(
        self, place: Place, marks: str, shown: ShownClinic, environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:  # fmt: skip
        """The application's answer; kept where its view said so. Asked for plain, because it is compressed here."""
        asked = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
        if place.has_marks:
            asked |= {"QUERY_STRING": place.query, STAND_IN: True}
        said: list[Any] = []
        parts = self._application(asked, lambda *answer: said.append(answer))  # type: ignore[arg-type]
        try:
            plain = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = said[-1][:2]
        page, route = asked.get(NOTE, (None, ""))
        if page is None or not status.startswith("200"):
            start_response(status, _with_marks_in(headers, marks))
            return [_marked(plain, marks)]
        kept = [(name, value) for name, value in headers if name.lower() not in OF_THE_BODY]
        kept.append(("Vary", "HX-Request, Accept-Encoding"))
        digest = hashlib.sha256(plain).hexdigest()[:24]
        entry = _Entry(page, shown.revision, route, kept, digest, {"": plain})
        if len(plain) <= LARGEST_PAGE:
            self._keep(place, entry)
        status, headers, body = _answer(entry, marks, environ)
        start_response(status, headers)
        return [body]

    def _keep(self, place: Place, entry: _Entry) -> None:
        with self._lock:
            before = self._entries.pop(place, None)
            self._bytes += entry.size - (before.size if before else 0)
            self._entries[place] = entry
            while self._bytes > self._most_bytes:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= oldest.size


def keep_pages(app: Flask) -> None:
    """Put the cache in front of the application; call it when everything else is in place."""
    with app.app_context():
        parts = use_cases()
    cache = PageCache(app.wsgi_app, shows=parts.browse, counts=parts.page_counts, clock=parts.clock)
    app.wsgi_app = cache  # type: ignore[method-assign]


def place_of(environ: "WSGIEnvironment") -> tuple[Place | None, str]:
    """By what a page is known, and the marks to be written into its links; no place for what is none of the cache's."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if environ.get("REQUEST_METHOD") != "GET" or not PATH.fullmatch(path) or len(query) > LONGEST_QUERY:
        return None, ""
    given: dict[str, str] = {}
    said: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True) if query else ():
        if name in KEYED:
            given.setdefault(name, value)  # of a parameter given twice, views read the first
        elif name.startswith("utm_"):
            said.setdefault(name, value)
        elif name not in CLICK_IDS:
            return None, ""
    marks = urlencode(marks_of(said)) if said else ""
    is_fragment = environ.get("HTTP_HX_REQUEST") == "true" and "HTTP_HX_HISTORY_RESTORE_REQUEST" not in environ
    return Place(path, tuple(sorted(given.items())), is_fragment, bool(marks)), marks


def _answer(entry: _Entry, marks: str, environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    etag = f'W/"{entry.digest}{_short(marks) if marks else ""}"'
    headers = [*entry.headers, ("ETag", etag)]
    if etag[2:] in environ.get("HTTP_IF_NONE_MATCH", ""):
        return "304 NOT MODIFIED", [one for one in headers if one[0].lower() != "content-type"], b""
    coding = best_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = encoded(_marked(entry.bodies[""], marks), coding) if marks else entry.body(coding)
    if coding:
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, body


def _marked(body: bytes, marks: str) -> bytes:
    """The page with this visitor's marks in its links."""
    return body.replace(MARK.encode(), escape(marks).encode()) if marks else body


def _with_marks_in(headers: Headers, marks: str) -> Headers:
    """The headers of an answer that is not kept: a redirect may lead on with the marks, and the length is another."""
    if not marks:
        return headers
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return [(name, value.replace(MARK, marks)) for name, value in kept]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
