"""From Stripe's status and error body to a failure, in one function.

Bodies look like {"error": {"type": "invalid_request_error", "code": "…", "message": "…", "param": "…"}}. Messages are
read by nobody: they quote keys and addresses. A 500 is kept under its idempotency key and would be replayed for a day,
so after one the caller looks, and then tries with another key.
"""

import re

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorConflict,
    VendorMisconfigured,
    VendorOutcomeUnknown,
    VendorRejected,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer
from booking_app.deposits.vendors.failures import KeptFailure, UnexpectedState

WORD = re.compile(r"[a-z][a-z0-9_]{1,60}")
BUSY_SECONDS = 5.0


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the task runner; survives bodies that are no JSON."""
    kind, word = _told(answer)
    code = f"stripe_{answer.status}" + (f":{word or kind}" if word or kind else "")
    if word in ("payment_intent_unexpected_state", "checkout_session_not_open", "charge_already_refunded"):
        return UnexpectedState(code)
    if answer.status == 403:
        return VendorMisconfigured(code)
    if kind == "idempotency_error":
        return VendorConflict(code)
    if answer.status == 402 or kind == "card_error":
        return VendorRejected(code)
    if answer.status >= 500 and is_write and answer.json() is not None:
        return KeptFailure(code)
    if answer.status == 409 or answer.headers.get("stripe-should-retry") == "true":
        return VendorOutcomeUnknown(code) if is_write else RemoteFailure(code, failure=Failure.TRANSIENT)
    return usual_failure(code, answer.status, is_write=is_write, wait=answer.retry_after(BUSY_SECONDS))


def _told(answer: Answer) -> tuple[str, str]:
    document = answer.json()
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return "", ""
    return _word(error.get("type")), _word(error.get("code"))


def _word(value: object) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""
