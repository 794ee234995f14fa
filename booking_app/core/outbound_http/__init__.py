"""Outbound HTTP to addresses that a clinic chose: only to the public internet, and only where the check looked."""

from booking_app.core.outbound_http.addresses import look_up
from booking_app.core.outbound_http.pages import FetchedPage, PageUnreachable, fetch_page
from booking_app.core.outbound_http.pinning import AddressNotPublic, LookUp, OutboundHttp, open_outbound

__all__ = [
    "AddressNotPublic",
    "FetchedPage",
    "LookUp",
    "OutboundHttp",
    "PageUnreachable",
    "fetch_page",
    "look_up",
    "open_outbound",
]
