"""Reading an answer: JSON out of any body, an error out of any status, and whether a call is tried again.

Nothing here knows how the answer travelled. Error texts name the method, the route template and the status only.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import (
    ClinikoBadRequest,
    ClinikoDisconnected,
    ClinikoError,
    ClinikoForbidden,
    ClinikoNotFound,
    ClinikoNotJson,
    ClinikoOutcomeUnknown,
    ClinikoRateLimited,
    ClinikoRefused,
    ClinikoRejected,
    ClinikoServerError,
    ClinikoUnauthorized,
    ClinikoUnreachable,
)

MOST_ATTEMPTS = 3
_PAUSES = (0.1, 0.4)
_DEFAULT_WAIT = 60.0  # the limit is counted per minute
_LONGEST_WAIT = 120.0
_SKEW = 5.0
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_FIELD_NAME = re.compile(r"[A-Za-z_][\w.\[\]-]{0,63}")
_REFUSALS: Mapping[int, type[ClinikoRefused]] = {
    400: ClinikoBadRequest,
    401: ClinikoUnauthorized,
    403: ClinikoForbidden,
    404: ClinikoNotFound,
}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as errors may name it."""

    method: str
    route: str

    @property
    def is_write(self) -> bool:
        """Whether the request may change something at Cliniko."""
        return self.method != "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer: status, headers with lower-case names, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


def json_object(sent: Sent, answer: Answer) -> dict[str, object]:
    """The JSON object of a successful answer.

    Raises ClinikoNotJson when the body is a web page, empty or noise; after a write that is ClinikoOutcomeUnknown,
    because a gateway's page with status 200 says nothing about what Cliniko did.
    """
    found = _parsed(answer.body)
    if isinstance(found, dict):
        return found
    if sent.is_write:
        raise ClinikoOutcomeUnknown(f"{sent}: the answer was not a JSON object", status=answer.status)
    raise ClinikoNotJson(f"{sent}: the answer was not a JSON object")


def error_of(sent: Sent, answer: Answer, *, now: float) -> ClinikoError:
    """The error an unsuccessful answer stands for; the only place where a status gets its meaning.

    ``now`` is epoch seconds. 5xx and 408 after a write leave the outcome unknown: a gateway may give up on a request
    that Cliniko goes on to carry out.
    """
    status, text = answer.status, f"{sent}: status {answer.status}"
    if status >= 500 or status == 408:
        return ClinikoOutcomeUnknown(text, status=status) if sent.is_write else ClinikoServerError(text, status=status)
    if status == 429:
        seconds = seconds_to_wait(answer.headers, now=now)
        return ClinikoRateLimited(text, seconds=seconds, reset_at=now + seconds)
    body = _parsed(answer.body)
    message = _text(body.get("message") or body.get("error")) if isinstance(body, dict) else ""
    if status == 422:
        return _rejected(text, message, body.get("errors") if isinstance(body, dict) else None)
    return _REFUSALS.get(status, ClinikoRefused)(text, status=status, message=message)


def pause_before_retry(sent: Sent, error: ClinikoError, *, attempt: int) -> float | None:
    """Seconds to pause before trying again, or None when the error stands; the only place where retries are decided.

    Only reads are tried again, at most twice, after a failed or dropped connection or a 5xx. A timeout has used up its
    time already, and a 429 belongs to whoever holds the budget.
    """
    is_passing = isinstance(error, ClinikoUnreachable | ClinikoDisconnected | ClinikoServerError)
    if sent.is_write or not is_passing or attempt >= MOST_ATTEMPTS:
        return None
    return _PAUSES[attempt - 1]


def seconds_to_wait(headers: Mapping[str, str], *, now: float) -> float:
    """Seconds until the rate limit resets, by X-RateLimit-Reset (epoch seconds); between 1 and 120.

    A header that is missing, unreadable, long past or far ahead says nothing, and a whole minute is assumed.
    Retry-After is not documented but honoured when it is the only hint.
    """
    reset = _number(headers.get("x-ratelimit-reset"))
    wait = reset - now if reset is not None else _number(headers.get("retry-after"))
    if wait is None or not -_SKEW <= wait <= _LONGEST_WAIT:
        return _DEFAULT_WAIT
    return max(wait, 1.0)


def _rejected(text: str, message: str, errors: object) -> ClinikoRejected:
    found = {str(name): _text(value) for name, value in errors.items()} if isinstance(errors, dict) else {}
    names = (
        ", ".join(sorted(name if _FIELD_NAME.fullmatch(name) else "?" for name in found)) or "the request as a whole"
    )
    return ClinikoRejected(f"{text}: {names}", message=message, errors=found)


def _parsed(body: bytes) -> object:
    try:
        found: object = json.loads(body)
        return _writable(found) if _HALF_CHARACTER.search(body) else found
    except (ValueError, RecursionError):
        return None


def _writable(node: object) -> object:
    """The same document, halves of characters (`\\ud800` without its other half) exchanged: nothing can store them."""
    if isinstance(node, str):
        return node.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(node, list):
        return [_writable(one) for one in node]
    if isinstance(node, dict):
        return {_writable(name): _writable(value) for name, value in node.items()}
    return node


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    return value if isinstance(value, str) else ""


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
