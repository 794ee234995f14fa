"""An SMTP server that keeps what it is sent."""

from __future__ import annotations

import itertools
import socket
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One message as it was caught."""

    id: int
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    source: bytes

    def to_json(self) -> dict[str, Any]:
        """The message for the control API; attachments by name, type and size, text ones with their text."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": [list(header) for header in self.headers],
            "attachments": [
                {
                    "name": item.name,
                    "content_type": item.content_type,
                    "size": len(item.content),
                    "text": item.content.decode("utf-8", "replace") if item.content_type.startswith("text/") else None,
                }
                for item in self.attachments
            ],
        }


class Mailbox:
    """Every mail that was caught, oldest first."""

    def __init__(self) -> None:
        self._mails: list[Mail] = []
        self._ids = itertools.count(1)
        self._lock = Lock()

    def add(self, *, sender: str, recipients: list[str], source: bytes) -> None:
        """Keep one message."""
        message = message_from_bytes(source, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self._mails.append(_read(next(self._ids), sender, recipients, message, source))

    def all(self) -> list[Mail]:
        """What was caught."""
        return list(self._mails)

    def one(self, mail_id: int) -> Mail | None:
        """One message."""
        return next((mail for mail in self._mails if mail.id == mail_id), None)

    def clear(self) -> None:
        """Empty it."""
        with self._lock:
            self._mails.clear()


def _read(mail_id: int, sender: str, recipients: list[str], message: EmailMessage, source: bytes) -> Mail:
    attachments = tuple(
        Attachment(
            name=part.get_filename() or f"part.{part.get_content_subtype()}",
            content_type=part.get_content_type(),
            content=part.get_payload(decode=True) or b"",  # type: ignore[arg-type]
        )
        for part in message.walk()
        if not part.is_multipart() and (part.get_filename() or part.get_content_type() == "text/calendar")
    )
    return Mail(
        id=mail_id,
        sender=sender,
        recipients=tuple(recipients),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=attachments,
        headers=tuple((name, str(value)) for name, value in message.items()),
        source=source,
    )


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        source = envelope.original_content or b""
        self._mailbox.add(sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos), source=source)
        return "250 Kept"


class MailCatcher:
    """The server; port 0 takes a free one."""

    def __init__(self, mailbox: Mailbox, *, port: int) -> None:
        self.port = port or _free_port()
        self._controller = Controller(_Handler(mailbox), hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
