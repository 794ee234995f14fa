"""Building and following addresses so that credentials only ever go to the host they belong to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit

from .errors import ClinikoForeignLink, ClinikoUnreadable

Query = Iterable[tuple[str, str]]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def path_of(route: str, ids: dict[str, str]) -> str:
    """A route template such as ``/patients/{id}`` with its ids filled in; raises ValueError for what cannot be an id.

    An empty id would turn "this patient" into "all patients", and one with a slash could reach another route.
    """
    for name, value in ids.items():
        if not _ID.fullmatch(value):
            raise ValueError(f"{name} is not a Cliniko id")
    return route.format_map(ids)


def with_query(url: str, query: Query) -> str:
    """A URL with its query percent-encoded throughout, so that ``+`` in an e-mail address stays a plus."""
    encoded = urlencode(list(query), quote_via=quote)
    return f"{url}?{encoded}" if encoded else url


def followed(link: str, *, page_url: str, base_url: str) -> str:
    """The absolute address of a link found on a page; raises ClinikoForeignLink unless it stays under the base URL.

    Links may be absolute or relative; both are met in the documents.
    """
    try:
        target = urljoin(page_url, link)
        is_ours = _is_under(target, base_url)
    except ValueError:  # e.g. an unbalanced bracket or a port that is no number
        is_ours = False
    if not is_ours:
        raise ClinikoForeignLink("a link in an answer leads out of the API")
    return target


def _is_under(target: str, base_url: str) -> bool:
    there, base = urlsplit(target), urlsplit(base_url)
    same_place = _origin(target) == _origin(base_url) and not (there.username or there.password)
    segments = unquote(there.path).split("/")
    return same_place and there.path.startswith(base.path.rstrip("/") + "/") and ".." not in segments


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme.lower())


def checked_storage_url(url: str, *, base_url: str) -> str:
    """The address of the file store as Cliniko gave it; raises ClinikoUnreadable unless it is safe to use.

    It must be https. Only when the API itself is reached over plain http, as in tests, is http accepted too, and then
    for the same host or this machine.
    """
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
        is_plain = bool(parts.hostname) and not (parts.username or parts.password) and parts.port != 0
    except ValueError:
        raise ClinikoUnreadable("the address of the file store cannot be read") from None
    is_near = base.scheme == "http" and (parts.hostname == base.hostname or is_loopback(parts.hostname))
    if not is_plain or not (parts.scheme == "https" or (parts.scheme == "http" and is_near)):
        raise ClinikoUnreadable("the address of the file store is not a safe one")
    return url


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address means this machine."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_url(url: str) -> bool:
    """Whether an address leads to this machine."""
    return is_loopback(urlsplit(url).hostname)
