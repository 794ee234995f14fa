"""What Mailchimp's answers mean, as its documents and its users report them."""

import json
from typing import Any

import pytest

from booking_app.core.failures import Failure
from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.mailchimp.errors import failure_of

COMPLIANCE = "nora@example.com is in a compliance state due to unsubscribe, bounce, or compliance review"


def problem(status: int, title: str, detail: str = "", **more: Any) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": "1-2-3", **more}
    return Answer(status, {"content-type": "application/problem+json"}, json.dumps(body).encode())


def page(status: int, body: bytes = b"") -> Answer:
    return Answer(status, {"content-type": "text/html"}, body)


@pytest.mark.parametrize(
    ("answer", "failure", "code"),
    [
        (problem(401, "API Key Invalid"), Failure.AUTH, "mailchimp_401:api_key_invalid"),
        (problem(403, "User Disabled"), Failure.AUTH, "mailchimp_403:user_disabled"),
        (page(403), Failure.RATE, "mailchimp_403:bare"),
        (page(403, b"<h1>Forbidden</h1>"), Failure.RATE, "mailchimp_403:bare"),
        (page(403, b"[]"), Failure.RATE, "mailchimp_403:bare"),
        (page(429), Failure.RATE, "mailchimp_429"),
        (problem(404, "Resource Not Found"), Failure.CONFIG, "mailchimp_404:resource_not_found"),
        (problem(400, "Member In Compliance State", COMPLIANCE), Failure.CONSENT,
         "mailchimp_400:member_in_compliance_state"),
        (problem(400, "Invalid Resource", "Data did not match any of the schemas"), Failure.DATA,
         "mailchimp_400:invalid_resource"),
        (problem(400, "Invalid Resource", "x", errors=[{"field": "email_address", "message": "blank"}]), Failure.DATA,
         "mailchimp_400:email"),
        (problem(405, "Method Not Allowed"), Failure.CONFIG, "mailchimp_405:method_not_allowed"),
        (page(426), Failure.CONFIG, "mailchimp_426"),
        (page(301), Failure.CONFIG, "mailchimp_301"),
        (page(503, b"<h1>Request Blocked</h1>"), Failure.TRANSIENT, "mailchimp_503:blocked"),
        (page(502), Failure.UNKNOWN_OUTCOME, "mailchimp_502"),
        (problem(500, "InternalServerError"), Failure.UNKNOWN_OUTCOME, "mailchimp_500:internalservererror"),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)  # fmt: skip
def test_an_answer_to_a_write_means(answer: Answer, failure: Failure, code: str) -> None:
    told = failure_of(answer, is_write=True)
    assert (told.failure, told.code) == (failure, code)


def test_a_gateway_s_failure_of_a_read_may_simply_be_repeated() -> None:
    assert failure_of(page(502), is_write=False).failure is Failure.TRANSIENT


def test_merge_fields_are_named_and_what_was_typed_is_not() -> None:
    errors = [
        {"field": "ADDRESS", "message": "Please enter a complete address"},
        {"field": "merge_fields.PHONE", "message": "nora@example.com"},
    ]
    told = failure_of(problem(400, "Invalid Resource", "Your merge fields were invalid.", errors=errors), is_write=True)
    assert isinstance(told, VendorMisconfigured)
    assert (told.code, told.properties) == ("mailchimp_400:merge_field:ADDRESS", ("ADDRESS", "PHONE"))


def test_a_title_that_is_no_word_of_mailchimp_s_is_not_kept() -> None:
    assert failure_of(problem(400, "nora@example.com is bad"), is_write=True).code == "mailchimp_400"


def test_waits_without_a_header_differ_so_that_refused_workers_spread() -> None:
    waits = {failure_of(page(429), is_write=True).retry_after for _ in range(20)}
    assert len(waits) > 1
    assert all(wait is not None and 5 <= wait <= 15 for wait in waits)
