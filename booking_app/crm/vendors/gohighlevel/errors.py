"""From GoHighLevel's status and error body to a failure, in one function.

Bodies look like {"statusCode": 400, "message": "…"} or, when a value is refused, {"statusCode": 422, "message": ["…"],
"error": "Unprocessable Entity"}. Messages may quote what was sent: they are read for what they tell and never kept.
"""

import re
from collections.abc import Iterator

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorConflict,
    VendorMisconfigured,
    VendorMissing,
    VendorRefused,
    VendorRejected,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer

DUPLICATE = re.compile(r"duplicated? contact", re.IGNORECASE)
ALREADY_THERE = re.compile(r"already exist", re.IGNORECASE)
NO_SUCH_CONTACT = re.compile(r"\bcontact\b.*\bnot found\b", re.IGNORECASE)
UNKNOWN_MEMBER = re.compile(r"^property (\w+) should not exist", re.IGNORECASE)
REFUSED_MEMBER = re.compile(r"^(\w+) (?:must|should)\b", re.IGNORECASE)
REFUSED_EMAIL = re.compile(r"invalid email|\bemail\b.*\b(?:invalid|not valid)\b", re.IGNORECASE)
WRONG_VERSION = re.compile(r"\bversion\b", re.IGNORECASE)
CONTACT_ID = re.compile(r"[\w-]{1,64}")
INTERVAL_SECONDS = 10.0
# The daily limit is counted by the vendor's own day. Asking once an hour needs no knowledge of it.
DAILY_SECONDS = 3600.0


class DuplicateContact(VendorConflict):
    """The sub-account allows no duplicates and another contact has this `field` ("email", "phone", None: not told)."""

    def __init__(self, code: str, *, remote_id: str | None, field: str | None) -> None:
        super().__init__(code, remote_id=remote_id)
        self.field = field


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the task runner; survives bodies that are no JSON."""
    body = _body(answer)
    messages = list(_messages(body))
    code = f"gohighlevel_{answer.status}"
    match answer.status:
        case 400 | 401 if any(map(WRONG_VERSION.search, messages)):
            return VendorMisconfigured(f"{code}:version")
        case 401 | 403:
            return VendorRefused(code + (":scope" if any("scope" in message for message in messages) else ""))
        case 400 | 409 | 422:
            return _rejection(code, messages, body.get("meta"))
        case status:
            return usual_failure(code, status, is_write=is_write, wait=_wait(answer))


def _rejection(code: str, messages: list[str], meta: object) -> RemoteFailure:
    told = " ".join(messages)
    if DUPLICATE.search(told):
        return _duplicate(code, meta)
    if ALREADY_THERE.search(told):
        return VendorConflict(f"{code}:already_there")
    if NO_SUCH_CONTACT.search(told):
        return VendorMissing(f"{code}:contact")
    named = tuple(dict.fromkeys(_named_members(messages)))
    if "email" in named or REFUSED_EMAIL.search(told):
        return VendorRejected(f"{code}:email")
    return VendorMisconfigured(f"{code}:{named[0]}" if named else code, properties=named)


def _duplicate(code: str, meta: object) -> DuplicateContact:
    details = meta if isinstance(meta, dict) else {}
    told_id, field = details.get("contactId"), details.get("matchingField")
    return DuplicateContact(
        f"{code}:duplicate",
        remote_id=told_id if isinstance(told_id, str) and CONTACT_ID.fullmatch(told_id) else None,
        field=field if field in ("email", "phone") else None,
    )


def _named_members(messages: list[str]) -> Iterator[str]:
    for message in messages:
        found = UNKNOWN_MEMBER.match(message) or REFUSED_MEMBER.match(message)
        if found and len(found[1]) <= 40:
            yield found[1]


def _body(answer: Answer) -> dict[str, object]:
    document = answer.json()
    return document if isinstance(document, dict) else {}


def _messages(body: dict[str, object]) -> Iterator[str]:
    told = body.get("message")
    yield from (str(each) for each in (told if isinstance(told, list) else [told]) if each)


def _wait(answer: Answer) -> float:
    """No Retry-After is documented; the interval of the limit is, and the rest of the day."""
    if answer.headers.get("x-ratelimit-daily-remaining") == "0":
        return answer.retry_after(DAILY_SECONDS)
    return answer.retry_after(answer.seconds_in("x-ratelimit-interval-milliseconds", INTERVAL_SECONDS))
