"""Links mailed again: to the address of the booking alone, while we know it and after we have forgotten it."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest

from booking_app.bookings.lost_links import LostLinks
from booking_app.bookings.placing import ManageTokens
from booking_app.intake.people import Guardian
from tests.bookings.conftest import Desk, details


@dataclass
class Mailbox:
    messages: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage, **_: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def lost_links(desk: Desk, mailbox: Mailbox) -> LostLinks:
    return LostLinks(
        database=desk.database,
        keyring=desk.keyring,
        clock=desk.clock,
        practices=desk.practice_of,
        manage_tokens=ManageTokens("a secret only for tests"),
        postbox=mailbox,
        sender="bookings@example.com",
        base_url="https://booking.example",
    )


def test_an_address_gets_the_links_of_its_own_bookings(desk: Desk, lost_links: LostLinks, mailbox: Mailbox) -> None:
    booking = desk.book()
    email = details().email
    assert lost_links.send(desk.clinic.id, email.upper()) == 1
    (message,) = mailbox.messages
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/manage/{ManageTokens('a secret only for tests').token(booking.reference)}" in text
    assert message["Subject"] == "Your link"


def test_who_booked_for_a_child_gets_the_link(desk: Desk, lost_links: LostLinks, mailbox: Mailbox) -> None:
    desk.book(guardian=Guardian("Robin", "O’Quill", "+61491570156", "Parent", "robin@example.com"))
    assert lost_links.send(desk.clinic.id, "robin@example.com") == 1
    assert mailbox.messages[0]["To"] == "robin@example.com"


def test_nobody_else_gets_anything(desk: Desk, lost_links: LostLinks, mailbox: Mailbox) -> None:
    desk.book()
    assert lost_links.send(desk.clinic.id, "somebody.else@example.com") == 0
    assert not mailbox.messages


def test_after_the_purge_cliniko_tells_whose_booking_it_is(desk: Desk, lost_links: LostLinks, mailbox: Mailbox) -> None:
    booking = desk.book()
    desk.work()
    desk.clock.advance(hours=25)
    desk.purging.run()
    assert desk.booking(booking.reference).purged_at is not None
    assert lost_links.send(desk.clinic.id, details().email) == 1
    assert lost_links.send(desk.clinic.id, "somebody.else@example.com") == 0


def test_what_is_over_is_not_told_any_more(desk: Desk, lost_links: LostLinks) -> None:
    desk.book()
    desk.clock.advance(days=60)
    assert lost_links.send(desk.clinic.id, details().email) == 0
