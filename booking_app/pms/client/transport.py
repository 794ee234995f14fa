"""How requests reach Cliniko: the only importer of httpx in this package.

One transport carries one key. Copies with another deadline or other hooks share the connections of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import httpx

from .addresses import Query, checked_storage_url, path_of, with_query
from .answers import Answer, Sent, error_of, json_object, pause_before_retry
from .bodies import ACCEPT_ENCODING, read_body
from .calls import Hooks, StoredFile, TimeAllowed, TimeLeft, Times, call_record
from .errors import (
    ClinikoDisconnected,
    ClinikoError,
    ClinikoForeignLink,
    ClinikoOutcomeUnknown,
    ClinikoStorageFailed,
    ClinikoTimedOut,
    ClinikoUnreachable,
    ClinikoUnreadable,
)
from .keys import ApiKey
from .quiet import without_address_logs

HttpClient = httpx.Client
HttpTransport = httpx.BaseTransport
STORAGE = "{storage}"
MOST_BYTES = 8 * 1024 * 1024  # of an answer of the API; a page of a hundred records has far less
MOST_STORED_BYTES = 64 * 1024 * 1024  # of a file in the file store
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
T = TypeVar("T")
JsonBody = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Sends one request at a time under the hooks and the time allowed; may be used from several threads."""

    http: httpx.Client = field(repr=False)
    key: ApiKey = field(repr=False)
    base_url: str
    user_agent: str
    hooks: Hooks = field(default_factory=Hooks, repr=False)
    allowed: TimeAllowed
    times: Times = field(default_factory=Times, repr=False)

    def with_deadline(self, deadline: float) -> Transport:
        """A copy whose requests end by ``deadline`` on the monotonic clock; the earlier of two deadlines holds."""
        earlier = deadline if self.allowed.deadline is None else min(deadline, self.allowed.deadline)
        return replace(self, allowed=replace(self.allowed, deadline=earlier))

    def with_hooks(self, hooks: Hooks) -> Transport:
        """A copy under other hooks."""
        return replace(self, hooks=hooks)

    def address(self, route: str, *, ids: Mapping[str, str], query: Query = ()) -> str:
        """The full address of a route; raises ValueError for what cannot be an id."""
        return with_query(self.base_url + path_of(route, dict(ids)), query)

    def read(self, route: str, url: str) -> dict[str, object]:
        """GET an address of the API and return its JSON object; tried again briefly when connection or host fails."""
        sent = Sent(method="GET", route=route)
        return self._attempts(
            sent, lambda: self._api_request(sent, url), lambda a: json_object(sent, self._good(sent, a))
        )

    def write(self, method: str, route: str, *, ids: Mapping[str, str], body: JsonBody) -> dict[str, object]:
        """Send a write once and return the JSON object it answers with.

        Raises ClinikoOutcomeUnknown when it left and no usable answer came, ClinikoNotSent when it never left.
        """
        sent = Sent(method=method, route=route)
        url = self.address(route, ids=ids)
        return self._attempts(
            sent, lambda: self._api_request(sent, url, body), lambda a: json_object(sent, self._good(sent, a))
        )

    def command(self, method: str, route: str, *, ids: Mapping[str, str], body: JsonBody | None = None) -> None:
        """Send a write once whose answer has no body, such as archiving; raises like ``write``."""
        sent = Sent(method=method, route=route)
        url = self.address(route, ids=ids)
        self._attempts(sent, lambda: self._api_request(sent, url, body), lambda a: self._good(sent, a))

    def read_redirect(self, route: str, *, ids: Mapping[str, str]) -> Answer:
        """GET a route that answers with a redirect, which is returned and not followed."""
        sent = Sent(method="GET", route=route)
        url = self.address(route, ids=ids)
        return self._attempts(
            sent,
            lambda: self._api_request(sent, url),
            lambda a: a if a.status in (301, 302, 303, 307, 308) else self._good(sent, a),
        )

    def upload(self, url: str, *, fields: Mapping[str, str], file: StoredFile) -> bytes:
        """POST a file with its presigned fields to the file store, without Cliniko's key; returns the answer's body.

        Every field goes first, in the order given, and the file last, as the store demands. Not charged to the budget.
        """
        parts = {"file": (file.filename, file.content, file.content_type)}
        return self._stored("POST", url, lambda u: httpx.Request("POST", u, data=dict(fields), files=parts))

    def download(self, url: str) -> bytes:
        """GET a presigned address of the file store, without Cliniko's key. Not charged to the budget."""
        return self._stored("GET", url, lambda u: httpx.Request("GET", u))

    def _stored(self, method: str, url: str, build: Callable[[str], httpx.Request]) -> bytes:
        sent = Sent(method=method, route=STORAGE)
        checked = checked_storage_url(url, base_url=self.base_url)
        try:
            return self._attempts(sent, lambda: build(checked), lambda a: _stored_body(sent, a)).body
        except ClinikoOutcomeUnknown as error:
            raise ClinikoStorageFailed(f"{sent}: no usable answer") from error

    def _attempts(self, sent: Sent, build: Callable[[], httpx.Request], understand: Callable[[Answer], T]) -> T:
        attempt = 1
        while True:
            try:
                return self._once(sent, build, understand)
            except ClinikoError as error:
                pause = pause_before_retry(sent, error, attempt=attempt)
                if pause is None or not self.allowed.leaves_room_for(pause):
                    raise
                self.times.pause(pause)
                attempt += 1

    def _once(self, sent: Sent, build: Callable[[], httpx.Request], understand: Callable[[Answer], T]) -> T:
        self.allowed.ends_at()  # with no time left, nothing is taken from the budget
        if sent.route != STORAGE:
            self.hooks.ask_budget()
        request = _built(build)
        if sent.is_write:
            self.allowed.ends_at()  # the budget may have blocked past the deadline: then no write is announced
            self.hooks.announce_write()
        ends_at = self.allowed.ends_at()
        request.extensions = {"timeout": TimeLeft(ends_at, self.allowed.monotonic)}
        return self._recorded(sent, request, ends_at, understand)

    def _recorded(self, sent: Sent, request: httpx.Request, ends_at: float, understand: Callable[[Answer], T]) -> T:
        started, answer, failure = self.allowed.monotonic(), None, None
        try:
            most = MOST_STORED_BYTES if sent.route == STORAGE else MOST_BYTES
            answer = self._received(request, ends_at, most=most)
            return understand(answer)
        except httpx.RequestError as error:
            failure = _network_error(sent, error)
            raise failure from None  # a protocol error quotes what the server sent; its kind is in the text
        except ClinikoError as error:
            failure = error
            raise
        finally:
            seconds = self.allowed.monotonic() - started
            self.hooks.record(call_record(sent, answer, failure, seconds=seconds))

    def _received(self, request: httpx.Request, ends_at: float, *, most: int) -> Answer:
        with without_address_logs():
            response = self.http.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                body = self._body(response, ends_at, most=most)
            finally:
                response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=body)

    def _body(self, response: httpx.Response, ends_at: float, *, most: int) -> bytes:
        def check() -> None:
            if self.allowed.monotonic() > ends_at:
                raise httpx.ReadTimeout("the answer dripped in too slowly", request=response.request)

        return read_body(response, most=most, check=check)

    def _good(self, sent: Sent, answer: Answer) -> Answer:
        if answer.is_success:
            return answer
        raise error_of(sent, answer, now=self.times.now())

    def _api_request(self, sent: Sent, url: str, body: JsonBody | None = None) -> httpx.Request:
        # Built without the shared httpx client, whose cookies would travel from one clinic's key to another's.
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPT_ENCODING,
            "Authorization": self.key.authorization(),
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
        }
        return httpx.Request(sent.method, url, headers=headers, json=body)


def new_http(transport: HttpTransport | None, *, is_local: bool) -> HttpClient:
    """A pool of connections. Proxies set in the environment are honoured, except for an address on this machine.

    Certificate authorities named there (`SSL_CERT_FILE`) are honoured always.
    """
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=5.0)
    authorities = httpx.create_ssl_context()
    return httpx.Client(transport=transport, limits=limits, trust_env=not is_local, verify=authorities)


def _built(build: Callable[[], httpx.Request]) -> httpx.Request:
    try:
        return build()
    except httpx.InvalidURL:
        raise ClinikoForeignLink("an address in an answer cannot be read") from None


def _stored_body(sent: Sent, answer: Answer) -> Answer:
    if answer.is_success:
        return answer
    raise ClinikoStorageFailed(f"{sent}: status {answer.status}", status=answer.status)


def _network_error(sent: Sent, error: httpx.RequestError) -> ClinikoError:
    kind = type(error).__name__
    if isinstance(error, _BEFORE_SENDING):
        return ClinikoUnreachable(f"{sent}: no connection ({kind})")
    if sent.is_write:
        return ClinikoOutcomeUnknown(f"{sent}: sent, but no answer came ({kind})")
    if isinstance(error, httpx.TimeoutException):
        return ClinikoTimedOut(f"{sent}: no answer in time ({kind})")
    if isinstance(error, httpx.DecodingError):
        return ClinikoUnreadable(f"{sent}: the answer cannot be decoded")
    return ClinikoDisconnected(f"{sent}: the connection dropped ({kind})")
