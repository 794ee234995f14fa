"""The check itself must be able to fail."""

import httpx
import pytest

from .document import Document, find_document

ROOT = "https://api.au1.cliniko.com/v1"
APPOINTMENTS = "/individual_appointments"


@pytest.fixture(scope="module")
def disagreements():
    path = find_document()
    document = Document(path) if path else None

    def check(method, path, *, query="", body=None, status=200, answer=None):
        if document is None:
            return None
        request = httpx.Request(method, f"{ROOT}{path}{query}", json=body, headers={"Content-Type": "application/json"})
        content = {"content": b""} if answer is None else {"json": answer}
        return document.disagreements(request, httpx.Response(status, **content), path=path)

    return check


PATIENTS = {"patients": [], "total_entries": 0, "links": {}}
CANCEL = {"cancellation_reason": 50}


@pytest.mark.parametrize(
    ("exchange", "problem"),
    [
        ({"method": "GET", "path": "/nowhere"}, "GET /nowhere is not an operation"),
        ({"method": "DELETE", "path": "/user"}, "DELETE /user is not an operation"),
        (
            {"method": "GET", "path": "/patients", "query": "?phone=1", "answer": PATIENTS},
            "parameter phone is not documented",
        ),
        (
            {"method": "GET", "path": "/patients", "query": "?q[]=phone:=1", "answer": PATIENTS},
            "filter on phone is not",
        ),
        (
            {"method": "GET", "path": "/patients", "query": "?q[]=id:1", "answer": PATIENTS},
            "filter on id has no operator",
        ),
        (
            {"method": "PATCH", "path": f"{APPOINTMENTS}/1/cancel", "body": CANCEL | {"why": 1}, "status": 204},
            "body.why is not",
        ),
        (
            {"method": "PATCH", "path": f"{APPOINTMENTS}/1/cancel", "body": {"cancellation_reason": 1}, "status": 204},
            "'enum'",
        ),
        ({"method": "POST", "path": f"{APPOINTMENTS}/1/archive", "body": {}, "status": 204}, "a body where none"),
        (
            {"method": "POST", "path": "/patients", "body": {"first_name": 1}, "status": 201, "answer": {}},
            "body.first_name",
        ),
        (
            {"method": "POST", "path": "/patients", "body": {}, "status": 200, "answer": {}},
            "status 200 is not documented",
        ),
        ({"method": "GET", "path": "/patients/1", "answer": {"id": 1}}, "answer.id breaks 'type'"),
        ({"method": "GET", "path": "/patients/1", "answer": {"created_at": None}}, "answer.created_at breaks"),
        (
            {"method": "GET", "path": "/patients", "answer": PATIENTS | {"patients": [{"email": 1}]}},
            "answer.patients.[].email",
        ),
    ],
)
def test_what_is_not_as_documented_is_found(disagreements, exchange, problem):
    found = disagreements(**exchange)
    assert found is None or (len(found) >= 1 and any(problem in one for one in found)), found


@pytest.mark.parametrize(
    "exchange",
    [
        {"method": "GET", "path": "/patients", "query": "?q[]=archived_at:*&per_page=100", "answer": PATIENTS},
        {"method": "GET", "path": "/patients/1", "answer": {"id": "1", "email": None, "reminder_type": None}},
        {"method": "PATCH", "path": f"{APPOINTMENTS}/1/cancel", "body": CANCEL, "status": 204},
        {"method": "GET", "path": "/appointment_type_billable_items", "answer": {}},
    ],
)
def test_what_is_documented_passes(disagreements, exchange):
    assert not disagreements(**exchange)
