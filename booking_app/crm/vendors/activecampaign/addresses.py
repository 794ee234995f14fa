"""An account's own API address, which a clinic types in and to which its token is sent."""

import re
from urllib.parse import urlsplit

from booking_app.core.outbound_http.errors import VendorMisconfigured

API = "/api/3"
HOST = re.compile(r"(?P<account>[a-z0-9][a-z0-9-]*)\.(?:api-us1\.com|activehosted\.com)")


def account_url(typed: str) -> str:
    """The account's address without its path. Raises CONFIG unless it is ActiveCampaign's, over https.

    Anything else would hand the token, and people's addresses, to whoever is at that address.
    """
    try:
        parts = urlsplit(typed.strip())
        is_plain = parts.scheme == "https" and parts.port is None and parts.username is None
    except ValueError:
        raise VendorMisconfigured("activecampaign_url_unusable") from None
    found = HOST.fullmatch(parts.hostname or "")
    if not found or not is_plain or parts.query or parts.fragment or parts.path.rstrip("/") not in ("", API):
        raise VendorMisconfigured("activecampaign_url_unusable")
    return f"https://{found[0]}"


def account_name(url: str) -> str:
    """The account's name in its address."""
    return (urlsplit(url).hostname or "").partition(".")[0]


def api_url(base_url: str) -> str:
    """Where the API is, below an account's address or one that replaces it."""
    return base_url.rstrip("/").removesuffix(API) + API
