"""From Mailchimp's status and problem document to a failure, in one function.

Bodies: {"type": …, "title": …, "status": …, "detail": …, "instance": …, "errors": [{"field": …, "message": …}]}.
Titles are stable, details quote the address: they are read for what they tell and never kept. What comes without such
a document did not come from the API but from what stands before it, and says nothing about the key.
"""

import re
import secrets
from dataclasses import dataclass

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorBusy,
    VendorDeclined,
    VendorMisconfigured,
    VendorRejected,
    VendorUnavailable,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer

TITLE = re.compile(r"[A-Za-z][A-Za-z ]{2,48}")
TAG = re.compile(r"[A-Z][A-Z0-9_]{0,49}")
NO_TO_MAILCHIMP = frozenset({"Member In Compliance State", "Forgotten Email Not Subscribed"})
BAD_ADDRESS = re.compile(r"looks fake or invalid|provide a valid email", re.IGNORECASE)
TOO_MANY_LISTS = re.compile(r"signed up to a lot of lists", re.IGNORECASE)
BUSY_SECONDS = 5
# Before the API stands a firewall that answers with web pages. It lets go after a while, and not sooner for asking.
BLOCKED_SECONDS = 300.0
# Mailchimp says "very recently" and names no time; hours are what is meant.
SIGNUPS_SECONDS = 6 * 3600.0


@dataclass(frozen=True)
class Problem:
    """What a problem document tells, as far as it may be kept. `fields` are the names that its errors give."""

    title: str
    fields: tuple[str, ...]
    is_bad_address: bool
    is_signup_pause: bool

    @property
    def word(self) -> str:
        return self.title.lower().replace(" ", "_")


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the task runner; survives bodies that are no JSON."""
    problem = read_problem(answer)
    code = f"mailchimp_{answer.status}" + (f":{problem.word}" if problem else "")
    match answer.status:
        case 403 if problem is None:
            return VendorBusy(f"{code}:bare", retry_after=busy_seconds())
        case 400 if problem is not None:
            return _rejection(code, problem)
        case 503 if problem is None:
            return VendorUnavailable(f"{code}:blocked", retry_after=BLOCKED_SECONDS)
        case status:
            return usual_failure(code, status, is_write=is_write, wait=busy_seconds())


def busy_seconds() -> float:
    """Mailchimp names no wait. Workers that were refused together do not come back together."""
    return BUSY_SECONDS + secrets.randbelow(10_000) / 1000


def read_problem(answer: Answer) -> Problem | None:
    """The problem document; None where the answer has none."""
    document = answer.json()
    title = document.get("title") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(title, str) or not TITLE.fullmatch(title):
        return None
    detail = str(document.get("detail", ""))
    fields = _fields(document.get("errors"))
    return Problem(
        title=title,
        fields=fields,
        is_bad_address=bool(BAD_ADDRESS.search(detail)) or "email_address" in fields,
        is_signup_pause=bool(TOO_MANY_LISTS.search(detail)),
    )


def _fields(errors: object) -> tuple[str, ...]:
    entries = errors if isinstance(errors, list) else []
    names = [entry.get("field") for entry in entries if isinstance(entry, dict)]
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _rejection(code: str, problem: Problem) -> RemoteFailure:
    if problem.title in NO_TO_MAILCHIMP:
        return VendorDeclined(code)
    if problem.is_bad_address:
        return VendorRejected("mailchimp_400:email")
    if problem.is_signup_pause:
        return VendorUnavailable("mailchimp_400:signups_paused", retry_after=SIGNUPS_SECONDS)
    tags = tuple(name for name in map(_tag, problem.fields) if name)
    if tags:
        return VendorMisconfigured(f"mailchimp_400:merge_field:{tags[0]}", properties=tags)
    return VendorRejected(code)


def _tag(name: str) -> str | None:
    """The merge tag that an error is about, written bare or as a path into the body."""
    tag = name.removeprefix("merge_fields.")
    return tag if TAG.fullmatch(tag) else None
