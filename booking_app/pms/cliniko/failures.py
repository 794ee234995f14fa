"""What each error of the Cliniko client means in this product's words; the only place that decides it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from booking_app.core.failures import RemoteFailure
from booking_app.pms.client import (
    ClinikoDeadline,
    ClinikoError,
    ClinikoForbidden,
    ClinikoForeignLink,
    ClinikoMisconfigured,
    ClinikoNotFound,
    ClinikoNotJson,
    ClinikoOutcomeUnknown,
    ClinikoRateLimited,
    ClinikoRefused,
    ClinikoRejected,
    ClinikoServerError,
    ClinikoStorageFailed,
    ClinikoTimedOut,
    ClinikoUnauthorized,
    ClinikoUnreachable,
    ClinikoUnreadable,
)
from booking_app.pms.errors import (
    OutOfTime,
    PracticeBusy,
    PracticeMisconfigured,
    PracticeMissing,
    PracticeOutcomeUnknown,
    PracticeRefused,
    PracticeRejected,
    PracticeUnavailable,
)

LONGEST_CODE = 120
_FIELD = re.compile(r"[A-Za-z_][\w.-]{0,39}")


@contextmanager
def translated() -> Iterator[None]:
    """Turn every error of the client into a RemoteFailure; what the caller's own hooks raise passes untouched."""
    try:
        yield
    except ClinikoError as error:
        raise failure_of(error) from error


def failure_of(error: ClinikoError) -> RemoteFailure:
    """The failure an error of the client stands for. Its code names statuses and fields, never what was sent."""
    match error:
        case ClinikoMisconfigured():
            return PracticeMisconfigured("cliniko_settings")
        case ClinikoDeadline():
            return OutOfTime("cliniko_deadline")
        case ClinikoOutcomeUnknown():
            return PracticeOutcomeUnknown(_unanswered(error))
        case ClinikoRateLimited(seconds=seconds):
            return PracticeBusy("cliniko_429", retry_after=seconds)
        case ClinikoUnauthorized() | ClinikoForbidden():
            return PracticeRefused(f"cliniko_{error.status}")
        case ClinikoNotFound():
            return PracticeMissing("cliniko_404")
        case ClinikoRejected():
            return _rejected(error)
        case ClinikoRefused(status=status):
            return PracticeRejected(f"cliniko_{status}")
        case _:
            return PracticeUnavailable(_passing(error))


def _passing(error: ClinikoError) -> str:
    """The code of a failure that changed nothing."""
    match error:
        case ClinikoUnreachable():
            return "cliniko_unreachable"
        case ClinikoTimedOut():
            return "cliniko_timeout"
        case ClinikoServerError(status=status):
            return f"cliniko_{status}"
        case ClinikoNotJson():
            return "cliniko_not_json"
        case ClinikoForeignLink():
            return "cliniko_foreign_link"
        case ClinikoStorageFailed(status=status):
            return f"cliniko_storage_{status}" if status else "cliniko_storage"
        case _:
            return "cliniko_disconnected" if error.retryable else "cliniko_unreadable"


def _unanswered(error: ClinikoOutcomeUnknown) -> str:
    """The code of a write that may have happened."""
    if error.status is not None:
        return "cliniko_not_json" if error.status < 400 else f"cliniko_{error.status}"
    heard = error.__context__  # what the network said, or what could not be read in the answer
    if isinstance(heard, ClinikoUnreadable):
        return "cliniko_unreadable"
    return "cliniko_timeout" if type(heard).__name__.endswith("Timeout") else "cliniko_no_answer"


def _rejected(error: ClinikoRejected) -> PracticeRejected:
    fields = tuple(field for field in error.fields if _FIELD.fullmatch(field))
    code = f"cliniko_422:{','.join(fields)}" if fields else "cliniko_422"
    return PracticeRejected(code[:LONGEST_CODE], fields=fields)
