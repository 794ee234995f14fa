"""A booking as a meeting: one by its reference, linked to its contact, always as the booking is now."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.bookings import BookingRecord, State
from tests.crm.vendors.hubspot.double import Account, answering, client, lost_answer

STARTS_AT = datetime.fromisoformat("2026-11-24T09:00:00+10:30")
BOOKING = BookingRecord(
    reference="BK-7Q2M4X9A", starts_at=STARTS_AT, ends_at=STARTS_AT + timedelta(minutes=45), state="booked"
)
UNIQUE = {"name": "booking_reference", "type": "string", "hasUniqueValue": True}


def prepared(**state: Any) -> Account:
    """An account with the property that meetings are known by."""
    return Account(meeting_properties=[UNIQUE], **state)


def failure_of(account: Account) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        client(account).bookings.record("12", BOOKING)
    return caught.value


def test_a_booking_is_one_meeting_at_its_time_linked_to_its_contact() -> None:
    account = prepared()
    first, again = (client(account).bookings.record("12", BOOKING) for _ in range(2))
    (meeting,) = account.meetings.values()
    assert (meeting["id"], account.links) == (first, {(first, "12")})
    assert again == first
    assert (meeting["hs_meeting_start_time"], meeting["hs_meeting_end_time"], meeting["hs_timestamp"]) == (
        "2026-11-23T22:30:00Z", "2026-11-23T23:15:00Z", "2026-11-23T22:30:00Z",
    )  # fmt: skip
    assert meeting["booking_reference"] == "BK-7Q2M4X9A"


@pytest.mark.parametrize(
    ("state", "outcome"), [("booked", "SCHEDULED"), ("cancelled", "CANCELED"), ("missed", "NO_SHOW")]
)
def test_what_became_of_it_is_hubspots_own_outcome(state: State, outcome: str) -> None:
    account = prepared()
    client(account).bookings.record("12", BOOKING)
    assert client(account).bookings.update("12", replace(BOOKING, state=state)) is not None
    assert [meeting["hs_meeting_outcome"] for meeting in account.meetings.values()] == [outcome]


def test_a_change_of_a_booking_that_is_not_there_makes_none() -> None:
    account = prepared()
    assert client(account).bookings.update("12", replace(BOOKING, state="cancelled")) is None
    assert account.meetings == {}


@pytest.mark.parametrize("faults", [[lost_answer], [None, lost_answer]], ids=["the meeting's", "the link's"])
def test_a_lost_answer_is_made_good_by_doing_both_halves_again(faults: list[Any]) -> None:
    account = prepared(faults=faults)
    assert failure_of(account).failure is Failure.UNKNOWN_OUTCOME
    meeting_id = client(account).bookings.record("12", BOOKING)
    assert (len(account.meetings), account.links) == (1, {(meeting_id, "12")})


def test_a_batch_that_names_nothing_it_made_is_no_success() -> None:
    answer = httpx.Response(207, json={"status": "COMPLETE", "results": [], "numErrors": 1})
    failure = failure_of(prepared(faults=[answering(answer)]))
    assert (failure.failure, failure.code) == (Failure.UNKNOWN_OUTCOME, "hubspot_no_id")


@pytest.mark.parametrize(
    ("properties", "state"),
    [([], "missing"), ([{**UNIQUE, "hasUniqueValue": False}], "differs"), ([UNIQUE], "present")],
    ids=["none", "not unique", "ours"],
)
def test_the_property_has_to_be_unique_because_a_repeat_relies_on_it(
    properties: list[dict[str, Any]], state: str
) -> None:
    account = Account(meeting_properties=list(properties))
    states = {each.name: each.state for each in client(account).schema.plan()}
    assert states["meetings.booking_reference"] == state
    assert {method for method, _ in account.requests} == {"GET"}


def test_a_place_that_is_missing_is_named_and_the_booking_written_once_it_is_made() -> None:
    account = Account()
    failure = failure_of(account)
    assert (failure.failure, failure.code) == (Failure.CONFIG, "hubspot_no_record_field")
    client(account).schema.apply()
    client(account).bookings.record("12", BOOKING)
    assert len(account.meetings) == 1
