"""Connections that go to the address that was checked, and to no other one the name may lead to a moment later."""

from collections.abc import Callable, Sequence
from functools import cache
from ssl import SSLContext

import httpx

from booking_app.core.outbound_http.addresses import is_public, look_up

LookUp = Callable[[str, int], Sequence[str]]
MOST_CONNECTIONS = 20


class AddressNotPublic(Exception):
    """The name leads to an address that is not of the public internet. Says neither."""


class OutboundHttp(httpx.BaseTransport):
    """Outbound HTTP to where a clinic says, to be shared by all connections of a process.

    A name is looked up once a request; one address that is not public is enough to refuse it. The connection is made to
    the checked address, while the Host header, the name in the TLS handshake and the certificate stay those of the
    name. `allow_private` is for development; `refusal` makes the exception that the caller's package knows.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        allow_private: bool,
        look_up: LookUp = look_up,
        refusal: Callable[[], Exception] = AddressNotPublic,
    ) -> None:
        self.allow_private = allow_private
        self._inner = inner
        self._look_up = look_up
        self._refusal = refusal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises the refusal for an address that is not public, httpx's errors for all that the network does."""
        addresses = self._checked_addresses(request)
        for address in addresses[:-1]:
            try:
                return self._inner.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was sent, and the host has another address
        return self._inner.handle_request(_pinned(request, addresses[-1]))

    def close(self) -> None:
        self._inner.close()

    def _checked_addresses(self, request: httpx.Request) -> list[str]:
        url = request.url
        try:
            addresses = list(self._look_up(url.raw_host.decode(), url.port or (443 if url.scheme == "https" else 80)))
        except (OSError, TimeoutError):
            addresses = []
        if not addresses:
            raise httpx.ConnectError("the name leads nowhere", request=request)
        if not self.allow_private and not all(map(is_public, addresses)):
            raise self._refusal()
        return addresses


def open_outbound(
    *,
    allow_private: bool,
    verify: SSLContext | None = None,
    look_up: LookUp = look_up,
    refusal: Callable[[], Exception] = AddressNotPublic,
) -> OutboundHttp:
    """Outbound HTTP over the network, past any proxy of the environment: a proxy would look up the name by itself."""
    # Connections are pooled by address. One that was made for a name must not serve another name at the same address.
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0)
    inner = httpx.HTTPTransport(verify=verify or _authorities(), limits=limits)
    return OutboundHttp(inner, allow_private=allow_private, look_up=look_up, refusal=refusal)


@cache
def _authorities() -> SSLContext:
    """The certificate authorities of this machine; reading them takes milliseconds and megabytes."""
    return httpx.create_ssl_context()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address.partition("%")[0]),
        headers=request.headers,  # with the Host of the name
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode()},
    )
