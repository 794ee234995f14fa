"""What `doctor` says of the proxy: what the web servers noticed, and whether it waits for the whole of a request."""

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from booking_app.cli.checkup import Finding
from booking_app.cli.wiring import Services
from booking_app.core.proxy_signs import AS_DOCUMENTED, MEANINGS, STREAMING, ProxySigns

CONNECT_SECONDS = 5.0
PATIENCE_SECONDS = 1.5  # our own answer to a request that is not read takes some milliseconds
STILL_TRUE = timedelta(days=1)
WHAT = "proxy"


def check_proxy(services: Services) -> Iterator[Finding]:
    """In production alone. Signs older than a day are left out: a web server notes them anew while they hold."""
    if not services.settings.is_production:
        return
    now = services.clock.now()
    seen = {name for name, at in ProxySigns(services.database).seen().items() if now - at < STILL_TRUE}
    streams = answers_before_the_end(services.settings.base_url)
    if streams:
        seen.add(STREAMING)
    for name in MEANINGS:
        if name in seen:
            yield Finding(WHAT, False, MEANINGS[name])
    if not seen & MEANINGS.keys():
        is_used = AS_DOCUMENTED in seen
        said = "as documented" if is_used else "no visitor has been seen yet: open the booking page and look again"
        yield Finding(WHAT, True, said)
    if streams is None:
        yield Finding(
            WHAT, True, f"{services.settings.base_url} cannot be reached from here, so only that was looked at"
        )


def answers_before_the_end(base_url: str, *, connect_to: tuple[str, int] | None = None) -> bool | None:
    """Whether a request reaches the product before all of it was sent; None where nobody answers at all.

    Half of a request is sent to `/healthz`, which does not read it. What waits for the whole does not answer that.
    `connect_to` is another address than the name's own.
    """
    services = urlsplit(base_url)
    host = services.hostname or ""
    there = connect_to or (host, services.port or (443 if services.scheme == "https" else 80))
    try:
        with socket.create_connection(there, CONNECT_SECONDS) as plain:
            return _is_answered(_secured(plain, host) if services.scheme == "https" else plain, services.netloc)
    except OSError:
        return None


def _secured(plain: socket.socket, host: str) -> socket.socket:
    # Nothing secret is sent, and a certificate that is not trusted here is no reason not to look.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


def _is_answered(connection: socket.socket, host: str) -> bool | None:
    head = f"POST /healthz HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    with connection:
        connection.sendall(head.encode() + b"a")
        connection.settimeout(PATIENCE_SECONDS)
        try:
            if connection.recv(1):
                return True
        except TimeoutError:
            pass
        connection.settimeout(CONNECT_SECONDS)
        connection.sendall(b"a")
        return False if connection.recv(1) else None
