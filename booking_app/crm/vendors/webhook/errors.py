"""From a receiver's status to a failure, in one function. Bodies are not read: they may say anything."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import VendorBusy, VendorMisconfigured, VendorRefused, VendorUnavailable
from booking_app.core.outbound_http.transport import Answer

BUSY_SECONDS = 30.0
LONGEST_WAIT = 86_400.0  # a number that is no wait at all counts as a day


def failure_of(answer: Answer, *, now: datetime) -> RemoteFailure:
    """What an answer without success means for the task runner.

    A message may be sent again without harm, because its id stays: so what a receiver may get over by itself is tried
    again, longer apart each time. A redirect is not followed and needs a new URL. 401 and 403 say that the secret is
    not the receiver's, 410 that it wants no more: both pause the connection.
    """
    code, asked = f"webhook_{answer.status}", asked_seconds(answer, now=now)
    match answer.status:
        case 401 | 403:
            return VendorRefused(code)
        case 410:
            return VendorRefused(f"{code}:gone")
        case 429:
            return VendorBusy(code, retry_after=BUSY_SECONDS if asked is None else asked)
        case status if status < 400:
            return VendorMisconfigured(f"{code}:redirect" if status >= 300 else code)
        case _:
            return VendorUnavailable(code, retry_after=asked)


def asked_seconds(answer: Answer, *, now: datetime) -> float | None:
    """The wait that Retry-After asks for, as seconds or as a date; None without one that can be read."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isdecimal():
        return answer.retry_after(LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds(), 0.0)
