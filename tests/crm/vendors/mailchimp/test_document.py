"""What we send, and what the sandbox answers, against Mailchimp's own document.

The document is not part of this project: it is looked for where BOOKING_SPECS_DIR says, or beside the repository, and
it takes PyYAML to read. Where one of the two is missing the run says so in a line of its own, and what is written down
here is checked all the same.
"""

import importlib.util
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.records import ConsentProof, Contact
from booking_sandbox.mailchimp.account import LIST_ID
from booking_sandbox.server import SandboxServer
from tests.crm.vendors.opening import opened

EMAIL = "nora.quill@example.com"
MEMBER = "/lists/{list_id}/members/{subscriber_hash}"
NOTE = f"{MEMBER}/notes/{{note_id}}"
CALLS = {
    ("PUT", MEMBER): "members", ("PATCH", MEMBER): "members", ("GET", MEMBER): "members",
    ("POST", f"{MEMBER}/tags"): "members", ("POST", "/lists/{list_id}/merge-fields"): "fields",
    ("GET", "/lists/{list_id}/merge-fields"): "fields", ("GET", "/"): "root",
    ("GET", f"{MEMBER}/notes"): "notes", ("POST", f"{MEMBER}/notes"): "notes", ("PATCH", NOTE): "notes",
}  # fmt: skip
# What the document demands and allows, written down for runs without it.
STATUSES = {"subscribed", "unsubscribed", "cleaned", "pending", "transactional"}
KNOWN_SCHEMAS: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", MEMBER): {
        "type": "object", "required": ["email_address", "status_if_new"],
        "properties": {"status_if_new": {"enum": sorted(STATUSES)}, "merge_fields": {"type": "object"}},
    },
    ("PATCH", MEMBER): {"type": "object", "properties": {"status": {"enum": sorted(STATUSES - {"transactional"})}}},
    ("POST", f"{MEMBER}/tags"): {"type": "object", "required": ["tags"]},
    ("POST", "/lists/{list_id}/merge-fields"): {"type": "object", "required": ["name", "type"]},
    ("POST", f"{MEMBER}/notes"): {"type": "object", "properties": {"note": {"type": "string"}}},
    ("PATCH", NOTE): {"type": "object", "properties": {"note": {"type": "string"}}},
}  # fmt: skip


@cache
def document(part: str) -> dict[str, Any] | None:
    """One file of the document; None where it, or what reads it, is missing."""
    places = [Path(__file__).parents[5] / "shared" / "reference" / "specs"]
    if named := os.environ.get("BOOKING_SPECS_DIR"):
        places.insert(0, Path(named))
    found = next((path for place in places if (path := place / f"mailchimp-marketing-{part}.yaml").is_file()), None)
    if found is None or importlib.util.find_spec("yaml") is None:
        return None
    yaml = importlib.import_module("yaml")
    return dict(yaml.load(found.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def operation(method: str, path: str) -> dict[str, Any] | None:
    whole = document(CALLS[method, path])
    return None if whole is None else dict(whole["paths"][path][method.lower()])


def body_schema(method: str, path: str) -> dict[str, Any] | None:
    told = operation(method, path)
    if told is None:
        return KNOWN_SCHEMAS.get((method, path))
    return next((each["schema"] for each in told["parameters"] if each["in"] == "body"), None)


@pytest.fixture(autouse=True, scope="module")
def said_plainly(request: pytest.FixtureRequest) -> None:
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if document("members") is None and reporter is not None:
        reason = "it was not found" if importlib.util.find_spec("yaml") else "PyYAML is not installed"
        reporter.write_line(f"Mailchimp's own document was not used ({reason}); what is written down here was.")


@pytest.fixture
def sent(sandbox: SandboxServer) -> list[tuple[str, str, httpx.Request, httpx.Response]]:
    """Every call of a whole sync: method, route of the document, request and answer."""
    seen: list[tuple[str, str, httpx.Request, httpx.Response]] = []
    with httpx.Client() as http:
        inner: Callable[..., httpx.Response] = http.send

        def noting(request: httpx.Request, **options: Any) -> httpx.Response:
            response = inner(request)
            path = request.url.path.partition("/3.0")[2]
            parts = path.split("/")
            if len(parts) > 4:
                parts[4] = "{subscriber_hash}"
            if len(parts) > 6:
                parts[6] = "{note_id}"
            if len(parts) > 2:
                parts[2] = "{list_id}"
            seen.append((request.method, "/".join(parts), request, response))
            return response

        http.send = noting  # type: ignore[method-assign]
        _sync(sandbox, http)
    return seen


def _sync(sandbox: SandboxServer, http: httpx.Client) -> None:
    mailchimp = opened(
        "mailchimp", token=sandbox.mailchimp_key("demo"), list=LIST_ID, http=http, monotonic=lambda: 1.0,
        base_url=sandbox.mailchimp_url,
    )  # fmt: skip
    at = datetime(2026, 11, 24, tzinfo=UTC)
    proof = ConsentProof(is_given=True, wording="News, please.", given_at=at)
    mailchimp.whoami()
    mailchimp.schema.apply()
    written = mailchimp.contacts.upsert(Contact(email=EMAIL, first_name="Nora", source="web", next_booking_at=at))
    mailchimp.contacts.add_tags(written.remote_id, ["Web"])
    mailchimp.consents.follow(EMAIL, proof)
    mailchimp.contacts.set_next_booking(EMAIL, None)
    booking = BookingRecord(reference="BK-7Q2M4X9A", starts_at=at, ends_at=at, state="booked")
    mailchimp.bookings.record(written.remote_id, booking)
    mailchimp.bookings.update(written.remote_id, replace(booking, state="cancelled"))


def test_every_body_is_one_that_the_document_takes(sent: list[Any]) -> None:
    checked = set()
    for method, path, request, _ in sent:
        schema = body_schema(method, path) if request.content else None
        if schema is not None:
            OAS30Validator(schema).validate(json.loads(request.content))
            checked.add((method, path))
    assert checked == set(KNOWN_SCHEMAS)


def test_no_body_has_a_member_that_the_document_does_not_know(sent: list[Any]) -> None:
    for method, path, request, _ in sent:
        if request.content and operation(method, path) is not None:
            known = (body_schema(method, path) or {})["properties"]
            assert json.loads(request.content).keys() <= known.keys()


def test_every_query_is_one_that_the_document_knows(sent: list[Any]) -> None:
    for method, path, request, _ in sent:
        told = operation(method, path) if (method, path) in CALLS else None
        if told is not None:
            known = {each["name"] for each in told["parameters"] if each["in"] == "query"}
            assert set(request.url.params) <= known


def test_the_sandbox_answers_as_the_document_has_it(sent: list[Any]) -> None:
    for method, path, _, response in sent:
        told = operation(method, path) if (method, path) in CALLS else None
        if told is not None:
            assert str(response.status_code) in told["responses"] or response.status_code == 404
            schema = told["responses"].get(str(response.status_code), {}).get("schema")
            if schema and response.content:
                OAS30Validator(schema).validate(response.json())


def test_no_status_is_ever_written_but_the_question_whether_somebody_wants_to_subscribe(sent: list[Any]) -> None:
    bodies = [json.loads(request.content) for _, _, request, _ in sent if request.content]
    statuses = [body["status"] for body in bodies if "status" in body]
    assert statuses == ["pending"]
    assert {body["status_if_new"] for body in bodies if "status_if_new" in body} == {"transactional"}
    lenient = [request.url.params.get("skip_merge_validation") for method, path, request, _ in sent
               if method in ("PUT", "PATCH") and path == MEMBER]  # fmt: skip
    assert set(lenient) == {"true"}
