"""Which Cliniko, account and user a key speaks for, as keys that never meet those of another."""

import re
from urllib.parse import urlsplit

from booking_app.pms.client import ClinikoMisconfigured, shard_of

SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def realm_of(api_key: str, base_url: str | None) -> str:
    """The shard of a key, behind the host and port where another address than Cliniko's own is used."""
    if base_url is None:
        return shard_of(api_key)
    return f"{urlsplit(base_url).netloc.lower()}/{_shard_or_none(api_key)}"


def account_key(realm: str, account_id: str) -> str:
    """Names an account: slots and holds are unique within it."""
    return f"{realm}:{account_id}"


def budget_key(realm: str, user_id: str) -> str:
    """Names a user: all keys of one user share one request limit."""
    return f"{realm}:user:{user_id}"


def web_address(realm: str, subdomain: str) -> str:
    """Where the people of an account sign in; empty where the account or its shard is not known."""
    shard = realm.rpartition("/")[2]
    is_known = SUBDOMAIN.fullmatch(subdomain) and shard != "none"
    return f"https://{subdomain}.{shard}.cliniko.com" if is_known else ""


def _shard_or_none(api_key: str) -> str:
    try:
        return shard_of(api_key)
    except ClinikoMisconfigured:  # a stand-in for Cliniko may give keys of any shape
        return "none"
