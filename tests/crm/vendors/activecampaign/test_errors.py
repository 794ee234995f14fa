"""What ActiveCampaign's answers mean for the task runner."""

import json

import pytest

from booking_app.core.failures import Failure
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.activecampaign.errors import failure_of

HTML = b"<html><body>Bad gateway for nora@example.com</body></html>"


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, content)


def errors(code: str, member: str) -> dict[str, object]:
    error = {"title": "Nora Quill", "detail": "", "code": code, "source": {"pointer": f"/data/attributes/{member}"}}
    return {"errors": [error]}


@pytest.mark.parametrize(
    ("given", "is_write", "failure", "code"),
    [
        (answer(403, {"message": "no"}), True, Failure.AUTH, "activecampaign_403"),
        (answer(401, HTML), True, Failure.AUTH, "activecampaign_401"),
        (answer(404, {"message": "No Result found"}), False, Failure.CONFIG, "activecampaign_404"),
        (answer(400, {}), True, Failure.CONFIG, "activecampaign_400"),
        (answer(402), True, Failure.CONFIG, "activecampaign_402"),
        (answer(422, errors("duplicate", "email")), True, Failure.CONFLICT, "activecampaign_422:duplicate"),
        (answer(422, errors("email_invalid", "email")), True, Failure.DATA, "activecampaign_422:email_invalid"),
        (answer(422, errors("", "email")), True, Failure.DATA, "activecampaign_422:email"),
        (answer(422, errors("invalid", "email")), True, Failure.DATA, "activecampaign_422:email"),
        (answer(422, errors("related_missing", "list")), True, Failure.CONFIG, "activecampaign_422:related_missing"),
        (answer(422, {"errors": "x"}), True, Failure.CONFIG, "activecampaign_422"),
        (answer(500), True, Failure.UNKNOWN_OUTCOME, "activecampaign_500"),
        (answer(502, HTML), False, Failure.TRANSIENT, "activecampaign_502"),
        (answer(400, b"[1, 2"), True, Failure.CONFIG, "activecampaign_400"),
    ],
)
def test_a_status_has_one_meaning(given: Answer, is_write: bool, failure: Failure, code: str) -> None:
    found = failure_of(given, is_write=is_write)
    assert (found.failure, found.code) == (failure, code)


@pytest.mark.parametrize(("headers", "seconds"), [({}, 30), ({"retry_after": "4"}, 4), ({"retry_after": "soon"}, 30)])
def test_a_limit_says_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    found = failure_of(answer(429, b"", **headers), is_write=True)
    assert (found.failure, found.retry_after) == (Failure.RATE, seconds)


def test_a_refused_member_is_named() -> None:
    found = failure_of(answer(422, errors("field_invalid", "phone")), is_write=True)
    assert found.properties == ("phone",)  # type: ignore[attr-defined]


def test_no_text_of_a_body_reaches_a_code() -> None:
    for status in (400, 401, 403, 404, 409, 418, 422, 423, 429, 500):
        body = {"message": "nora@example.com", **errors("Nora@Example.com", "nora@example.com")}
        found = failure_of(answer(status, body), is_write=True)
        assert found.code == f"activecampaign_{status}"
        assert "nora" not in str(found).lower() + repr(found).lower()
