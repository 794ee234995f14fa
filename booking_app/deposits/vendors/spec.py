"""What the product has to know about a payment vendor: one record each, written in the vendor's own folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from booking_app.core.outbound_http.transport import Transport
from booking_app.deposits.vendors.contract import Cashier


class OpenTransport(Protocol):
    """Makes the transport of a connection, its requests counted and logged."""

    def __call__(self, base_url: str, *, headers: Mapping[str, str]) -> Transport: ...


class Connect(Protocol):
    """Opens an account by its secret and calls nobody. Raises RemoteFailure CONFIG for a secret that cannot be used."""

    def __call__(self, secret: str, *, base_url: str | None, transport: OpenTransport) -> Cashier: ...


@dataclass(frozen=True)
class PaymentSpec:
    """One payment vendor. `button` is how a patient's button ends after the amount.

    `authorises_itself`: a payment is promised on the vendor's page already. `call_seconds` is the longest answer the
    vendor asks to be waited for.
    """

    name: str
    title: str
    button: str
    connect: Connect
    authorises_itself: bool
    call_seconds: float
    is_live_secret: Callable[[str], bool]
    least: Decimal | None = None
