"""Cliniko's labels of time zones (those of Rails) and the IANA zones they mean."""

import re
from functools import cache
from zoneinfo import available_timezones

_OFFSET = re.compile(r"^\((?:GMT|UTC)[^)]*\)\s*")  # a label may be shown as "(GMT+09:30) Adelaide"
_LABELS = {
    "Adelaide": "Australia/Adelaide",
    "Brisbane": "Australia/Brisbane",
    "Canberra": "Australia/Canberra",
    "Darwin": "Australia/Darwin",
    "Hobart": "Australia/Hobart",
    "Melbourne": "Australia/Melbourne",
    "Perth": "Australia/Perth",
    "Sydney": "Australia/Sydney",
    "Auckland": "Pacific/Auckland",
    "Wellington": "Pacific/Auckland",
    "Chatham Is.": "Pacific/Chatham",
    "London": "Europe/London",
    "Edinburgh": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Lisbon": "Europe/Lisbon",
    "Amsterdam": "Europe/Amsterdam",
    "Berlin": "Europe/Berlin",
    "Brussels": "Europe/Brussels",
    "Copenhagen": "Europe/Copenhagen",
    "Madrid": "Europe/Madrid",
    "Oslo": "Europe/Oslo",
    "Paris": "Europe/Paris",
    "Rome": "Europe/Rome",
    "Stockholm": "Europe/Stockholm",
    "Vienna": "Europe/Vienna",
    "Zurich": "Europe/Zurich",
    "Newfoundland": "America/St_Johns",
    "Atlantic Time (Canada)": "America/Halifax",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Central Time (US & Canada)": "America/Chicago",
    "Saskatchewan": "America/Regina",
    "Mountain Time (US & Canada)": "America/Denver",
    "Arizona": "America/Phoenix",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Alaska": "America/Juneau",
    "Hawaii": "Pacific/Honolulu",
    "Puerto Rico": "America/Puerto_Rico",
    "Singapore": "Asia/Singapore",
    "Hong Kong": "Asia/Hong_Kong",
    "UTC": "Etc/UTC",
}


def zone_of(*names: str) -> str | None:
    """The IANA zone of the first name that is one, or that is a known label; None when none of them is."""
    for name in names:
        plain = _OFFSET.sub("", name.strip())
        found = _LABELS.get(plain, plain)
        if found in _known():
            return found
    return None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
