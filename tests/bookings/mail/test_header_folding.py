"""Every header that holds a clinic's or a person's words comes back as it was meant, through a parser not our own."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking_app.bookings.mail.facts import ClinicCard
from booking_app.bookings.mail.letters import Letter
from booking_app.bookings.mail.messages import Envelope, message_of

TO = Envelope(
    sender="bookings@example.com", recipient="pat@example.com", mark="m", sent_at=datetime(2026, 11, 24, tzinfo=UTC)
)
LONGEST_LINE = 998
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=200)


def sent(name: str, subject: str = "Your appointment") -> bytes:
    clinic = ClinicCard(name=name, phone=None, email="desk@example.com", primary_color=None, alert_email=None)
    return message_of(Letter(subject=subject, text="Hello", html="<p>Hello</p>"), TO, clinic).as_bytes()


def readable(text: str) -> str:
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


@given(NAMES)
@example("Smith, Jones, Miller and Partners Physiotherapy, Podiatry and Psychology of the Northern Suburbs, Adelaide")
@example('Dr "Q" \\ Smith, ' * 6)
@example("Ärzte, " * 20)
@example("x" * 200)
@example("名" * 120)
@example("=?utf-8?q?not_encoded?=")
@example("a\r\nBcc: everybody@example.com")
@example("<evil@example.com>, ")
def test_a_clinics_name_arrives_as_it_is_and_adds_no_address(name: str) -> None:
    raw = sent(name)
    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert all(len(line) <= LONGEST_LINE for line in raw.split(b"\r\n"))
    assert b"\nBcc:" not in head
    message = message_from_bytes(raw)
    for header, address in (("From", "bookings@example.com"), ("Reply-To", "desk@example.com")):
        ((shown, found),) = getaddresses([message[header]])
        assert found == address
        assert str(make_header(decode_header(shown))) == readable(name)


@given(NAMES)
@example("Réservation confirmée, " * 8)
@example("word " * 60)
def test_a_subject_arrives_as_it_is(subject: str) -> None:
    message = message_from_bytes(sent("Clinic", subject))
    assert str(make_header(decode_header(message["Subject"]))).strip() == readable(subject)
    assert message["To"] == "pat@example.com"


@pytest.mark.parametrize("locale", ["en-AU", "en", "de-CH-1996"])
def test_the_other_headers_are_one_short_line(locale: str) -> None:
    head = sent("Clinic").partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
