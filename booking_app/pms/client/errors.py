"""What can go wrong in a call to Cliniko, and what each case means for the caller.

    ClinikoError
    ├── ClinikoMisconfigured      the key, contact or address cannot be used; nothing was sent
    ├── ClinikoNotSent            nothing left this machine, so nothing happened
    │   ├── ClinikoUnreachable    no connection within the time given
    │   └── ClinikoDeadline       the caller's own time was up before sending
    ├── ClinikoOutcomeUnknown     a write left and no usable answer came: look it up before repeating
    ├── ClinikoUnavailable        a read got no answer; asking again later is safe
    │   ├── ClinikoTimedOut       the answer took longer than the time given
    │   ├── ClinikoDisconnected   the connection dropped half way
    │   └── ClinikoServerError    5xx or 408
    ├── ClinikoUnreadable         an answer came that is not what the documents promise
    │   ├── ClinikoNotJson        a web page, an empty body or noise where JSON was due
    │   └── ClinikoForeignLink    a link led to another host or out of the API
    ├── ClinikoStorageFailed      the file store refused or lost a file; start again from a fresh address
    └── ClinikoRefused            Cliniko understood and said no
        ├── ClinikoBadRequest     400: a filter or a date window
        ├── ClinikoUnauthorized   401: wrong key, or a right key on the wrong shard
        ├── ClinikoForbidden      403: the key's owner lacks the permission, or the client is blocked
        ├── ClinikoNotFound       404
        │   └── NotBookableOnline 404 on available times: one of the three is not offered online
        ├── ClinikoRejected       422: a validation; field names in str(), texts in .errors
        └── ClinikoRateLimited    429: wait .seconds

``retryable`` says whether the *same call* may simply be made again later. It is false for an unknown outcome: only a
look-up tells whether it happened. No message, ``str()`` or ``repr()`` holds a key, an id of a person or a payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class ClinikoError(Exception):
    """Any failure of a call to Cliniko."""

    retryable: ClassVar[bool] = False


class ClinikoMisconfigured(ClinikoError):
    """The API key, contact address or base URL cannot be used; fix the configuration."""


class ClinikoNotSent(ClinikoError):
    """Nothing reached Cliniko, so nothing happened there."""

    retryable = True


class ClinikoUnreachable(ClinikoNotSent):
    """No connection could be made."""


class ClinikoDeadline(ClinikoNotSent):
    """The caller's own time ran out before the request was sent."""


class ClinikoOutcomeUnknown(ClinikoError):
    """A write was sent and no usable answer came: it may or may not have happened. Look it up before repeating."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class ClinikoUnavailable(ClinikoError):
    """A read got no answer; nothing was changed, and asking again later is safe."""

    retryable = True


class ClinikoTimedOut(ClinikoUnavailable):
    """A read took longer than the time given."""


class ClinikoDisconnected(ClinikoUnavailable):
    """The connection dropped while a read was under way."""


class ClinikoServerError(ClinikoUnavailable):
    """Cliniko or a gateway before it answered 5xx (or 408) to a read."""

    def __init__(self, text: str, *, status: int) -> None:
        super().__init__(text)
        self.status = status


class ClinikoUnreadable(ClinikoError):
    """An answer lacks what the documents promise; the text names the path of the missing member, never a value."""


class ClinikoNotJson(ClinikoUnreadable):
    """A web page, an empty body or noise came where JSON was due."""


class ClinikoForeignLink(ClinikoUnreadable):
    """A link in an answer leads to another host or out of the API; it was not followed."""


class ClinikoStorageFailed(ClinikoError):
    """The file store did not take or give a file. An upload is temporary until registered, so starting over is safe."""

    retryable = True

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class ClinikoRefused(ClinikoError):
    """Cliniko answered with a status other than success; ``message`` is its own text and may repeat what was sent."""

    def __init__(self, text: str, *, status: int, message: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.message = message


class ClinikoBadRequest(ClinikoRefused):
    """400: a filter that is not allowed, or dates outside the permitted window."""


class ClinikoUnauthorized(ClinikoRefused):
    """401: the key is wrong, was revoked, or belongs to another shard; Cliniko does not say which."""


class ClinikoForbidden(ClinikoRefused):
    """403: the role of the key's owner does not permit this, or the client has been blocked."""


class ClinikoNotFound(ClinikoRefused):
    """404: unknown, archived, or not a route of the API."""


class NotBookableOnline(ClinikoNotFound):
    """404 on available times: location, practitioner or appointment type is not offered online."""


class ClinikoRejected(ClinikoRefused):
    """422: a validation failed and nothing was saved.

    ``errors`` maps Cliniko's field names, which may differ from the names sent, to its texts; never match on the texts.
    """

    def __init__(self, text: str, *, status: int = 422, message: str = "", errors: Mapping[str, str]) -> None:
        super().__init__(text, status=status, message=message)
        self.errors = dict(errors)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the rejected fields, sorted."""
        return tuple(sorted(self.errors))


class ClinikoRateLimited(ClinikoRefused):
    """429: the limit of 200 requests a minute of the key's owner is used up; nothing was done. Wait ``seconds``.

    ``reset_at`` is the moment the wait ends, in epoch seconds of this machine's clock.
    """

    retryable = True

    def __init__(self, text: str, *, seconds: float, reset_at: float, message: str = "") -> None:
        super().__init__(text, status=429, message=message)
        self.seconds = seconds
        self.reset_at = reset_at
