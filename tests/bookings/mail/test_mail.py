"""Handing mail to a server, over real sockets, and what each way of failing means."""

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking_app.bookings.mail.letters import Letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.mail import Mailer, Server, open_postbox
from tests.bookings.mail.samples import CLINIC, NOW, SENDER
from tests.bookings.mail.smtp_server import HANG_UP, ScriptedServer

TEXT = "First line\n.\n..dots at the start\n"


def message(recipient: str = "nora.quill@example.com") -> EmailMessage:
    envelope = Envelope(sender=SENDER, recipient=recipient, mark="BK-1:x", sent_at=NOW)
    return message_of(Letter("Your appointment is confirmed", TEXT, "<p>Grüße</p>"), envelope, CLINIC)


def post(url: str, before_write: Callable[[], None] = lambda: None) -> None:
    postbox = open_postbox(url, sender=SENDER, monotonic=time.monotonic)
    postbox.send(message(), deadline=time.monotonic() + 5, before_write=before_write)


def failed(url: str) -> tuple[Failure, str]:
    with pytest.raises(RemoteFailure) as caught:
        post(url)
    return caught.value.failure, caught.value.code


def test_a_message_arrives_as_it_was_written() -> None:
    with ScriptedServer() as server:
        post(f"smtp://127.0.0.1:{server.port}")
    arrived = message_from_bytes(server.contents[0], policy=policy.SMTP)
    text = arrived.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == TEXT
    assert server.commands[0] == "ehlo booking.example"
    assert [line.split(" ")[0].upper() for line in server.commands[1:]] == ["MAIL", "RCPT", "DATA", "QUIT"]


def test_a_server_that_hangs_up_at_the_goodbye_has_taken_the_message_all_the_same() -> None:
    with ScriptedServer(QUIT=HANG_UP) as server:
        post(f"smtp://127.0.0.1:{server.port}")
    assert len(server.contents) == 1


@pytest.mark.parametrize(
    ("replies", "failure", "code"),
    [
        ({"GREETING": "421 busy"}, Failure.TRANSIENT, "smtp_421:connect"),
        ({"GREETING": "554 not you"}, Failure.CONFIG, "smtp_554:connect"),
        ({"GREETING": HANG_UP}, Failure.TRANSIENT, "smtp_unreachable:SMTPServerDisconnected"),
        ({"EHLO": HANG_UP}, Failure.TRANSIENT, "smtp_unreachable:SMTPServerDisconnected"),
        ({"MAIL": "550 sender unknown"}, Failure.CONFIG, "smtp_550:mail"),
        ({"MAIL": "530 log in first"}, Failure.AUTH, "smtp_530:mail"),
        ({"RCPT": "550 nora.quill@example.com is not here"}, Failure.DATA, "smtp_550:rcpt"),
        ({"RCPT": "450 greylisted"}, Failure.TRANSIENT, "smtp_450:rcpt"),
        ({"RCPT": HANG_UP}, Failure.TRANSIENT, "smtp_dropped:rcpt:SMTPServerDisconnected"),
        ({"DATA": "451 later"}, Failure.TRANSIENT, "smtp_451:data"),
        ({"DATA": HANG_UP}, Failure.TRANSIENT, "smtp_dropped:data:SMTPServerDisconnected"),
        ({"CONTENT": "452 full"}, Failure.TRANSIENT, "smtp_452:content"),
        ({"CONTENT": "554 refused"}, Failure.DATA, "smtp_554:content"),
        ({"CONTENT": HANG_UP}, Failure.UNKNOWN_OUTCOME, "smtp_no_answer:SMTPServerDisconnected"),
    ],
)
def test_each_way_of_failing_has_one_meaning(replies: dict[str, str], failure: Failure, code: str) -> None:
    with ScriptedServer(**replies) as server:
        assert failed(f"smtp://127.0.0.1:{server.port}") == (failure, code)


def test_a_server_that_is_away_is_tried_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert failed(f"smtp://127.0.0.1:{port}") == (Failure.TRANSIENT, "smtp_unreachable:ConnectionRefusedError")


def test_a_lost_lease_stops_before_any_content_leaves() -> None:
    class LeaseGone(Exception):
        pass

    def gone() -> None:
        raise LeaseGone

    with ScriptedServer() as server:
        with pytest.raises(LeaseGone):
            post(f"smtp://127.0.0.1:{server.port}", before_write=gone)
        assert server.contents == []


def test_nothing_is_sent_after_the_deadline() -> None:
    with pytest.raises(RemoteFailure, match="smtp_out_of_time"):
        Mailer("smtp://127.0.0.1:9", sender=SENDER, monotonic=lambda: 50.0).send(
            message(), deadline=50.0, before_write=lambda: None
        )


def test_a_login_is_made_with_the_decoded_password() -> None:
    replies = {"EHLO": "250-here\r\n250 AUTH PLAIN"}
    with ScriptedServer(**replies) as server:
        post(f"smtp://desk%40clinic:p%3Aw@127.0.0.1:{server.port}")
    assert "AUTH PLAIN AGRlc2tAY2xpbmljAHA6dw==" in server.commands


def test_a_refused_login_is_told_without_the_password() -> None:
    with ScriptedServer(EHLO="250-here\r\n250 AUTH PLAIN", AUTH="535 no") as server:
        assert failed(f"smtp://u:pw@127.0.0.1:{server.port}") == (Failure.AUTH, "smtp_535:auth")
    assert "pw" not in repr(Server.of("smtp://u:pw@mail.example"))


def test_a_password_never_travels_in_clear_over_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "is_this_machine", False)
    with ScriptedServer(EHLO="250-here\r\n250 AUTH PLAIN") as server:
        assert failed(f"smtp://u:pw@127.0.0.1:{server.port}") == (Failure.CONFIG, "smtp_no_tls_for_login")
    assert not [line for line in server.commands if line.startswith("AUTH")]


def test_an_offered_encryption_is_taken_up_and_a_failing_one_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "is_this_machine", False)
    with ScriptedServer(EHLO="250-here\r\n250 STARTTLS") as server:
        assert failed(f"smtp://127.0.0.1:{server.port}") == (Failure.TRANSIENT, "smtp_454:connect")
    assert server.commands[-1].upper() == "STARTTLS"
    assert server.contents == []


@pytest.mark.parametrize("is_trusted", [True, False])
def test_smtps_wants_a_certificate_it_can_trust(
    is_trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for("localhost", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with ScriptedServer(context) as server:
        url = f"smtps://localhost:{server.port}"
        if is_trusted:
            post(url)
            assert len(server.contents) == 1
        else:
            assert failed(url) == (Failure.CONFIG, "smtp_tls")


def test_without_a_server_notices_wait_until_one_is_set_up() -> None:
    with pytest.raises(RemoteFailure) as caught:
        open_postbox(None, sender=SENDER, monotonic=time.monotonic).send(
            message(), deadline=0, before_write=lambda: None
        )
    assert (caught.value.failure, caught.value.code) == (Failure.CONFIG, "mail_not_set_up")


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example", 25),
        ("smtp://u:p@mail.example", 587),
        ("smtps://mail.example", 465),
        ("smtp://m:2525", 2525),
    ],
)
def test_the_usual_port_follows_the_kind_of_server(url: str, port: int) -> None:
    assert Server.of(url).port == port


def certificate_for(host: str, folder: Path) -> Path:
    """A self-signed certificate with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
