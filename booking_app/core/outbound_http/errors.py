"""How a CRM fails, in the words on which the task runner decides.

    RemoteFailure
    ├── VendorUnavailable      nothing happened: no connection, or a read got no good answer   TRANSIENT
    ├── VendorOutOfTime        our own deadline ended before anything was sent                 TRANSIENT
    ├── VendorBusy             its request limit is reached; wait, not an attempt              RATE
    ├── VendorOutcomeUnknown   a write left and no usable answer came                          UNKNOWN_OUTCOME
    ├── VendorRefused          the token is refused or lacks a scope                           AUTH
    ├── VendorConflict         the record is there already, `remote_id` where it was told      CONFLICT
    ├── VendorMisconfigured    something in the account has to be fixed                        CONFIG
    │   └── VendorMissing      404: no such record, list or route                              CONFIG
    ├── VendorRejected         this payload will never be accepted                             DATA
    └── VendorDeclined         the person has said no to the vendor                            CONSENT

A code is made of the vendor's name, the status and the vendor's own error word; never of a message, which may quote an
e-mail address.
"""

from booking_app.core.failures import Failure, RemoteFailure


class VendorUnavailable(RemoteFailure):
    failure = Failure.TRANSIENT


class VendorOutOfTime(RemoteFailure):
    failure = Failure.TRANSIENT


class VendorBusy(RemoteFailure):
    failure = Failure.RATE


class VendorOutcomeUnknown(RemoteFailure):
    """It may or may not have happened. A contact is found by its e-mail, so writing it again makes no second one."""

    failure = Failure.UNKNOWN_OUTCOME


class VendorRefused(RemoteFailure):
    failure = Failure.AUTH


class VendorConflict(RemoteFailure):
    failure = Failure.CONFLICT

    def __init__(self, code: str, *, remote_id: str | None = None) -> None:
        super().__init__(code)
        self.remote_id = remote_id


class VendorMisconfigured(RemoteFailure):
    """`properties` are the vendor's names of the fields it does not take, where it names them."""

    failure = Failure.CONFIG

    def __init__(self, code: str, *, properties: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.properties = properties


class VendorMissing(VendorMisconfigured):
    """Callers to whom a missing record means something else catch it; to all others a setting is wrong."""


class VendorRejected(RemoteFailure):
    failure = Failure.DATA


class VendorDeclined(RemoteFailure):
    failure = Failure.CONSENT


def usual_failure(code: str, status: int, *, is_write: bool, wait: float) -> RemoteFailure:
    """What a status without success means unless a vendor means something else by it; `wait` is what a 429 asks for.

    After 5xx and 408 a write may have happened all the same: a gateway gives up on what its vendor goes on to do.
    """
    if status >= 500 or status == 408:
        return VendorOutcomeUnknown(code) if is_write else VendorUnavailable(code)
    if status == 429:
        return VendorBusy(code, retry_after=wait)
    if status in (401, 403):
        return VendorRefused(code)
    if status == 409:
        return VendorConflict(code)
    return VendorMissing(code) if status == 404 else VendorMisconfigured(code)
