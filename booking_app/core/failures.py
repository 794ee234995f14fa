"""How a call to a remote system can fail, in the words on which the task runner decides what happens next."""

from enum import StrEnum


class Failure(StrEnum):
    """The class of a failure; `tasks/policy.py` holds the one table of what each leads to."""

    TRANSIENT = "transient"  # nothing happened, and a later try may succeed
    RATE = "rate"  # the remote asked us to wait; not an attempt
    UNKNOWN_OUTCOME = "unknown_outcome"  # bytes left and no answer came: look before repeating
    CONFLICT = "conflict"  # somebody or something was there first
    CONFIG = "config"  # the clinic or its remote account has to fix a setting
    DATA = "data"  # this payload will never be accepted as it is
    AUTH = "auth"  # the credentials are refused: the connection pauses
    CONSENT = "consent"  # the person said no: a success with a note


class RemoteFailure(Exception):
    """A remote call that did not give what was asked.

    `code` is short and free of personal data ("cliniko_422:email"): it is stored, logged and shown to staff.
    `retry_after` is in seconds where the remote named a time, else None.
    """

    failure: Failure = Failure.TRANSIENT

    def __init__(self, code: str, *, failure: Failure | None = None, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        if failure is not None:
            self.failure = failure
