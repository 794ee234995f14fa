"""From HubSpot's status and error body to a failure, in one function.

Bodies look like {"status": "error", "category": …, "message": …, "correlationId": …, "errors": [{"code": …, …}]}.
Messages quote values, e-mail addresses among them: they are read for what they tell and never kept.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from booking_app.core.failures import RemoteFailure
from booking_app.core.outbound_http.errors import (
    VendorConflict,
    VendorDeclined,
    VendorMisconfigured,
    VendorRejected,
    VendorUnavailable,
    usual_failure,
)
from booking_app.core.outbound_http.transport import Answer

WORD = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,99}")
EXISTING_ID = re.compile(r"existing\s+id\W{0,4}(\d{1,20})", re.IGNORECASE)
MISSING_PROPERTY = re.compile(r"property \W?([a-z][a-z0-9_]*)\W? does not exist", re.IGNORECASE)
FORGOTTEN = re.compile(r"gdpr|block ?list|permanently deleted", re.IGNORECASE)
LOCKED_SECONDS = 2.0
MOVING_SECONDS = 60.0
POLICY_SECONDS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
# The daily limit ends at midnight of the account's own zone. Asking once an hour needs no knowledge of it.
DAILY_SECONDS = 3600.0
EMAIL_WORDS = frozenset({"INVALID_EMAIL", "INVALID_EMAIL_ADDRESS"})


@dataclass(frozen=True)
class Problem:
    """What an error body tells, as far as it may be kept: `faults` maps property names to error words."""

    word: str
    policy: str
    faults: dict[str, str]
    existing_id: str | None
    is_forgotten: bool


def failure_of(answer: Answer, *, is_write: bool) -> RemoteFailure:
    """What an answer without success means for the task runner; survives bodies that are no JSON."""
    problem = read_problem(answer)
    code = f"hubspot_{answer.status}" + (f":{problem.word}" if problem.word else "")
    match answer.status:
        case 400 | 403 | 409 | 422 if problem.is_forgotten:
            return VendorDeclined(f"hubspot_{answer.status}:forgotten")
        case 409:
            return VendorConflict(code, remote_id=problem.existing_id)
        case 400 | 422:
            return _rejection(code, problem)
        case 423:
            return VendorUnavailable(code, retry_after=max(answer.retry_after(LOCKED_SECONDS), LOCKED_SECONDS))
        case 477:
            return VendorUnavailable(code, retry_after=answer.retry_after(MOVING_SECONDS))
        case status:
            return usual_failure(
                code, status, is_write=is_write, wait=answer.retry_after(_policy_seconds(answer, problem))
            )


def read_problem(answer: Answer) -> Problem:
    document = answer.json()
    body = document if isinstance(document, dict) else {}
    message = str(body.get("message", ""))
    faults = dict(_faults(body, message))
    policy = _word(body.get("policyName"))
    words = [*faults.values(), policy, _word(body.get("category")), _word(body.get("errorType"))]
    existing = EXISTING_ID.search(message)
    return Problem(
        word=next((word for word in words if word), ""),
        policy=policy,
        faults=faults,
        existing_id=existing.group(1) if existing else None,
        is_forgotten=bool(FORGOTTEN.search(f"{message} {body.get('subCategory', '')}")),
    )


def _rejection(code: str, problem: Problem) -> RemoteFailure:
    if "email" in problem.faults or EMAIL_WORDS & set(problem.faults.values()):
        return VendorRejected("hubspot_400:INVALID_EMAIL")
    return VendorMisconfigured(code, properties=tuple(name for name in problem.faults if name))


def _faults(body: dict[str, object], message: str) -> Iterator[tuple[str, str]]:
    """(property, error word) of every complaint, wherever this version of the API writes it."""
    for entry in [*_objects(body.get("errors")), *_objects(_array_in(message))]:
        word = _word(entry.get("code")) or _word(entry.get("error"))
        for name in _names(entry):
            yield name, word
        if word in EMAIL_WORDS:
            yield "email", word
    for name in MISSING_PROPERTY.findall(message):
        yield name.lower(), "PROPERTY_DOESNT_EXIST"


def _names(entry: dict[str, object]) -> Iterator[str]:
    context = entry.get("context")
    told = [entry.get("name"), entry.get("in"), *MISSING_PROPERTY.findall(str(entry.get("message", "")))]
    for key in ("propertyName", "property", "name", "properties"):
        values = context.get(key) if isinstance(context, dict) else None
        told += values if isinstance(values, list) else [values]
    yield from dict.fromkeys(name for name in told if isinstance(name, str) and PROPERTY.fullmatch(name))


def _array_in(message: str) -> object:
    """The JSON list that older endpoints put into the text of a message."""
    start = message.find("[{")
    try:
        return json.JSONDecoder().raw_decode(message[start:])[0] if start >= 0 else None
    except ValueError:
        return None


def _objects(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _word(value: object) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""


def _policy_seconds(answer: Answer, problem: Problem) -> float:
    if problem.policy == "DAILY" or answer.headers.get("x-hubspot-ratelimit-daily-remaining") == "0":
        return DAILY_SECONDS
    interval = answer.seconds_in("x-hubspot-ratelimit-interval-milliseconds", POLICY_SECONDS["TEN_SECONDLY_ROLLING"])
    return POLICY_SECONDS.get(problem.policy, interval)
