"""How the practice system fails, for the task runner and the pages.

RemoteFailure
├── PracticeUnavailable    nothing happened; down, slow or unreachable      TRANSIENT
├── PracticeBusy           its request limit is reached                     RATE
├── PracticeOutcomeUnknown a write left and no answer came                  UNKNOWN_OUTCOME
├── PracticeRefused        the key is refused or lacks a right              AUTH
├── PracticeRejected       the payload is refused, `fields` says where      DATA
├── PracticeMissing        the record is not there (any more)               CONFLICT
├── PracticeMisconfigured  something in the account has to be fixed         CONFIG
└── OutOfTime              our own deadline ended before anything was sent  TRANSIENT
"""

from booking_app.core.failures import Failure, RemoteFailure

NOT_CONNECTED = "cliniko_not_connected"  # the code of PracticeMisconfigured where the clinic has no key yet


class PracticeUnavailable(RemoteFailure):
    failure = Failure.TRANSIENT


class OutOfTime(RemoteFailure):
    failure = Failure.TRANSIENT


class PracticeBusy(RemoteFailure):
    failure = Failure.RATE


class PracticeOutcomeUnknown(RemoteFailure):
    failure = Failure.UNKNOWN_OUTCOME


class PracticeRefused(RemoteFailure):
    failure = Failure.AUTH


class PracticeRejected(RemoteFailure):
    failure = Failure.DATA

    def __init__(self, code: str, *, fields: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.fields = fields


class PracticeMissing(RemoteFailure):
    failure = Failure.CONFLICT


class PracticeMisconfigured(RemoteFailure):
    failure = Failure.CONFIG
