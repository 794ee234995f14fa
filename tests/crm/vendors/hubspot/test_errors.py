"""What HubSpot's answers mean for the task runner."""

import json

import pytest

from booking_app.core.failures import Failure
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.hubspot.errors import failure_of

HTML = b"<html><body>Bad gateway for nora@example.com</body></html>"


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, content)


@pytest.mark.parametrize(
    ("given", "is_write", "failure", "code"),
    [
        (answer(401, {"category": "EXPIRED_AUTHENTICATION"}), True, Failure.AUTH, "hubspot_401:EXPIRED_AUTHENTICATION"),
        (answer(403, {"category": "MISSING_SCOPES"}), True, Failure.AUTH, "hubspot_403:MISSING_SCOPES"),
        (answer(403, HTML), True, Failure.AUTH, "hubspot_403"),
        (answer(404, HTML), False, Failure.CONFIG, "hubspot_404"),
        (answer(405), True, Failure.CONFIG, "hubspot_405"),
        (answer(409, {"category": "CONFLICT"}), True, Failure.CONFLICT, "hubspot_409:CONFLICT"),
        (answer(423), True, Failure.TRANSIENT, "hubspot_423"),
        (answer(477), True, Failure.TRANSIENT, "hubspot_477"),
        (answer(500, {"message": "internal error"}), True, Failure.UNKNOWN_OUTCOME, "hubspot_500"),
        (answer(502, HTML), True, Failure.UNKNOWN_OUTCOME, "hubspot_502"),
        (answer(502, HTML), False, Failure.TRANSIENT, "hubspot_502"),
        (answer(524, b""), False, Failure.TRANSIENT, "hubspot_524"),
        (answer(400, b"[1, 2"), True, Failure.CONFIG, "hubspot_400"),
        (answer(400, ["x"]), True, Failure.CONFIG, "hubspot_400"),
        (answer(400, {"errors": "x", "message": None, "category": 7}), True, Failure.CONFIG, "hubspot_400"),
        (answer(301), True, Failure.CONFIG, "hubspot_301"),
    ],
)
def test_a_status_has_one_meaning(given: Answer, is_write: bool, failure: Failure, code: str) -> None:
    found = failure_of(given, is_write=is_write)
    assert (found.failure, found.code) == (failure, code)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(429, {"policyName": "SECONDLY"}), 1),
        (answer(429, {"policyName": "TEN_SECONDLY_ROLLING"}), 10),
        (answer(429, {"policyName": "DAILY"}), 3600),
        (answer(429, {"policyName": "DAILY"}, retry_after="120"), 120),
        (answer(429, HTML, x_hubspot_ratelimit_interval_milliseconds="4000"), 4),
        (answer(429, {}, x_hubspot_ratelimit_daily_remaining="0"), 3600),
        (answer(429, HTML, retry_after="Sat, 21 Nov 2026 10:00:00 GMT"), 10),
    ],
)
def test_a_limit_says_how_long_to_wait(given: Answer, seconds: float) -> None:
    found = failure_of(given, is_write=True)
    assert (found.failure, found.retry_after) == (Failure.RATE, seconds)


def test_a_locked_record_is_left_alone_for_two_seconds_at_least() -> None:
    assert failure_of(answer(423, retry_after="1"), is_write=True).retry_after == 2


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": "PROPERTY_DOESNT_EXIST", "context": {"propertyName": ["shoe_size"]}}]},
        {"errors": [{"code": "PROPERTY_DOESNT_EXIST", "context": {"name": ["shoe_size"]}}]},
        {"errors": [{"code": "PROPERTY_DOESNT_EXIST", "in": "shoe_size", "context": []}]},
        {"errors": [{"message": 'Property "shoe_size" does not exist'}]},
        {"message": 'Not valid: [{"isValid":false,"error":"PROPERTY_DOESNT_EXIST","name":"shoe_size"}]'},
        {"message": "Property 'shoe_size' does not exist"},
    ],
)
def test_a_missing_property_is_named_wherever_the_body_names_it(body: dict[str, object]) -> None:
    found = failure_of(answer(400, {"category": "VALIDATION_ERROR", **body}), is_write=True)
    assert found.failure is Failure.CONFIG
    assert found.properties == ("shoe_size",)  # type: ignore[attr-defined]


def test_no_text_of_a_body_reaches_a_code() -> None:
    body = {"category": "Nora Quill", "policyName": "nora@example.com", "message": "nora@example.com is wrong"}
    for status in (400, 401, 403, 404, 409, 418, 422, 423, 429, 500):
        found = failure_of(answer(status, body), is_write=True)
        assert found.code == f"hubspot_{status}"
        assert "nora" not in str(found).lower() + repr(found).lower()
