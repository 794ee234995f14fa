"""The API key: which shard it belongs to, and how it is sent without ever being shown.

The shard is the text after the last ``-`` of the key, since key bodies may hold hyphens; a key without one belongs to
au1 (Cliniko's guide on authentication). The shard becomes part of a host name, so it is checked first: a crafted key
must not be able to choose the host that receives it.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit

from .errors import ClinikoMisconfigured

DEFAULT_SHARD = "au1"
_SHARD = re.compile(r"[a-z]{2}[0-9]{1,2}")
_USABLE = re.compile(r"[!-9;-~]+")  # visible ASCII; a colon would end the user name of Basic authentication


class ApiKey:
    """A Cliniko API key whose text appears in the Authorization header and nowhere else.

    Raises ClinikoMisconfigured for a text that cannot be a key. Blanks around it, as pasting leaves them, are dropped.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()
        if not _USABLE.fullmatch(self._text):
            raise ClinikoMisconfigured("the Cliniko API key is empty or holds characters no key has")

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def authorization(self) -> str:
        """The value of the Authorization header: the key as user name with an empty password."""
        return "Basic " + base64.b64encode(f"{self._text}:".encode()).decode("ascii")


def shard_of(api_key: str) -> str:
    """The shard an API key belongs to, e.g. ``au1``; raises ClinikoMisconfigured when the ending is no shard."""
    _, hyphen, ending = api_key.strip().rpartition("-")
    if not hyphen:
        return DEFAULT_SHARD
    shard = ending.lower()
    if not _SHARD.fullmatch(shard):
        raise ClinikoMisconfigured("the Cliniko API key does not end in a known kind of shard, such as -au1")
    return shard


def base_url_of(api_key: str) -> str:
    """The address of the API for a key, always over https; raises ClinikoMisconfigured like shard_of."""
    return f"https://api.{shard_of(api_key)}.cliniko.com/v1"


def checked_base_url(base_url: str) -> str:
    """An explicit base URL without its trailing slash; raises ClinikoMisconfigured unless it is plain http or https."""
    if not _is_plain_address(base_url.strip()):
        raise ClinikoMisconfigured("the Cliniko base URL must be an http or https address without query or password")
    return base_url.strip().rstrip("/")


def _is_plain_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_extras = bool(parts.query or parts.fragment or parts.username or parts.password or parts.port == 0)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not has_extras
