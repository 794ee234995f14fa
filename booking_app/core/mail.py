"""Handing a message to the mail server, once, and saying honestly what came of it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import unquote, urlsplit

from booking_app.core.failures import Failure, RemoteFailure

CALL_SECONDS = 20.0
GOODBYE_SECONDS = 0.5
ENCRYPTED_PORT, SUBMISSION_PORT, PLAIN_PORT = 465, 587, 25
LOGIN_CODES = (530, 534, 535, 538)
STARTS_CONTENT = 354


class Postbox(Protocol):
    """Where messages are handed in."""

    def send(self, message: EmailMessage, *, deadline: float, before_write: Callable[[], None]) -> None:
        """Hand in once; `before_write` is called right before the content leaves. Raises RemoteFailure:

        TRANSIENT   nothing was taken: no connection, or "not now"
        AUTH        the server refuses our login
        CONFIG      the server refuses the sender, or cannot be spoken to safely
        DATA        the server refuses the recipient or the content
        UNKNOWN_OUTCOME   the content left and no answer came
        """
        ...


class NoPostbox:
    """In place of a mail server where none is set up: notices wait until one is."""

    def send(self, message: EmailMessage, *, deadline: float, before_write: Callable[[], None]) -> None:
        raise RemoteFailure("mail_not_set_up", failure=Failure.CONFIG)


@dataclass(frozen=True)
class Server:
    """A mail server, read from `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`."""

    host: str
    port: int
    is_encrypted: bool
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "Server":
        parts = urlsplit(url)
        is_encrypted = parts.scheme == "smtps"
        usual = ENCRYPTED_PORT if is_encrypted else SUBMISSION_PORT if parts.username else PLAIN_PORT
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.hostname or "", parts.port or usual, is_encrypted, user, password)

    @property
    def is_this_machine(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class Mailer:
    """A Postbox over SMTP. Opens a connection per message, so it may be used from several threads."""

    def __init__(self, url: str, *, sender: str, monotonic: Callable[[], float]) -> None:
        self._server = Server.of(url)
        self._sender = sender
        self._monotonic = monotonic

    def send(self, message: EmailMessage, *, deadline: float, before_write: Callable[[], None]) -> None:
        ends_at = min(deadline, self._monotonic() + CALL_SECONDS)
        recipient = message["To"].addresses[0].addr_spec
        content = message.as_bytes()
        connection = self._opened(ends_at)
        try:
            self._command(connection, ends_at, "mail", lambda: connection.mail(self._sender))
            self._command(connection, ends_at, "rcpt", lambda: connection.rcpt(recipient))
            before_write()
            self._command(connection, ends_at, "data", lambda: connection.docmd("DATA"))
            self._hand_in(connection, ends_at, content)
            _say_goodbye(connection)
        finally:
            connection.close()

    def _opened(self, ends_at: float) -> smtplib.SMTP:
        left = self._left(ends_at)
        try:
            connection = self._connected(left)
            try:
                self._introduced(connection, ends_at)
            except BaseException:
                connection.close()
                raise
            return connection
        except ssl.SSLError:
            raise RemoteFailure("smtp_tls", failure=Failure.CONFIG) from None
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal("auth", error.smtp_code) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal("connect", error.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise RemoteFailure(f"smtp_unreachable:{type(error).__name__}") from None

    def _connected(self, seconds: float) -> smtplib.SMTP:
        # Without a name of ours, smtplib asks the DNS who we are, which may take long.
        our_name = self._sender.rpartition("@")[2]
        server = self._server
        if server.is_encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, our_name, timeout=seconds, context=context)
        return smtplib.SMTP(server.host, server.port, our_name, timeout=seconds)

    def _introduced(self, connection: smtplib.SMTP, ends_at: float) -> None:
        self._limit(connection, ends_at)
        connection.ehlo_or_helo_if_needed()
        is_safe = self._server.is_encrypted or self._server.is_this_machine
        if not is_safe and connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            is_safe = True
        if self._server.user is None:
            return
        if not is_safe:
            raise RemoteFailure("smtp_no_tls_for_login", failure=Failure.CONFIG)
        self._limit(connection, ends_at)
        connection.login(self._server.user, self._server.password or "")

    def _command(
        self, connection: smtplib.SMTP, ends_at: float, step: str, do: Callable[[], tuple[int, bytes]]
    ) -> None:
        """One command before any content has left: whatever goes wrong, nothing has happened."""
        self._limit(connection, ends_at)
        try:
            status, _ = do()
        except (OSError, smtplib.SMTPException) as error:
            raise RemoteFailure(f"smtp_dropped:{step}:{type(error).__name__}") from None
        if status not in (250, 251, STARTS_CONTENT):
            raise _refusal(step, status)

    def _hand_in(self, connection: smtplib.SMTP, ends_at: float, content: bytes) -> None:
        self._limit(connection, ends_at)
        try:
            connection.send(_stuffed(content))
            status, _ = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            kind = type(error).__name__
            raise RemoteFailure(f"smtp_no_answer:{kind}", failure=Failure.UNKNOWN_OUTCOME) from None
        if not 200 <= status < 300:
            raise _refusal("content", status)

    def _limit(self, connection: smtplib.SMTP, ends_at: float) -> None:
        if connection.sock is not None:
            connection.sock.settimeout(self._left(ends_at))

    def _left(self, ends_at: float) -> float:
        left = ends_at - self._monotonic()
        if left <= 0:
            raise RemoteFailure("smtp_out_of_time")
        return left


def open_postbox(url: str | None, *, sender: str, monotonic: Callable[[], float]) -> Postbox:
    """The mail server of `BOOKING_SMTP_URL`; calls nobody."""
    return Mailer(url, sender=sender, monotonic=monotonic) if url else NoPostbox()


def _refusal(step: str, status: int) -> RemoteFailure:
    """What a reply means. Its text is not kept: servers quote the recipient in it."""
    code = f"smtp_{status}:{step}"
    if 400 <= status < 500:
        return RemoteFailure(code, failure=Failure.TRANSIENT)
    if step == "auth" or status in LOGIN_CODES:
        return RemoteFailure(code, failure=Failure.AUTH)
    if step in ("rcpt", "content"):
        return RemoteFailure(code, failure=Failure.DATA)
    return RemoteFailure(code, failure=Failure.CONFIG)


def _say_goodbye(connection: smtplib.SMTP) -> None:
    """Politeness only: the message has been taken, so nothing that happens here matters any more."""
    if connection.sock is not None:
        connection.sock.settimeout(GOODBYE_SECONDS)
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()


def _stuffed(content: bytes) -> bytes:
    """The content as it travels: lines that begin with a dot get a second one, and a dot alone ends it."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"
