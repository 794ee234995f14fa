"""What Xero's answers mean: for a whole call, and for one document of it."""

from collections.abc import Mapping

from booking_app.accounting.vendors.records import RefusalCode
from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorBusy,
    VendorMisconfigured,
    VendorRefused,
    VendorRejected,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer

RATE_SECONDS, OFFLINE_SECONDS = 5.0, 60.0
# Xero's sentences change and quote names, so they are known by a few words and never kept.
WORDS: tuple[tuple[str, RefusalCode], ...] = (
    ("already assigned", "contact_taken"),  # goes on to say that names must be unique
    ("must be unique", "number_taken"),
    ("lock date", "closed_period"),
    ("account code", "unknown_account"),
    ("taxtype", "tax_refused"),
    ("tax type", "tax_refused"),
    ("limit of invoices", "approval_limit"),
    ("contact is archived", "contact_archived"),
    ("tracking", "tracking_unknown"),
    ("cannot be edited", "not_editable"),
    ("not of valid status", "not_editable"),
    ("against authorised", "not_editable"),
)


def refusal_of(messages: list[str]) -> RefusalCode:
    """The first reason that we know among Xero's sentences about one document."""
    text = " ".join(messages).casefold()
    return next((code for words, code in WORDS if words in text), "refused")


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the whole call."""
    code = f"xero_{answer.status}"
    document = answer.json()
    if answer.status == 429:
        problem = answer.headers.get("x-rate-limit-problem", "").lower()
        word = next((each for each in ("day", "concurrent") if each in problem), "minute")
        return VendorBusy(f"{code}:{word}", retry_after=answer.retry_after(RATE_SECONDS))
    if answer.status in (412, 503):
        return VendorBusy(code, retry_after=answer.retry_after(OFFLINE_SECONDS))
    if answer.status == 400:
        return _bad_request(code, document)
    if answer.status in (401, 403):
        return VendorRefused(f"{code}:{_detail(document)}")
    return usual_failure(code, answer.status, is_write=is_write, wait=RATE_SECONDS)


def token_failure(answer: Answer) -> RemoteFailure:
    """What a refused token request means: a person has to connect again, or the app's secret is wrong."""
    document = answer.json()
    word = document.get("error") if isinstance(document, dict) else None
    known = word if word in ("invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope") else None
    if known:
        return VendorRefused(f"xero_{known}")
    return usual_failure(f"xero_token_{answer.status}", answer.status, is_write=False, wait=RATE_SECONDS)


def _bad_request(code: str, document: object) -> RemoteFailure:
    if isinstance(document, Mapping) and document.get("Elements"):
        return VendorRejected(f"{code}:validation")
    return VendorMisconfigured(f"{code}:request")


def _detail(document: object) -> str:
    text = str(document.get("Detail", "")) if isinstance(document, Mapping) else ""
    if text.startswith("TokenExpired"):
        return "expired"
    return (
        "scope" if "scope" in text.casefold() else "disconnected" if "AuthenticationUnsuccessful" in text else "token"
    )
