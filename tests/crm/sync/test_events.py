"""A booking on its way to a clinic's own system: once, twice, lost, moved, cancelled and refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking_sandbox.webhooks.endpoint import Arrival, Endpoint
from tests.crm.sync.conftest import Desk
from tests.crm.sync.office import Office, open_office
from tests.crm.vendors.webhook.samples import EVENT


@pytest.fixture
def hooked(desk: Desk) -> Office:
    return open_office(desk, "webhook")


@pytest.fixture
def endpoint(desk: Desk) -> Endpoint:
    return desk.sandbox.control.world.webhooks["demo"]


def arrivals(endpoint: Endpoint) -> list[Arrival]:
    return [each for each in endpoint.arrivals.values() if each.payload["type"] != "connection.test"]


def becomes(office: Office, **changes: Any) -> None:
    office.event = replace(office.event, **changes)


def test_a_repeat_is_the_same_message(hooked: Office, endpoint: Endpoint) -> None:
    hooked.told()
    hooked.repeat()
    (arrival,) = arrivals(endpoint)
    assert (arrival.payload["data"]["status"], arrival.times) == ("confirmed", 2)
    assert hooked.tasks()["event"].remote_id == arrival.id


def test_an_answer_lost_after_it_arrived_is_made_good_by_the_same_message(hooked: Office, endpoint: Endpoint) -> None:
    hooked.desk.sandbox.control.fault("drop_after", service="webhooks")
    hooked.told()
    assert hooked.tasks()["event"].failure == "unknown_outcome"
    hooked.work(seconds=3)
    (arrival,) = arrivals(endpoint)
    assert (hooked.states()["event"], arrival.times) == ("done", 2)


def test_a_cancellation_that_overtakes_its_booking_is_all_that_is_told(hooked: Office, endpoint: Endpoint) -> None:
    hooked.sync()
    becomes(hooked, status="cancelled", revision=1)
    hooked.told("cancelled")
    (arrival,) = arrivals(endpoint)
    assert (arrival.payload["type"], arrival.times) == ("booking.cancelled", 2)


def test_another_time_is_a_message_of_its_own_with_the_new_time(hooked: Office, endpoint: Endpoint) -> None:
    hooked.told()
    becomes(hooked, revision=1, starts_at=EVENT.starts_at + timedelta(days=1))
    hooked.told("moved.1")
    assert [(each.payload["data"]["revision"], each.payload["data"]["starts_at"]) for each in arrivals(endpoint)] == [
        (0, "2026-11-23T22:30:00Z"), (1, "2026-11-24T22:30:00Z"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", [401, 410])
def test_a_receiver_that_refuses_pauses_the_connection_and_goes_on_once_fixed(
    hooked: Office, endpoint: Endpoint, status: int
) -> None:
    endpoint.status = status
    hooked.told()
    assert (hooked.tasks()["event"].failure, hooked.connection_state()) == ("auth", "paused")
    endpoint.status = 204
    hooked.fixed()
    hooked.work()
    assert hooked.states()["event"] == "done"


def test_a_receiver_that_has_moved_parks_the_message_until_the_address_is_corrected(
    hooked: Office, endpoint: Endpoint
) -> None:
    endpoint.status = 308
    hooked.told()
    assert hooked.states()["event"] == "parked"
    assert "The address of the webhook cannot be used" in hooked.said("event")
    endpoint.status = 204
    hooked.fixed()
    hooked.work()
    assert hooked.states()["event"] == "done"
