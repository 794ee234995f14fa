"""Pages of steps 1 to 3 kept after they were rendered, and sent again to whoever asks for the same.

The cache stands in front of Flask. A page is known by its path, the parameters of `KEYED` and whether it is a fragment;
it is sent again while the clinic's revision is the same, until `KeptPage.until`, and while `KeptPage.is_true` says so,
which for a page of times asks the database about the times themselves. An address with anything else in it, as drafts,
previews and marks are, goes past the cache. What an answer carried, it carries again: the privacy headers too.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from booking_app.bookings.attribution import CLICK_IDS
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

Headers = list[tuple[str, str]]
Place = tuple[str, tuple[tuple[str, str], ...], bool]


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
    etag: str
    bodies: dict[str, bytes] = field(default_factory=dict)

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
        place = place_of(environ)
        shown = self._shows.shown(PATH.fullmatch(place[0])[1]) if place else None  # type: ignore[index]
        if place is None or shown is None:
            return self._application(environ, start_response)
        entry = self._found(place, shown)
        if entry is None:
            return self._rendered(place, shown, environ, start_response)
        self._counts.count(shown.clinic.id, shown.clinic.time_zone, entry.page.step)
        status, headers, body = _answer(entry, environ)
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
        self, place: Place, shown: ShownClinic, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The application's answer; kept where its view said so. Asked for plain, because it is compressed here."""
        asked = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
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
            start_response(status, headers)
            return [plain]
        kept = [(name, value) for name, value in headers if name.lower() not in OF_THE_BODY]
        kept.append(("Vary", "HX-Request, Accept-Encoding"))
        etag = f'W/"{hashlib.sha256(plain).hexdigest()[:24]}"'
        entry = _Entry(page, shown.revision, route, kept, etag, {"": plain})
        if len(plain) <= LARGEST_PAGE:
            self._keep(place, entry)
        status, headers, body = _answer(entry, environ)
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


def place_of(environ: "WSGIEnvironment") -> Place | None:
    """By what a page is known; None for a request that is none of the cache's."""
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if environ.get("REQUEST_METHOD") != "GET" or not PATH.fullmatch(path) or len(query) > LONGEST_QUERY:
        return None
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True) if query else ():
        if name in KEYED:
            given.setdefault(name, value)  # of a parameter given twice, views read the first
        elif name not in CLICK_IDS:
            return None
    is_fragment = environ.get("HTTP_HX_REQUEST") == "true" and "HTTP_HX_HISTORY_RESTORE_REQUEST" not in environ
    return path, tuple(sorted(given.items())), is_fragment


def _answer(entry: _Entry, environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    headers = [*entry.headers, ("ETag", entry.etag)]
    if entry.etag[2:] in environ.get("HTTP_IF_NONE_MATCH", ""):
        return "304 NOT MODIFIED", [one for one in headers if one[0].lower() != "content-type"], b""
    coding = best_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = entry.bodies.get(coding)
    if body is None:
        # What is sent for long is worth the best there is.
        body = entry.bodies[coding] = encoded(entry.bodies[""], coding, is_best=entry.page.is_true is None)
    if coding:
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, body
