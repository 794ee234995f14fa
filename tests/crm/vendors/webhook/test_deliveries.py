"""Messages to the sandbox's receiver over HTTP: signed, thin, repeatable, and refused in every way there is."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.transport import Answer
from booking_app.crm.vendors.webhook.errors import asked_seconds
from booking_app.crm.vendors.webhook.records import message_of
from booking_sandbox.demo_keys import DEMO_WEBHOOK_SECRET
from booking_sandbox.server import SandboxServer
from booking_sandbox.webhooks.endpoint import Endpoint

from .conftest import Connect
from .samples import EVENT, event

NEW_SECRET = "whsec_" + base64.b64encode(b"another secret of thirty-two by.").decode()


def refused(do: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value


def test_a_booking_is_told_by_ids_and_status(connect: Connect, endpoint: Endpoint) -> None:
    message_id = connect().announce(EVENT)
    arrival = endpoint.arrivals[message_id]
    assert arrival.payload == {
        "type": "booking.confirmed",
        "timestamp": "2026-11-21T03:00:01Z",
        "data": {
            "clinic": "demo", "booking": "BK-7Q2M4XPA", "revision": 0, "status": "confirmed",
            "starts_at": "2026-11-23T22:30:00Z", "ends_at": "2026-11-23T23:15:00Z",
            "service_id": "1200000000000001031", "location_id": "1200000000000002062",
            "practitioner_id": "1200000000000003093", "appointment_id": "1200000000000004124",
            "patient_id": "1200000000000005155",
        },
    }  # fmt: skip
    assert message_of(EVENT, with_email=False).to_json() == arrival.payload


def test_the_address_goes_where_the_connection_allows_it_and_nowhere_else(connect: Connect, endpoint: Endpoint) -> None:
    message_id = connect(allowed=["email"]).announce(EVENT)
    assert endpoint.arrivals[message_id].payload["data"]["email"] == "nora.quill@example.com"
    assert not connect(allowed=["mobile", "first_name"]).with_email
    assert connect(allowed=["email"]).with_email
    assert "email" not in message_of(EVENT, with_email=False).data
    assert "email" not in message_of(event(email=None), with_email=True).data


def test_the_same_revision_told_again_is_the_same_message(connect: Connect, endpoint: Endpoint) -> None:
    assert connect().announce(EVENT) == connect().announce(EVENT)
    assert [arrival.times for arrival in endpoint.arrivals.values()] == [2]


def test_each_revision_status_booking_and_clinic_has_a_message_of_its_own(connect: Connect) -> None:
    changes = ({}, {"revision": 1}, {"status": "cancelled"}, {"booking": "BK-AAAAAAAA"}, {"clinic": "northside"})
    ids = [connect().announce(event(**change)) for change in changes]
    assert len(set(ids)) == len(changes)
    assert all("." not in each for each in ids)


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_is_made_good_by_the_same_message(
    connect: Connect, sandbox: SandboxServer, endpoint: Endpoint, kind: str
) -> None:
    sandbox.control.fault(kind, service="webhooks")
    assert refused(lambda: connect().announce(EVENT)).failure is Failure.UNKNOWN_OUTCOME
    connect().announce(EVENT)
    assert len(endpoint.arrivals) == 1


def test_a_cancellation_that_overtakes_its_booking_is_told_once_to_who_counts_by_id(
    connect: Connect, endpoint: Endpoint
) -> None:
    cancelled = event(revision=1, status="cancelled", changed_at=datetime(2026, 11, 21, 4, tzinfo=UTC))
    for _ in range(2):  # the task of the cancellation, then that of the booking, which sends what is true now
        connect().announce(cancelled)
    (arrival,) = endpoint.arrivals.values()
    assert (arrival.payload["type"], arrival.times) == ("booking.cancelled", 2)


def test_both_secrets_are_good_while_one_takes_the_other_s_place(connect: Connect, endpoint: Endpoint) -> None:
    rotating = connect(secret=f"{NEW_SECRET} {DEMO_WEBHOOK_SECRET}")
    rotating.announce(EVENT)
    endpoint.secrets = (NEW_SECRET,)
    rotating.announce(event(revision=1))
    assert len(endpoint.arrivals) == 2


def test_a_secret_that_the_receiver_does_not_know_pauses_the_connection(connect: Connect, endpoint: Endpoint) -> None:
    failure = refused(lambda: connect(secret=NEW_SECRET).announce(EVENT))
    assert (failure.failure, failure.code) == (Failure.AUTH, "webhook_401")
    assert endpoint.refused == ["no matching signature"]


def test_the_time_that_is_signed_is_that_of_the_attempt(connect: Connect, endpoint: Endpoint) -> None:
    late = connect(now=lambda: datetime.now(UTC) - timedelta(minutes=6))
    assert refused(lambda: late.announce(EVENT)).failure is Failure.AUTH
    assert endpoint.refused == ["timestamp outside the tolerance"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(
    connect: Connect, sandbox: SandboxServer, endpoint: Endpoint, status: int
) -> None:
    endpoint.status, endpoint.headers = status, {"Location": sandbox.webhook_url("northside")}
    failure = refused(lambda: connect().announce(EVENT))
    assert (failure.failure, failure.code) == (Failure.CONFIG, f"webhook_{status}:redirect")
    assert sandbox.control.calls(account="northside") == []


@pytest.mark.parametrize(
    ("status", "failure", "code"),
    [
        (410, Failure.AUTH, "webhook_410:gone"), (403, Failure.AUTH, "webhook_403"), (429, Failure.RATE, "webhook_429"),
        (400, Failure.TRANSIENT, "webhook_400"), (404, Failure.TRANSIENT, "webhook_404"),
        (500, Failure.TRANSIENT, "webhook_500"), (503, Failure.TRANSIENT, "webhook_503"),
    ],
)  # fmt: skip
def test_nothing_but_a_2xx_is_success(
    connect: Connect, endpoint: Endpoint, status: int, failure: Failure, code: str
) -> None:
    endpoint.status = status
    told = refused(lambda: connect().announce(EVENT))
    assert (told.failure, told.code) == (failure, code)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_success_whatever_its_body(connect: Connect, endpoint: Endpoint, status: int) -> None:
    endpoint.status = status
    assert connect().announce(EVENT) in endpoint.arrivals


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_wait_that_the_receiver_asks_for_is_honoured(connect: Connect, endpoint: Endpoint, status: int) -> None:
    endpoint.status, endpoint.headers = status, {"Retry-After": "90"}
    assert refused(lambda: connect().announce(EVENT)).retry_after == 90


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("Sat, 21 Nov 2026 03:02:00 GMT", 120.0), ("Sat, 21 Nov 2026 02:00:00 GMT", 0.0), ("7", 7.0),
        ("", None), ("soon", None), ("-5", None), ("1.5", None),
    ],
)  # fmt: skip
def test_a_wait_may_be_written_as_seconds_or_as_a_date(told: str, seconds: float | None) -> None:
    answer = Answer(503, {"retry-after": told}, b"")
    assert asked_seconds(answer, now=datetime(2026, 11, 21, 3, tzinfo=UTC)) == seconds


def test_a_test_message_says_whether_somebody_listens(connect: Connect, endpoint: Endpoint) -> None:
    assert connect().whoami().account_id == "127.0.0.1"
    (arrival,) = endpoint.arrivals.values()
    assert (arrival.payload["type"], arrival.payload["data"]) == ("connection.test", {})


def test_nothing_leaves_after_the_deadline_or_without_the_lease(connect: Connect, sandbox: SandboxServer) -> None:
    class LeaseGone(Exception):
        pass

    def no_lease() -> None:
        raise LeaseGone

    assert refused(lambda: connect().within(deadline=0.0).announce(EVENT)).code == "webhook_out_of_time"
    with pytest.raises(LeaseGone):
        connect().within(before_write=no_lease).announce(EVENT)
    assert sandbox.control.calls(service="webhooks") == []


def test_the_log_of_calls_holds_neither_address_nor_url_nor_secret(
    connect: Connect, sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    connect(allowed=["email"]).announce(EVENT)
    everything = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "vendor_call" in everything
    assert not any(text in everything for text in ("example.com", sandbox.webhook_url("demo"), DEMO_WEBHOOK_SECRET))
