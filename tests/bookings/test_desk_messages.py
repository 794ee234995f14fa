"""A message to the front desk: kept sealed, told without its words, and forgotten after the appointment."""

import pytest

from booking_app.bookings.desk_messages import MOST, CannotAsk, DeskMessages, read_messages
from booking_app.bookings.errors import BookingGone
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from tests.bookings.conftest import Desk

WORDS = "Could I come an hour later?"


@pytest.fixture
def booking(desk: Desk) -> Booking:
    set_alerts(desk, {"email": "desk@example.com"})
    return desk.book()


@pytest.fixture
def messages(desk: Desk) -> DeskMessages:
    return DeskMessages(database=desk.database, keyring=desk.keyring, clock=desk.clock, wake=desk.task_runner.wake)


def set_alerts(desk: Desk, alerts: dict[str, str]) -> None:
    with desk.database.begin() as session:
        session.get_one(Clinic, desk.clinic.id).alerts = alerts


def token_of(desk: Desk, booking: Booking) -> str:
    return desk.manage_tokens.token(booking.reference)


def kept(desk: Desk, booking: Booking) -> list[str]:
    return [one.text for one in read_messages(desk.keyring, desk.booking(booking.reference))]


def test_it_is_kept_sealed_and_the_clinic_is_told(desk: Desk, messages: DeskMessages, booking: Booking) -> None:
    messages.ask(token_of(desk, booking), WORDS)
    assert kept(desk, booking) == [WORDS]
    assert WORDS.encode() not in (desk.booking(booking.reference).sealed_messages or b"")
    desk.work()
    assert desk.states(booking.id)["message_mail:1"] == "done"


def test_the_same_again_changes_nothing_and_there_is_a_most(
    desk: Desk, messages: DeskMessages, booking: Booking
) -> None:
    token = token_of(desk, booking)
    for number in range(MOST):
        messages.ask(token, f"{WORDS} {number}")
        messages.ask(token, f"{WORDS} {number}")
    assert len(kept(desk, booking)) == MOST
    with pytest.raises(CannotAsk):
        messages.ask(token, "And one more.")


def test_without_anybody_to_tell_none_is_taken(desk: Desk, messages: DeskMessages, booking: Booking) -> None:
    set_alerts(desk, {})
    with pytest.raises(CannotAsk):
        messages.ask(token_of(desk, booking), WORDS)
    with pytest.raises(BookingGone):
        messages.ask("unknown", WORDS)
    assert kept(desk, booking) == []


def test_it_is_forgotten_once_the_appointment_is_over(desk: Desk, messages: DeskMessages, booking: Booking) -> None:
    messages.ask(token_of(desk, booking), WORDS)
    desk.clock.advance(hours=25)
    desk.purging.run()
    assert kept(desk, booking) == [WORDS], "the desk reads it until then"
    desk.clock.advance(days=3)
    desk.purging.run()
    assert kept(desk, booking) == []
