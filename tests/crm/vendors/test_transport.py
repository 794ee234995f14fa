"""How requests leave for a vendor, and what a lost one means."""

import logging

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.transport import Call, Transport
from booking_app.crm.vendors.records import Contact
from tests.crm.vendors.hubspot.double import Account, client, lost_answer, never_connected

EMAIL = "nora.quill@example.com"
CONTACT = Contact(email=EMAIL, first_name="Nora")


class LeaseGone(Exception):
    pass


def no_lease() -> None:
    raise LeaseGone


def failed_upsert(account: Account, **within: float) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        client(account).within(**within).contacts.upsert(CONTACT)  # type: ignore[arg-type]
    return caught.value


def test_nothing_happened_where_no_connection_was_made() -> None:
    failure = failed_upsert(Account(faults=[never_connected]))
    assert (failure.failure, failure.code) == (Failure.TRANSIENT, "hubspot_unreachable:ConnectTimeout")


def test_a_write_without_an_answer_may_have_happened() -> None:
    account = Account(contacts={"12": {"email": EMAIL}}, faults=[lost_answer])
    assert failed_upsert(account).failure is Failure.UNKNOWN_OUTCOME


def test_a_read_without_an_answer_may_simply_be_repeated() -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(Account(faults=[lost_answer])).contacts.find(EMAIL)
    assert caught.value.failure is Failure.TRANSIENT


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff\xfe"])
def test_a_success_that_is_no_json_object_leaves_a_write_in_doubt(body: bytes) -> None:
    account = Account(faults=[lambda _a, _r: httpx.Response(200, content=body)])
    failure = failed_upsert(account)
    assert (failure.failure, failure.code) == (Failure.UNKNOWN_OUTCOME, "hubspot_200:not_json")


def test_nothing_leaves_after_the_deadline() -> None:
    account = Account()
    assert failed_upsert(account, deadline=99.0).code == "hubspot_out_of_time"
    assert account.requests == []


def test_a_lost_lease_stops_a_write_before_it_leaves_but_not_a_read() -> None:
    account = Account()
    hubspot = client(account).within(before_write=no_lease)
    assert hubspot.contacts.find(EMAIL) is None
    with pytest.raises(LeaseGone):
        hubspot.contacts.upsert(CONTACT)
    assert [method for method, _ in account.requests] == ["GET"]


def test_a_phase_never_gets_more_than_is_left_of_the_call() -> None:
    seen: list[dict[str, float]] = []

    def note(request: httpx.Request) -> httpx.Response:
        limits = request.extensions["timeout"]
        seen.append({phase: limits.get(phase) for phase in ("connect", "read", "write", "pool")})
        return httpx.Response(204)

    http = httpx.Client(transport=httpx.MockTransport(note))
    transport = Transport(vendor="x", base_url="https://x.test", http=http, headers={}, monotonic=lambda: 100.0)
    transport.send(Call(method="GET", route="/"))
    transport.within(deadline=103.0, before_write=None).send(Call(method="GET", route="/"))
    assert seen == [
        {"connect": 5.0, "read": 20.0, "write": 20.0, "pool": 5.0},
        {"connect": 3.0, "read": 3.0, "write": 3.0, "pool": 3.0},
    ]


def test_an_answer_without_end_is_cut() -> None:
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=b"x" * 5_000_000)))
    transport = Transport(vendor="x", base_url="https://x.test", http=http, headers={}, monotonic=lambda: 100.0)
    with pytest.raises(RemoteFailure, match="BodyTooLarge"):
        transport.send(Call(method="GET", route="/"))


def test_logs_hold_the_route_and_neither_address_nor_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = Account(faults=[None, lost_answer])
    failed_upsert(account)
    lines = [record.__dict__ for record in caplog.records if record.getMessage() == "vendor_call"]
    assert [line["route"] for line in lines] == [
        "/crm/objects/{version}/contacts/{email}",
        "/crm/objects/{version}/contacts",
    ]
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    assert "example.com" not in everything
    assert "pat-ap1" not in everything


def test_a_failure_carries_no_request_behind_it() -> None:
    failure = failed_upsert(Account(faults=[never_connected]))
    assert failure.__cause__ is None
    assert failure.__suppress_context__


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_an_id_that_would_leave_its_route_is_refused(part: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        client(Account()).add_to_list("12", part)
    assert caught.value.code == "unusable_id"
