"""From ActiveCampaign's status and error body to a failure, in one function.

Bodies look like {"message": "…"} or {"errors": [{"title": "…", "detail": "…", "code": "duplicate",
"source": {"pointer": "/data/attributes/email"}}]}; a 400 often has "{}". A bad token is a 403, never a 401. Titles are
read by nobody: codes and pointers tell enough and quote nothing.
"""

import re
from collections.abc import Iterator

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorConflict,
    VendorMisconfigured,
    VendorRejected,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer

WORD = re.compile(r"[a-z][a-z0-9_]{1,39}")
POINTER = re.compile(r"/data/attributes/(?:contact/)?([A-Za-z][A-Za-z0-9]{0,39})")
BUSY_SECONDS = 30.0


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the task runner; survives bodies that are no JSON."""
    errors = list(_errors(answer))
    word = next((found for error in errors if (found := _word(error.get("code")))), "")
    code = f"activecampaign_{answer.status}" + (f":{word}" if word else "")
    match answer.status:
        case 400 | 409 | 422:
            return _rejection(code, word, tuple(dict.fromkeys(_named(errors))))
        case status:
            return usual_failure(code, status, is_write=is_write, wait=answer.retry_after(BUSY_SECONDS))


def _rejection(code: str, word: str, named: tuple[str, ...]) -> RemoteFailure:
    if word == "duplicate":
        return VendorConflict(code)
    if "email" in named or word.startswith("email"):
        return VendorRejected(code if word.startswith("email") else f"{code.partition(':')[0]}:email")
    return VendorMisconfigured(code, properties=named)


def _errors(answer: Answer) -> Iterator[dict[str, object]]:
    document = answer.json()
    told = document.get("errors") if isinstance(document, dict) else None
    yield from (error for error in told if isinstance(error, dict)) if isinstance(told, list) else ()


def _named(errors: list[dict[str, object]]) -> Iterator[str]:
    for error in errors:
        source = error.get("source")
        found = POINTER.fullmatch(str(source.get("pointer", ""))) if isinstance(source, dict) else None
        if found:
            yield found[1]


def _word(value: object) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""
