"""How requests reach an outside system that a clinic has connected: a CRM, an accounting or a payment vendor.

It sends once. Whether and when to send again is decided by the task that calls. What an answer means is each vendor's.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

import httpx

from booking_app.core.outbound_http.bodies import ACCEPT_ENCODING, read_body
from booking_app.core.outbound_http.errors import (
    VendorBusy,
    VendorMisconfigured,
    VendorOutcomeUnknown,
    VendorOutOfTime,
    VendorUnavailable,
)
from booking_app.core.outbound_http.pace import Pace
from booking_app.core.outbound_http.quiet import unlogged_addresses

HttpClient = httpx.Client
HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
CONNECT_SECONDS = 5.0
CALL_SECONDS = 20.0  # the whole call, whatever its phases take: a task's lease counts on it
MOST_BYTES = 4 * 1024 * 1024
NEVER_SENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)  # fmt: skip
CORRELATION = re.compile(r"[\w.-]{1,80}")
TOKEN = re.compile(r"[\x21-\x7e]+")

log = logging.getLogger(__name__)


def open_http() -> HttpClient:
    """Connections to vendors, to be shared by every connection of a process."""
    return httpx.Client(follow_redirects=False, limits=httpx.Limits(max_connections=20, max_keepalive_connections=10))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request. `route` is a template and the only part that is logged; `parts` and `query` may name a person.

    What is sent is `body` as JSON, or `form` as a web form. `headers` are this request's own, such as a key that makes
    a vendor do it once.
    """

    method: str
    route: str
    parts: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: object = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    def path(self) -> str:
        """Path and query, every part encoded whole, so that no part can lead out of the route."""
        path = self.route.format_map({name: _encoded(part) for name, part in self.parts.items()})
        return f"{path}?{urlencode(self.query)}" if self.query else path


def _encoded(part: str) -> str:
    if part in ("", ".", ".."):
        raise VendorMisconfigured("unusable_id")
    return quote(part, safe="")


@dataclass(frozen=True)
class Answer:
    """An answer of any status, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def retry_after(self, default: float) -> float:
        """The seconds that a Retry-After header asks for, else the default. Dates in it are for others to read."""
        told = self.headers.get("retry-after", "").strip()
        return float(told) if told.isdecimal() and len(told) < 8 else default

    def seconds_in(self, header: str, default: float) -> float:
        """The seconds that a header tells in milliseconds, else the default."""
        told = self.headers.get(header, "").strip()
        return int(told) / 1000 if told.isdecimal() and len(told) < 11 else default

    def json(self) -> object:
        """The body as JSON; None when it is something else, such as a gateway's web page."""
        try:
            found = json.loads(self.body)
            return writable(found) if HALF_CHARACTER.search(self.body) else found
        except (ValueError, RecursionError):
            return None


def writable(node: object) -> object:
    """The same document, halves of characters (`\\ud800` without its other half) exchanged: nothing can store them."""
    if isinstance(node, str):
        return node.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(node, list):
        return [writable(one) for one in node]
    if isinstance(node, dict):
        return {writable(name): writable(value) for name, value in node.items()}
    return node


class _PhaseLimits:
    """Timeouts, asked for at the start of each phase (connect, write, read): never more than is left of the call."""

    def __init__(self, ends_at: float, monotonic: Callable[[], float]) -> None:
        self._ends_at = ends_at
        self._monotonic = monotonic

    def get(self, phase: str, _default: object = None) -> float:
        left = max(self._ends_at - self._monotonic(), 0.001)
        return left if phase in ("read", "write") else min(left, CONNECT_SECONDS)


def _nothing(*_told: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Sends requests of one connection; `headers` carry its credentials. May be used from several threads.

    Without `reads_body` an answer is its status and headers: what else a stranger's server sends is not taken.

    Each request waits for its turn of the `pace`, while the limit of the account or token is used up in this process.
    `charge` is called with the deadline before each request and may wait its turn or raise RemoteFailure RATE;
    `on_outcome` is told how the request ended: "2xx" and the like, "429" or "no_answer"; `on_call` the request itself
    and its status, None where no answer came. `call_seconds` is the longest that one call may take.
    """

    vendor: str
    base_url: str
    http: HttpClient = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    monotonic: Callable[[], float] = field(repr=False)
    reads_body: bool = True
    pace: Pace | None = field(default=None, repr=False)
    deadline: float | None = None
    call_seconds: float = CALL_SECONDS
    before_write: Callable[[], None] = field(default=_nothing, repr=False)
    charge: Callable[[float | None], None] = field(default=_nothing, repr=False)
    on_outcome: Callable[[str], None] = field(default=_nothing, repr=False)
    on_call: Callable[[Call, int | None], None] = field(default=_nothing, repr=False)

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "Transport":
        return replace(self, deadline=deadline, before_write=before_write or _nothing)

    def send(self, call: Call) -> Answer:
        """Send once and return the answer, whatever its status.

        Raises VendorUnavailable or VendorOutOfTime when nothing happened, VendorBusy when no turn came in time,
        VendorOutcomeUnknown when a write left and no answer came, and whatever `charge` and `before_write` raise.
        """
        headers = {"Accept-Encoding": ACCEPT_ENCODING, **self.headers, **call.headers}
        request = httpx.Request(
            call.method, self.base_url + call.path(), headers=headers, json=call.body, data=call.form
        )
        with self._turn():
            self.charge(self.deadline)
            if call.is_write:
                self.before_write()  # last: a turn may have been waited for, and the lease goes on
            ends_at = self._ends_at()
            request.extensions = {"timeout": _PhaseLimits(ends_at, self.monotonic)}
            return self._logged(call, request, ends_at)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        patience = self._ends_at() - self.monotonic()
        with ExitStack() as ends:
            if self.pace is not None:
                try:
                    ends.enter_context(self.pace.turn(patience))
                except TimeoutError:
                    raise VendorBusy(f"{self.vendor}_queue_full", retry_after=1.0) from None
            yield

    def _ends_at(self) -> float:
        now = self.monotonic()
        if self.deadline is not None and self.deadline <= now:
            raise VendorOutOfTime(f"{self.vendor}_out_of_time")
        latest = now + self.call_seconds
        return latest if self.deadline is None else min(latest, self.deadline)

    def _logged(self, call: Call, request: httpx.Request, ends_at: float) -> Answer:
        started, status, error, correlation = self.monotonic(), None, None, None
        try:
            answer = self._received(request, ends_at)
            status, correlation = answer.status, _correlation(answer)
            return answer
        except httpx.RequestError as problem:
            error = type(problem).__name__
            # The cause would carry the request, and with it the token and the address of a person.
            raise self._network_failure(call, problem) from None
        finally:
            log.info("vendor_call", extra={
                "vendor": self.vendor, "method": call.method, "route": call.route, "status": status, "error": error,
                "correlation": correlation, "milliseconds": round((self.monotonic() - started) * 1000),
            })  # fmt: skip
            self.on_outcome(outcome_of(status))
            self.on_call(call, status)

    def _received(self, request: httpx.Request, ends_at: float) -> Answer:
        with unlogged_addresses():
            response = self.http.send(request, stream=True, auth=None)
            try:
                body = self._body(response, ends_at) if self.reads_body else b""
            finally:
                response.close()
        return Answer(response.status_code, {name.lower(): text for name, text in response.headers.items()}, body)

    def _body(self, response: httpx.Response, ends_at: float) -> bytes:
        def check() -> None:
            if self.monotonic() > ends_at:
                raise httpx.ReadTimeout("too slow", request=response.request)

        return read_body(response, most=MOST_BYTES, check=check)

    def _network_failure(self, call: Call, error: httpx.RequestError) -> VendorUnavailable | VendorOutcomeUnknown:
        kind = type(error).__name__
        if call.is_write and not isinstance(error, NEVER_SENT):
            return VendorOutcomeUnknown(f"{self.vendor}_no_answer:{kind}")
        return VendorUnavailable(f"{self.vendor}_unreachable:{kind}")


def checked_token(vendor: str, token: str) -> str:
    """A token that fits a header. Raises CONFIG without quoting it."""
    if not TOKEN.fullmatch(token):
        raise VendorMisconfigured(f"{vendor}_token_unusable")
    return token


def outcome_of(status: int | None) -> str:
    """The class of a status, the limit's own apart; "no_answer" where none came."""
    if status is None:
        return "no_answer"
    return "429" if status == 429 else f"{status // 100}xx"


def _correlation(answer: Answer) -> str | None:
    """The vendor's own number of the call, from a header or an error body: what its support asks for."""
    document = None if answer.is_success else answer.json()
    told = document.get("correlationId") if isinstance(document, dict) else answer.headers.get("x-request-id")
    return told if isinstance(told, str) and CORRELATION.fullmatch(told) else None
