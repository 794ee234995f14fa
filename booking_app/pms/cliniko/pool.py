"""Connections to Cliniko that the practices of many clinics share."""

from booking_app.pms.client import HttpClient, new_http
from booking_app.pms.client.addresses import is_loopback_url


def open_pool(base_url: str | None) -> HttpClient:
    """A pool for `ClinikoPractice.connect(http=...)`; carries no key and no cookie. The caller closes it."""
    return new_http(None, is_local=base_url is not None and is_loopback_url(base_url))
