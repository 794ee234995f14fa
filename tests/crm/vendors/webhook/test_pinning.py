"""Connections go where the check looked, under the name that was asked for."""

import datetime as dt
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http import OutboundHttp
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.outbound import address_refused, open_outbound
from booking_sandbox.demo_keys import DEMO_WEBHOOK_SECRET

from .samples import EVENT

NAME = "hooks.clinic.example"
PUBLIC, OTHER_PUBLIC = "8.8.8.8", "9.9.9.9"


@dataclass
class Network(httpx.BaseTransport):
    """What stands behind outbound HTTP: notes every request, refuses connections to some addresses."""

    unreachable: tuple[str, ...] = ()
    requests: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.unreachable:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(204)


def webhook(outbound: OutboundHttp, url: str = f"https://{NAME}/in") -> Webhook:
    return Webhook.connect(
        url=url, secret=DEMO_WEBHOOK_SECRET, outbound=outbound, now=lambda: datetime.now(UTC), monotonic=time.monotonic
    )


def outbound_to(network: Network, *answers: list[str], allow_private: bool = False) -> OutboundHttp:
    """Outbound HTTP whose look-ups give these answers, one after the other."""
    left = list(answers)
    return OutboundHttp(
        network, allow_private=allow_private, look_up=lambda _host, _port: left.pop(0), refusal=address_refused
    )


def refused(outbound: OutboundHttp, url: str = f"https://{NAME}/in") -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        webhook(outbound, url).announce(EVENT)
    return caught.value


def test_the_connection_goes_to_the_checked_address_under_the_name() -> None:
    network = Network()
    webhook(outbound_to(network, [PUBLIC])).announce(EVENT)
    (request,) = network.requests
    assert str(request.url) == f"https://{PUBLIC}/in"
    assert request.headers["Host"] == NAME
    assert request.extensions["sni_hostname"] == NAME


@pytest.mark.parametrize("address", ["10.0.0.8", "127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"])
@pytest.mark.parametrize("beside", [[], [PUBLIC]], ids=["alone", "beside a public one"])
def test_an_address_that_is_not_public_gets_no_connection(address: str, beside: list[str]) -> None:
    network = Network()
    failure = refused(outbound_to(network, [*beside, address]))
    assert (failure.failure, failure.code) == (Failure.CONFIG, "webhook_address_not_public")
    assert network.requests == []


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nobody_astray() -> None:
    network = Network()
    outbound = outbound_to(network, [PUBLIC], ["127.0.0.1"])
    webhook(outbound).announce(EVENT)
    assert [request.url.host for request in network.requests] == [PUBLIC]
    assert refused(outbound).code == "webhook_address_not_public"


def test_a_further_address_is_tried_where_no_connection_was_made() -> None:
    network = Network(unreachable=(PUBLIC,))
    webhook(outbound_to(network, [PUBLIC, OTHER_PUBLIC])).announce(EVENT)
    assert [request.url.host for request in network.requests] == [PUBLIC, OTHER_PUBLIC]


@pytest.mark.parametrize("answer", [[], [PUBLIC]], ids=["no address", "no connection"])
def test_a_receiver_that_cannot_be_reached_is_tried_later(answer: list[str]) -> None:
    failure = refused(outbound_to(Network(unreachable=(PUBLIC,)), answer))
    assert (failure.failure, failure.code) == (Failure.TRANSIENT, "webhook_unreachable:ConnectError")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"http://{NAME}/", "webhook_url_not_https"), ("ftp://x.example/", "webhook_url_not_https"),
        ("/in", "webhook_url_unusable"), ("https://", "webhook_url_unusable"),
        (f"https://user:secret@{NAME}/", "webhook_url_unusable"), (f"https://{NAME}/#a", "webhook_url_unusable"),
        (f"https://{NAME}:99999/", "webhook_url_unusable"), ("https://[::1/", "webhook_url_unusable"),
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_at_once(url: str, code: str) -> None:
    failure = refused(outbound_to(Network()), url)
    assert (failure.failure, str(failure)) == (Failure.CONFIG, code)


def test_development_may_reach_its_own_machine_without_https() -> None:
    network = Network()
    webhook(outbound_to(network, ["127.0.0.1"], allow_private=True), "http://localhost:8700/in").announce(EVENT)
    assert str(network.requests[0].url) == "http://127.0.0.1:8700/in"
    assert network.requests[0].headers["Host"] == "localhost:8700"


@dataclass(frozen=True)
class Receiver:
    """A TLS server on this machine whose certificate is for `NAME`; `names` are those of the handshakes."""

    port: int
    trust: ssl.SSLContext
    names: list[str | None]


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    certificate = _certificate(tmp_path_factory.mktemp("tls"))
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    server = HTTPServer(("127.0.0.1", 0), _Taking)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Receiver(server.server_address[1], ssl.create_default_context(cafile=str(certificate)), names)
    server.shutdown()
    server.server_close()
    thread.join(timeout=2)


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204 if self.headers["Host"].startswith(NAME) else 400)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = folder / "receiver.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def real_outbound(receiver: Receiver) -> OutboundHttp:
    return open_outbound(allow_private=True, verify=receiver.trust, look_up=lambda _host, _port: ["127.0.0.1"])


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address(receiver: Receiver) -> None:
    outbound = real_outbound(receiver)
    webhook(outbound, f"https://{NAME}:{receiver.port}/in").announce(EVENT)
    assert receiver.names[-1] == NAME
    failure = refused(outbound, f"https://another.example:{receiver.port}/in")
    assert (failure.failure, failure.code) == (Failure.TRANSIENT, "webhook_unreachable:ConnectError")
    outbound.close()
