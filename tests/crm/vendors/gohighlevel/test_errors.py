"""What GoHighLevel's answers mean for the task runner."""

import json

import pytest

from booking_app.core.failures import Failure
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.gohighlevel.errors import DuplicateContact, failure_of

HTML = b"<html><body>Bad gateway for nora@example.com</body></html>"


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, content)


@pytest.mark.parametrize(
    ("given", "is_write", "failure", "code"),
    [
        (answer(401, {"message": "Invalid JWT"}), True, Failure.AUTH, "gohighlevel_401"),
        (answer(401, {"message": "not authorized for this scope."}), False, Failure.AUTH, "gohighlevel_401:scope"),
        (answer(401, {"message": "version header was not found."}), True, Failure.CONFIG, "gohighlevel_401:version"),
        (answer(400, {"message": "gone in API version v3."}), True, Failure.CONFIG, "gohighlevel_400:version"),
        (answer(403, HTML), True, Failure.AUTH, "gohighlevel_403"),
        (answer(404, HTML), False, Failure.CONFIG, "gohighlevel_404"),
        (answer(400, {"message": "Contact not found"}), True, Failure.CONFIG, "gohighlevel_400:contact"),
        (answer(400, {"message": "Contact with id x not found"}), True, Failure.CONFIG, "gohighlevel_400:contact"),
        (answer(400, {"message": "x already exists"}), True, Failure.CONFLICT, "gohighlevel_400:already_there"),
        (answer(422, {"message": ["email must be an email"]}), True, Failure.DATA, "gohighlevel_422:email"),
        (answer(400, {"message": "Invalid email nora@x"}), True, Failure.DATA, "gohighlevel_400:email"),
        (answer(422, {"message": ["property hue should not exist"]}), True, Failure.CONFIG, "gohighlevel_422:hue"),
        (answer(422, {"message": "Nora Quill"}), True, Failure.CONFIG, "gohighlevel_422"),
        (answer(500), True, Failure.UNKNOWN_OUTCOME, "gohighlevel_500"),
        (answer(502, HTML), False, Failure.TRANSIENT, "gohighlevel_502"),
        (answer(400, b"[1, 2"), True, Failure.CONFIG, "gohighlevel_400"),
        (answer(418, ["x"]), True, Failure.CONFIG, "gohighlevel_418"),
    ],
)
def test_a_status_has_one_meaning(given: Answer, is_write: bool, failure: Failure, code: str) -> None:
    found = failure_of(given, is_write=is_write)
    assert (found.failure, found.code) == (failure, code)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(429, {}), 10),
        (answer(429, HTML, x_ratelimit_interval_milliseconds="4000"), 4),
        (answer(429, {}, x_ratelimit_daily_remaining="0", x_ratelimit_interval_milliseconds="4000"), 3600),
        (answer(429, {}, retry_after="12"), 12),
    ],
)
def test_a_limit_says_how_long_to_wait(given: Answer, seconds: float) -> None:
    found = failure_of(given, is_write=True)
    assert (found.failure, found.retry_after) == (Failure.RATE, seconds)


@pytest.mark.parametrize(
    ("meta", "remote_id", "field"),
    [
        ({"contactId": "abc", "matchingField": "phone"}, "abc", "phone"),
        ({"contactId": "../x", "matchingField": "name"}, None, None),
        (None, None, None),
    ],
)
def test_a_duplicate_tells_what_it_can(meta: object, remote_id: str | None, field: str | None) -> None:
    body = {"statusCode": 400, "message": "This location does not allow duplicated contacts.", "meta": meta}
    found = failure_of(answer(400, body), is_write=True)
    assert isinstance(found, DuplicateContact)
    assert (found.failure, found.remote_id, found.field) == (Failure.CONFLICT, remote_id, field)


def test_no_text_of_a_body_reaches_a_code() -> None:
    for status in (400, 401, 403, 404, 409, 418, 422, 423, 429, 500):
        found = failure_of(answer(status, {"message": ["nora@example.com is wrong"]}), is_write=True)
        assert "nora" not in str(found).lower() + repr(found).lower()
