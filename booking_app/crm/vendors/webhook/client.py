"""One webhook of a clinic: booking by booking, each revision under an id of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from booking_app.core.outbound_http import OutboundHttp
from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.core.outbound_http.transport import Call, Transport
from booking_app.crm.vendors.records import KEY_FIELD, Account, Names
from booking_app.crm.vendors.webhook.errors import failure_of
from booking_app.crm.vendors.webhook.records import BookingEvent, Message, message_of
from booking_app.crm.vendors.webhook.signing import SigningTransport, read_secrets

USER_AGENT = "booking-app-webhook/1"
# The one personal field that a clinic may let through, by naming it in the `fields` of the connection.
DEFAULT_NAMES: Names = {KEY_FIELD: (KEY_FIELD,)}


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Tells a clinic's own system of bookings. It has no contacts, so it is no `Vendor`; what both have is alike.

    Every message may be sent again: the receiver knows repeats by their `webhook-id`.
    """

    transport: Transport
    now: Callable[[], datetime] = field(repr=False)
    with_email: bool = False

    @classmethod
    def connect(
        cls,
        *,
        url: str,
        secret: str,
        outbound: OutboundHttp,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        allowed: Collection[str] = (),
    ) -> "Webhook":
        """A connection to `url`; calls nobody. Raises CONFIG for an unusable URL or secret.

        `secret` holds one `whsec_…`, or two while one takes the other's place. `allowed` names the personal fields that
        may be sent; `email` is the only one there is.
        """
        address = checked_url(url, allow_private=outbound.allow_private)
        signing = SigningTransport(outbound, keys=read_secrets(secret), now=now)
        transport = Transport(
            vendor="webhook",
            base_url=address,
            http=httpx.Client(transport=signing, follow_redirects=False, trust_env=False),
            headers={"Accept": "*/*", "User-Agent": USER_AGENT},
            monotonic=monotonic,
            reads_body=False,
        )
        return cls(transport=transport, now=now, with_email=KEY_FIELD in allowed)

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "Webhook":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> Account:
        """Send a signed `connection.test` and return the host that took it. Raises RemoteFailure."""
        at = self.now()
        self.deliver(Message(f"test_{int(at.timestamp())}", "connection.test", at, {}))
        return Account(account_id=urlsplit(self.transport.base_url).hostname or "", time_zone=None, data_location=None)

    def announce(self, event: BookingEvent) -> str:
        """Tell of a booking as it is now, placed or cancelled; returns the id of the message. Raises RemoteFailure."""
        message = message_of(event, with_email=self.with_email)
        self.deliver(message)
        return message.id

    def deliver(self, message: Message) -> None:
        """Send a message once, signed. Only a 2xx is success. Raises RemoteFailure."""
        transport = replace(self.transport, headers={**self.transport.headers, "webhook-id": message.id})
        answer = transport.send(Call(method="POST", route="", body=message.to_json()))
        if not answer.is_success:
            raise failure_of(answer, now=self.now())


def checked_url(url: str, *, allow_private: bool) -> str:
    """A URL that messages may be sent to: https, without user name or fragment. Raises CONFIG without quoting it."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0) and httpx.URL(url).is_absolute_url
    except (ValueError, httpx.InvalidURL):
        raise VendorMisconfigured("webhook_url_unusable") from None
    if not usable or parts.username is not None or parts.password is not None or parts.fragment:
        raise VendorMisconfigured("webhook_url_unusable")
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise VendorMisconfigured("webhook_url_not_https")
    return url
