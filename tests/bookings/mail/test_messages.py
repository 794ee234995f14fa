"""A letter as a message: headers, parts and the mark by which a repeat is known."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from html import escape

import pytest

from booking_app.bookings.mail.facts import MailLogo
from booking_app.bookings.mail.letters import LOGO_ID, Letter, confirmation_letter
from booking_app.bookings.mail.messages import CalendarAttachment, Envelope, message_id, message_of
from booking_app.core.failures import Failure, RemoteFailure
from tests.bookings.mail.samples import CLINIC, NOW, SENDER, facts

LETTER = Letter("Your appointment is confirmed", "Text\n", "<p>HTML</p>")


def envelope(mark: str = "BK-1:confirmation_mail", recipient: str = "nora@example.com") -> Envelope:
    return Envelope(sender=SENDER, recipient=recipient, mark=mark, sent_at=NOW)


def test_the_clinic_is_the_sender_and_gets_the_replies() -> None:
    message = message_of(LETTER, envelope(), CLINIC)
    assert message["From"] == "Seaside Physiotherapy & Hydro <bookings@booking.example>"
    assert message["Reply-To"].addresses[0].addr_spec == "hello@seaside.example"
    assert (message["To"], message["Auto-Submitted"]) == ("nora@example.com", "auto-generated")
    assert message["Date"] == "Sat, 21 Nov 2026 03:00:00 +0000"


def test_a_repeat_has_the_same_mark_and_another_notice_another() -> None:
    assert message_id(envelope()) == message_id(envelope())
    assert message_id(envelope()) != message_id(envelope("BK-1:clinic_mail"))
    assert message_id(envelope()).endswith("@booking.example>")


def test_text_comes_before_html_and_the_calendar_file_is_attached() -> None:
    message = message_of(LETTER, envelope(), CLINIC, CalendarAttachment(b"BEGIN:VCALENDAR\r\n", "PUBLISH"))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    file = list(message.walk())[-1]
    assert file.get_filename() == "appointment.ics"
    assert file.get_param("method") == "PUBLISH"


def test_foreign_letters_travel_as_ascii_and_come_back() -> None:
    letter = Letter("Subject", "Grüße\n", "<p>Grüße</p>")
    content = message_of(
        letter, envelope(), replace(CLINIC, name="Zoë’s Clinic"), CalendarAttachment("ü".encode(), "X")
    )
    assert content.as_bytes().isascii()
    arrived = message_from_bytes(content.as_bytes(), policy=policy.SMTP)
    assert arrived["From"].addresses[0].display_name == "Zoë’s Clinic"
    texts = [part.get_content().strip() for part in arrived.walk() if not part.is_multipart()]
    assert texts == ["Grüße", "<p>Grüße</p>", "ü"]


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b\r\nBcc: c@d", "ünï@example.com", "a b@example.com", "<x@y.z>"]
)
def test_an_address_that_cannot_be_used_is_refused_and_not_quoted(recipient: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        message_of(LETTER, envelope(recipient=recipient), CLINIC)
    assert (caught.value.failure, caught.value.code) == (Failure.DATA, "mail_address_unusable")


def test_the_logo_travels_in_the_mail_and_nothing_is_fetched() -> None:
    clinic = replace(CLINIC, logo=MailLogo(b"\x89PNG", 120, 40))
    message = message_of(confirmation_letter(facts(clinic=clinic)), envelope(), clinic)
    related = next(part for part in message.walk() if part.get_content_type() == "multipart/related")
    html, logo = related.iter_parts()
    assert logo["Content-ID"] == f"<{LOGO_ID}>" and logo.get_content() == b"\x89PNG"
    assert logo.get_content_disposition() == "inline"
    sources = re.findall('src="([^"]*)"', html.get_content())
    assert sources == [f"cid:{LOGO_ID}"]
    assert f'alt="{escape(CLINIC.name)}" width="120" height="40"' in html.get_content()


def test_a_clinic_without_a_logo_shows_its_name() -> None:
    message = message_of(confirmation_letter(facts()), envelope(), CLINIC)
    assert "multipart/related" not in {part.get_content_type() for part in message.walk()}
    assert "cid:" not in confirmation_letter(facts()).html
