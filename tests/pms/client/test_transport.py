"""What leaves for Cliniko, and what every kind of answer means for the caller."""

import base64
import logging
import traceback

import httpx
import pytest

from booking_app.pms.client import (
    ClinikoBadRequest,
    ClinikoDeadline,
    ClinikoDisconnected,
    ClinikoError,
    ClinikoForbidden,
    ClinikoNotFound,
    ClinikoNotJson,
    ClinikoNotSent,
    ClinikoOutcomeUnknown,
    ClinikoRateLimited,
    ClinikoRefused,
    ClinikoRejected,
    ClinikoServerError,
    ClinikoTimedOut,
    ClinikoUnauthorized,
    ClinikoUnreachable,
    ClinikoUnreadable,
    PatientFields,
)

from .conftest import KEY

USER = {"id": "71", "role": "administrator"}
PATIENT = {"id": "1234567890123456789", "first_name": "Jo", "last_name": "Bloggs"}
HTML = "<!DOCTYPE html><title>The page you were looking for doesn't exist</title>"


def a_patient(client):
    return client.patients.create(first_name="Jo", last_name="Bloggs")


def test_a_request_says_who_asks_and_carries_the_key_as_user_name(client, cliniko):
    """Basic authentication with an empty password, and a User-Agent with a real contact (guide on authentication)."""
    cliniko.will_answer(USER)
    assert client.user.get().id == "71"
    headers = cliniko.last.headers
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"{KEY}:"
    assert headers["User-Agent"] == "Booking front door (desk@example.com)"
    assert headers["Accept"] == headers["Content-Type"] == "application/json"
    assert str(cliniko.last.url) == "https://api.au2.cliniko.com/v1/user"


def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(client, cliniko):
    """Clinics share a pool of connections; what identifies one must not reach another's request."""
    cliniko.will(
        httpx.Response(200, json=USER, headers={"Set-Cookie": "session=1; Path=/"}), httpx.Response(200, json=USER)
    )
    client.user.get()
    client.user.get()
    assert "Cookie" not in cliniko.last.headers


def test_a_redirect_of_the_api_is_not_followed(client, cliniko):
    cliniko.will(httpx.Response(301, headers={"Location": "https://evil.example/v1/user"}))
    with pytest.raises(ClinikoRefused) as caught:
        client.user.get()
    assert caught.value.status == 301
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ClinikoBadRequest),
        (401, ClinikoUnauthorized),
        (403, ClinikoForbidden),
        (404, ClinikoNotFound),
        (418, ClinikoRefused),
    ],
)
@pytest.mark.parametrize(
    "body", [b'{"message":"Jo Bloggs is not searchable"}', HTML.encode(), b"", b"HTTP Basic: Access denied."]
)
def test_a_refusal_has_its_own_error_whatever_its_body(client, cliniko, status, error, body):
    cliniko.will(httpx.Response(status, content=body))
    with pytest.raises(error) as caught:
        client.user.get()
    assert type(caught.value) is error
    assert caught.value.status == status
    assert not caught.value.retryable
    assert str(caught.value) == f"GET /user: status {status}"


def test_a_rejection_names_the_fields_and_keeps_the_texts_apart(client, cliniko):
    """One text per field, under Cliniko's own names; the text may repeat what a patient typed."""
    errors = {"email": "jo@x is invalid", "patient_phone_numbers": ["is short", "is odd"], "content": None}
    cliniko.will_answer({"message": "Validation Failed", "errors": errors}, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        a_patient(client)
    assert str(caught.value) == "POST /patients: status 422: content, email, patient_phone_numbers"
    assert caught.value.fields == ("content", "email", "patient_phone_numbers")
    assert caught.value.errors["email"] == "jo@x is invalid"
    assert caught.value.errors["patient_phone_numbers"] == "is short, is odd"
    assert "jo@x" not in repr(caught.value)


@pytest.mark.parametrize(
    "body", [{"message": "must be an object"}, {"message": "x", "errors": None}, [], "nonsense", None]
)
def test_a_rejection_without_fields_is_still_a_rejection(client, cliniko, body):
    cliniko.will_answer(body, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        a_patient(client)
    assert caught.value.fields == ()
    assert str(caught.value).endswith("the request as a whole")


def test_a_field_name_that_could_be_a_payload_is_not_shown(client, cliniko):
    cliniko.will_answer({"errors": {"Jo Bloggs <jo@example.com>": "x"}}, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        a_patient(client)
    assert "Jo" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "1795000042"}, 42),
        ({"X-RateLimit-Reset": "1794999999"}, 1),
        ({"X-RateLimit-Reset": "1794000000"}, 60),
        ({"X-RateLimit-Reset": "1895000000"}, 60),
        ({"X-RateLimit-Reset": "soon"}, 60),
        ({"X-RateLimit-Reset": "nan"}, 60),
        ({"X-RateLimit-Reset": "inf"}, 60),
        ({"Retry-After": "7"}, 7),
        ({}, 60),
    ],
)
def test_a_rate_limit_says_how_long_to_wait_and_is_not_waited_for_here(client, cliniko, clocks, headers, seconds):
    """X-RateLimit-Reset is in epoch seconds; an absurd one stands for a whole minute."""
    cliniko.will(httpx.Response(429, headers=headers, text="slow down"))
    with pytest.raises(ClinikoRateLimited) as caught:
        client.user.get()
    assert caught.value.seconds == seconds
    assert caught.value.reset_at == clocks.epoch + seconds
    assert caught.value.retryable
    assert clocks.pauses == []


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_read_is_tried_twice_more_when_the_server_fails(client, cliniko, clocks, status):
    cliniko.will(*[httpx.Response(status, text=HTML)] * 3)
    with pytest.raises(ClinikoServerError) as caught:
        client.user.get()
    assert caught.value.retryable
    assert len(cliniko.requests) == 3
    assert sum(clocks.pauses) < 1


def test_a_read_that_succeeds_the_second_time_is_no_error(client, cliniko):
    cliniko.will(httpx.ConnectError("refused"), httpx.Response(502), httpx.Response(200, json=USER))
    assert client.user.get().id == "71"


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_write_that_meets_a_failing_server_is_sent_once_and_its_outcome_is_unknown(client, cliniko, status):
    """A gateway may give up on a request that Cliniko goes on to carry out."""
    cliniko.will(httpx.Response(status, text=HTML))
    with pytest.raises(ClinikoOutcomeUnknown) as caught:
        a_patient(client)
    assert caught.value.status == status
    assert not caught.value.retryable
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError])
def test_a_write_that_never_connected_did_nothing(client, cliniko, error):
    cliniko.will(error("Jo Bloggs"))
    with pytest.raises(ClinikoUnreachable) as caught:
        a_patient(client)
    assert isinstance(caught.value, ClinikoNotSent)
    assert caught.value.retryable
    assert "Jo Bloggs" not in "".join(traceback.format_exception(caught.value)).replace('last_name="Bloggs"', "")
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.ReadError,
        httpx.WriteError,
        httpx.CloseError,
        httpx.RemoteProtocolError,
    ],
)
def test_a_write_whose_answer_was_lost_has_an_unknown_outcome(client, cliniko, error):
    cliniko.will(error("gone"))
    with pytest.raises(ClinikoOutcomeUnknown):
        a_patient(client)
    assert len(cliniko.requests) == 1


def test_a_read_that_times_out_is_not_tried_again(client, cliniko):
    cliniko.will(httpx.ReadTimeout("slow"))
    with pytest.raises(ClinikoTimedOut) as caught:
        client.user.get()
    assert caught.value.retryable
    assert len(cliniko.requests) == 1


def test_a_read_whose_connection_drops_every_time_is_disconnected(client, cliniko):
    cliniko.will(*[httpx.RemoteProtocolError("server disconnected")] * 3)
    with pytest.raises(ClinikoDisconnected):
        client.user.get()


BAD_BODIES = [HTML.encode(), b"", b"\xff\xfe\x00garbage", b'{"id": ', b"[1,2]", b'"text"', b"null", b"[" * 20_000]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_read_answered_with_something_else_than_an_object_is_its_own_error(client, cliniko, body):
    cliniko.will(httpx.Response(200, content=body))
    with pytest.raises(ClinikoNotJson):
        client.user.get()
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize("body", [*BAD_BODIES, b"{}", b'{"id": null, "links": {}}'])
def test_a_write_answered_with_something_unreadable_has_an_unknown_outcome(client, cliniko, body):
    """The record may well exist, but without its id nobody can go on from here."""
    cliniko.will(httpx.Response(201, content=body))
    with pytest.raises(ClinikoOutcomeUnknown):
        a_patient(client)


def test_a_body_that_claims_to_be_compressed_and_is_not_is_unreadable(client, cliniko):
    class Broken(httpx.SyncByteStream):
        def __iter__(self):
            yield b"not gzip at all"

    broken = {"headers": {"Content-Encoding": "gzip"}, "stream": Broken()}
    cliniko.will(httpx.Response(200, **broken), httpx.Response(201, **broken))
    with pytest.raises(ClinikoUnreadable):
        client.user.get()
    with pytest.raises(ClinikoOutcomeUnknown):
        a_patient(client)


def test_an_answer_without_end_is_cut_off(client, cliniko, monkeypatch):
    monkeypatch.setattr("booking_app.pms.client.transport.MOST_BYTES", 10)
    cliniko.will_answer({"id": "71", "role": "administrator"})
    with pytest.raises(ClinikoUnreadable):
        client.user.get()


def test_an_answer_that_drips_in_past_the_time_allowed_is_a_timeout(make_client, cliniko, clocks):
    """httpx limits each read, not the whole; a dripping server would hold a web thread for ever."""

    class Dripping(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                clocks.pass_by(3)
                yield b" "

    cliniko.will(httpx.Response(200, stream=Dripping()))
    with pytest.raises(ClinikoTimedOut):
        make_client(timeout=10).user.get()


def test_every_phase_of_a_request_gets_what_is_left_of_the_whole(make_client, cliniko, clocks):
    def slow_to_connect(request):
        timeouts = request.extensions["timeout"]
        assert timeouts.get("connect") == 10
        clocks.pass_by(6)
        assert timeouts.get("read") == 4
        clocks.pass_by(60)
        assert 0 < timeouts.get("read") < 0.1
        return httpx.Response(200, json=USER)

    cliniko.will(slow_to_connect)
    with pytest.raises(ClinikoTimedOut):
        make_client(timeout=10).user.get()


def test_a_deadline_shortens_the_time_allowed(client, cliniko, clocks):
    def look(request):
        assert request.extensions["timeout"].get("read") == 2
        return httpx.Response(200, json=USER)

    cliniko.will(look, httpx.Response(200, json=USER))
    view = client.with_deadline(clocks.seconds + 2)
    view.user.get()
    assert view.with_deadline(clocks.seconds + 99)._transport.allowed.deadline == clocks.seconds + 2
    client.user.get()


def test_past_the_deadline_nothing_is_sent_nor_taken_from_the_budget(make_client, cliniko, clocks):
    taken = []
    client = make_client(budget=lambda: taken.append(1)).with_deadline(clocks.seconds)
    with pytest.raises(ClinikoDeadline) as caught:
        client.user.get()
    assert isinstance(caught.value, ClinikoNotSent)
    assert taken == cliniko.requests == []


def test_a_budget_that_blocks_past_the_deadline_keeps_a_write_from_being_announced(make_client, cliniko, clocks):
    announced = []
    client = make_client(budget=lambda: clocks.pass_by(9), before_write=lambda: announced.append(1))
    with pytest.raises(ClinikoDeadline):
        a_patient(client.with_deadline(clocks.seconds + 8))
    assert announced == cliniko.requests == []


def test_a_retry_that_would_start_after_the_deadline_is_not_made(client, cliniko, clocks):
    cliniko.will(httpx.Response(503))
    with pytest.raises(ClinikoServerError):
        client.with_deadline(clocks.seconds + 0.05).user.get()
    assert clocks.pauses == []


class LeaseLost(Exception):
    pass


def test_the_hooks_run_in_order_and_a_read_is_not_announced(make_client, cliniko):
    steps = []
    client = make_client(budget=lambda: steps.append("budget"), before_write=lambda: steps.append("write"))
    cliniko.will(
        lambda _: steps.append("sent") or httpx.Response(201, json=PATIENT),
        lambda _: steps.append("sent") or httpx.Response(200, json=USER),
    )
    a_patient(client)
    client.user.get()
    assert steps == ["budget", "write", "sent", "budget", "sent"]


def test_a_retry_is_taken_from_the_budget_too(make_client, cliniko):
    taken = []
    cliniko.will(httpx.Response(503), httpx.Response(200, json=USER))
    make_client(budget=lambda: taken.append(1)).user.get()
    assert len(taken) == 2


@pytest.mark.parametrize("hook", ["budget", "before_write"])
def test_what_a_hook_raises_passes_through_and_nothing_is_sent(make_client, cliniko, hook):
    def lost():
        raise LeaseLost

    with pytest.raises(LeaseLost):
        a_patient(make_client().with_hooks(**{hook: lost}))
    assert cliniko.requests == []


def test_other_hooks_leave_the_first_client_as_it_was(make_client, cliniko):
    taken, written = [], []
    first = make_client(budget=lambda: taken.append(1))
    second = first.with_hooks(before_write=lambda: written.append(1))
    third = second.with_hooks(on_call=lambda _call: None)
    cliniko.will_answer(PATIENT, PATIENT, PATIENT, status=201)
    a_patient(first)
    assert written == []
    a_patient(second)
    assert (len(taken), len(written)) == (2, 1)
    a_patient(third)
    assert (len(taken), len(written)) == (3, 2)
    assert first._transport.http is second._transport.http


def test_each_call_leaves_one_record_without_ids_or_payload(make_client, cliniko, clocks):
    calls = []
    client = make_client(on_call=calls.append)
    cliniko.will(
        lambda _: clocks.pass_by(0.25) or httpx.Response(200, json=PATIENT, headers={"X-Request-Id": "ab-12"}),
        httpx.Response(404, headers={"X-Request-Id": "Jo Bloggs"}),
        httpx.ReadTimeout("x"),
    )
    client.patients.get("1234567890123456789")
    for _ in range(2):
        with pytest.raises(ClinikoError):
            client.patients.get("1234567890123456789")
    found, missing, late = calls
    assert (found.method, found.route, found.status, found.milliseconds) == ("GET", "/patients/{id}", 200, 250)
    assert (found.request_id, found.error) == ("ab-12", None)
    assert (missing.status, missing.request_id, missing.error) == (404, None, "ClinikoNotFound")
    assert (late.status, late.error) == (None, "ClinikoTimedOut")
    assert "1234567890123456789" not in repr(calls)


def test_a_record_keeper_that_fails_does_not_turn_success_into_an_error(make_client, cliniko):
    def broken(_call):
        raise RuntimeError("disk full")

    cliniko.will_answer(PATIENT, status=201)
    assert a_patient(make_client(on_call=broken)).id == PATIENT["id"]


def test_no_address_reaches_the_log_of_the_http_library(client, cliniko, caplog):
    """httpx logs the full address at INFO, and ours hold e-mails and names."""
    cliniko.will_answer({"patients": [], "total_entries": 0, "links": {}})
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="httpx"):
        client.patients.list(where=[PatientFields.email.equals("jo@example.com")])
        assert "jo" not in caplog.text
        with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as other:
            other.get("https://elsewhere.example/")
        assert "elsewhere.example" in caplog.text


def test_the_key_appears_in_no_repr_error_or_log(client, cliniko, caplog):
    cliniko.will(httpx.Response(401, text="HTTP Basic: Access denied."))
    with caplog.at_level(logging.DEBUG), pytest.raises(ClinikoUnauthorized) as caught:
        client.user.get()
    shown = repr(client) + repr(client._transport) + repr(client._transport.key) + repr(caught.value) + caplog.text
    assert "secret" not in shown


def test_a_shared_pool_stays_open_when_a_client_closes(make_client, cliniko):
    with httpx.Client(transport=httpx.MockTransport(cliniko)) as pool:
        with make_client(http=pool, transport=None):
            pass
        cliniko.will_answer(USER)
        assert make_client(http=pool, transport=None).user.get().id == "71"
    own = make_client()
    own.with_deadline(1e9).close()
    cliniko.will_answer(USER)
    own.user.get()
    own.close()
    with pytest.raises(RuntimeError):
        own.user.get()
