"""A mail server that speaks TLS from the first byte and wants a login, as those of providers do."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.production.certificate import Certificate

USER, PASSWORD = "booking", "p@ss/word#1"
AS_WRITTEN = "p%40ss%2Fword%231"  # the same password, as it stands in an address


class PostOffice:
    """Keeps what it is handed, oldest first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for one person."""
        return [message for message in self.messages if address in str(message["To"])]


@contextmanager
def open_post_office(port: int, certificate: Certificate) -> Iterator[PostOffice]:
    """Serve on loopback until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    office = PostOffice()
    controller = Controller(
        office, hostname="127.0.0.1", port=port, ssl_context=context, authenticator=_known,
        auth_require_tls=False,  # it would ask for STARTTLS, not knowing that all of this is inside TLS
    )  # fmt: skip
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def _known(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=True)
