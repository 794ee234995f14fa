"""Faults of the network and the server, over real connections."""

import time

import pytest

from booking_app.pms.client import (
    ClinikoDeadline,
    ClinikoDisconnected,
    ClinikoNotJson,
    ClinikoOutcomeUnknown,
    ClinikoRateLimited,
    ClinikoServerError,
    ClinikoStorageFailed,
    ClinikoTimedOut,
    PatientFields,
)


@pytest.fixture
def client(unchecked):
    """The document knows no faults."""
    return unchecked


MINE = [PatientFields.last_name.equals("Faulty")]


def create(client):
    return client.patients.create(first_name="Fay", last_name="Faulty")


def test_a_write_dropped_after_it_was_carried_out_is_unknown_and_can_be_looked_up(client, sandbox):
    sandbox.control.fault("drop_after", method="POST", path="/patients$")
    with pytest.raises(ClinikoOutcomeUnknown):
        create(client)
    assert len(client.patients.list(where=MINE)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 502},
        {"kind": "status", "status": 504, "after_commit": True},
        {"kind": "drop_before"},
        {"kind": "malformed", "body": "html"},
        {"kind": "malformed", "body": "garbage"},
        {"kind": "malformed", "body": "truncated"},
        {"kind": "malformed", "body": "empty"},
    ],
)
def test_a_write_without_a_usable_answer_is_sent_once_and_unknown(client, sandbox, fault):
    sandbox.control.fault(method="POST", path="/patients$", times=9, **fault)
    with pytest.raises(ClinikoOutcomeUnknown):
        create(client)
    sandbox.control.clear_faults()
    assert len(client.patients.list(where=MINE)) <= 1


def test_a_read_survives_two_bad_answers_and_not_three(client, sandbox):
    sandbox.control.fault("status", status=503, path="/user$", times=2)
    assert client.user.get().id
    sandbox.control.fault("status", status=503, path="/user$", times=3)
    with pytest.raises(ClinikoServerError):
        client.user.get()
    sandbox.control.fault("drop_before", path="/user$", times=1)
    assert client.user.get().id
    sandbox.control.fault("drop_before", path="/user$", times=3)
    with pytest.raises(ClinikoDisconnected):
        client.user.get()


@pytest.mark.parametrize("body", ["html", "garbage", "empty"])
def test_a_read_answered_with_noise_is_not_json(client, sandbox, body):
    sandbox.control.fault("malformed", body=body, path="/user$")
    with pytest.raises(ClinikoNotJson):
        client.user.get()


def test_the_rate_limit_says_when_it_ends(client, sandbox):
    sandbox.control.fault("rate_limit", seconds=7, path="/user$")
    with pytest.raises(ClinikoRateLimited) as caught:
        client.user.get()
    assert 5 <= caught.value.seconds <= 8


def test_a_deadline_ends_a_slow_call(client, sandbox):
    sandbox.control.fault("delay", seconds=0.2, times=None)
    with pytest.raises(ClinikoTimedOut):
        client.with_deadline(time.monotonic() + 0.08).user.get()
    with pytest.raises(ClinikoOutcomeUnknown):
        create(client.with_deadline(time.monotonic() + 0.08))
    with pytest.raises(ClinikoDeadline):
        client.with_deadline(time.monotonic()).user.get()


def test_a_file_store_that_fails_leaves_nothing_registered(client, sandbox, patient):
    files = client.patient_attachments
    post = files.presign(patient_id=patient.id)
    sandbox.control.fault("status", status=503, path="/s3/")
    with pytest.raises(ClinikoStorageFailed):
        files.upload(post, filename="w.pdf", content_type="application/pdf", content=b"%PDF")
    assert files.list() == () or all(one.patient_id != patient.id for one in files.list())
