"""Whatever a vendor answers, a connector ends in a value or in a RemoteFailure: never in anything else."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_app.core.failures import RemoteFailure
from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.records import ConsentProof, Contact
from booking_app.crm.vendors.registered import SPECS
from tests.crm.vendors.opening import opened

AT = datetime(2026, 11, 24, tzinfo=UTC)
EMAIL = "nora.quill@example.com"
CONTACT = Contact(email=EMAIL, first_name="Nora", mobile="+61491570156", utm_source="web", next_booking_at=AT)
RECORD = BookingRecord(reference="BK-7Q2M4X9A", starts_at=AT, ends_at=AT, state="booked")
PROOF = ConsentProof(is_given=True, wording="News, please.", given_at=AT)
CONFIGS: dict[str, dict[str, Any]] = {
    "hubspot": {"token": "pat-ap1-x", "subscription": 9, "tags": ["Web"]},
    "gohighlevel": {"token": "pit-x", "account": "Abc123", "do_not_disturb_without_consent": True},
    "activecampaign": {"token": "x", "account": "https://a.api-us1.com", "list": "1"},
    "mailchimp": {"token": "0123456789abcdef-us6", "list": "a1b2"},
}
VERBS: tuple[Callable[[Any], object], ...] = (
    lambda vendor: vendor.whoami(),
    lambda vendor: vendor.schema.plan(),
    lambda vendor: vendor.schema.apply(),
    lambda vendor: vendor.contacts.find(EMAIL),
    lambda vendor: vendor.contacts.upsert(CONTACT),
    lambda vendor: vendor.contacts.add_tags("12", ["Web"]),
    lambda vendor: vendor.contacts.set_next_booking(EMAIL, None),
    lambda vendor: vendor.bookings.record("12", RECORD),
    lambda vendor: vendor.bookings.update("12", RECORD),
    lambda vendor: vendor.consents.follow(EMAIL, PROOF),
    lambda vendor: vendor.add_to_list("12", "1"),
)
# The members that connectors look into, beside values of every type, so that answers get past the first look.
MEMBERS = st.sampled_from(
    (
        "id", "results", "properties", "contact", "contacts", "customFields", "fields", "fieldRels",
        "fieldValues", "note", "notes", "tag", "tags", "list", "contactLists", "merge_fields", "status",
        "errors", "error", "message", "category", "detail", "title", "code", "source", "pointer", "field",
        "meta", "contactId", "matchingField", "dndSettings", "name", "type", "options", "email", "user",
        "account_id", "location", "timezone", "subscriptionId", "hasUniqueValue", "context", "policyName",
        "body", "text", "perstag", "fieldKey", "bounced_hard", "Email", "statusCode", "traceId",
    )
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(
        ["12", "1", "BOOKING_SOURCE", "contact.booking_source", EMAIL, "active", "subscribed", "\ud800", "\x00",
         "9" * 5000, "/data/attributes/email", "Property values were not valid", "²", "duplicate", "-1", 10**400]
    ),
)  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(MEMBERS, inner, max_size=5))
)
STATUSES = st.sampled_from([200] * 8 + [201, 204, 207, 299, 301, 400, 401, 403, 404, 408, 409, 410, 422, 423, 429, 477])
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "X-RateLimit-Interval-Milliseconds", "X-HubSpot-RateLimit-Interval-Milliseconds"]),
    st.sampled_from(["30", "-1", "9" * 400, "²", "soon", "Wed, 21 Oct 9999 07:28:00 GMT", "1e9", ""]),
    max_size=2,
)
BODIES = st.one_of(
    DOCUMENTS.map(lambda document: json.dumps(document).encode()),
    st.sampled_from([b"", b"<html>", b"[" * 50_000, b'{"a":' * 20_000, b"\xff\xfe", b"NaN", b"9" * 6000, b"null"]),
)
ANSWERS = st.lists(st.tuples(st.one_of(STATUSES, st.integers(500, 599)), HEADERS, BODIES), min_size=1, max_size=6)


@pytest.mark.parametrize("vendor", CONFIGS)
@settings(max_examples=150)
@given(answers=ANSWERS, verb=st.sampled_from(VERBS))
def test_no_answer_ends_in_anything_but_a_value_or_a_failure(vendor: str, answers: Any, verb: Any) -> None:
    said = cycle(answers)

    def answer(_request: httpx.Request) -> httpx.Response:
        status, headers, body = next(said)
        return httpx.Response(status, headers={name: text.encode() for name, text in headers.items()}, content=body)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = opened(vendor, http=http, monotonic=lambda: 1.0, **CONFIGS[vendor])
        failure = failure_of(lambda: verb(client))
    assert failure is None or len(failure.code) < 200
    assert failure is None or failure.retry_after is None or 0 <= failure.retry_after < 10**8


def failure_of(act: Callable[[], object]) -> RemoteFailure | None:
    try:
        act()
    except RemoteFailure as failure:
        return failure
    return None


def test_every_vendor_with_contacts_is_asked() -> None:
    assert set(CONFIGS) == {spec.name for spec in SPECS.values() if spec.keeps_contacts}
