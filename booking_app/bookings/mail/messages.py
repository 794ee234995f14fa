"""A letter as an e-mail message."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from booking_app.bookings.mail.facts import ClinicCard
from booking_app.bookings.mail.header_folding import FoldingPolicy
from booking_app.bookings.mail.letters import LOGO_ID, Letter
from booking_app.core.failures import Failure, RemoteFailure

# Not every server takes 8-bit content, so that everything travels as ASCII.
ASCII_ONLY = FoldingPolicy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class CalendarAttachment:
    content: bytes
    method: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """From whom to whom. `mark` is the same for every repeat of one notice, and so is the Message-ID made of it."""

    sender: str
    recipient: str
    mark: str
    sent_at: datetime


def message_of(
    letter: Letter, envelope: Envelope, clinic: ClinicCard, attachment: CalendarAttachment | None = None
) -> EmailMessage:
    """Raises RemoteFailure DATA for a recipient that is no plain address."""
    message = EmailMessage(policy=ASCII_ONLY)
    message["From"] = Address(_one_line(clinic.name), addr_spec=envelope.sender)
    message["To"] = _address(envelope.recipient)
    if clinic.email:
        message["Reply-To"] = Address(_one_line(clinic.name), addr_spec=clinic.email)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(envelope.sent_at)
    message["Message-ID"] = message_id(envelope)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = clinic.locale
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if clinic.logo:
        html = next(part for part in message.walk() if part.get_content_type() == "text/html")
        html.add_related(clinic.logo.png, "image", "png", cid=f"<{LOGO_ID}>", disposition="inline", filename="logo.png")
    if attachment:
        _attach(message, attachment)
    return message


def message_id(envelope: Envelope) -> str:
    """The same for the same notice: where a mail arrives twice, programs and people can see that it is one."""
    digest = hashlib.sha256(envelope.mark.encode()).hexdigest()[:32]
    return f"<{digest}@{envelope.sender.rpartition('@')[2]}>"


def _attach(message: EmailMessage, attachment: CalendarAttachment) -> None:
    message.add_attachment(
        attachment.content.decode(),
        subtype="calendar",
        filename="appointment.ics",
        params={"method": attachment.method},
    )


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text.strip())
        str(address).encode("ascii")
    except (ValueError, MessageError, IndexError):
        # From None: the cause quotes the address.
        raise RemoteFailure("mail_address_unusable", failure=Failure.DATA) from None
    return address


def _one_line(text: str) -> str:
    """On one line, and without what cannot be written at all."""
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
