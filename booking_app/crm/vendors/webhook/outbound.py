"""Outbound HTTP for webhooks, whose refusal the task runner understands."""

from ssl import SSLContext

from booking_app.core.outbound_http import LookUp, OutboundHttp
from booking_app.core.outbound_http import look_up as system_look_up
from booking_app.core.outbound_http import open_outbound as open_any_outbound
from booking_app.core.outbound_http.errors import VendorMisconfigured


def open_outbound(
    *, allow_private: bool, verify: SSLContext | None = None, look_up: LookUp = system_look_up
) -> OutboundHttp:
    """Outbound HTTP to be shared by all webhooks of a process; raises CONFIG for an address that is not public."""
    return open_any_outbound(allow_private=allow_private, verify=verify, look_up=look_up, refusal=address_refused)


def address_refused() -> VendorMisconfigured:
    return VendorMisconfigured("webhook_address_not_public")
