"""Cliniko's two names for a time zone: a Rails label and an IANA identifier."""

from __future__ import annotations

LABELS = {
    "Australia/Adelaide": "Adelaide",
    "Australia/Brisbane": "Brisbane",
    "Australia/Darwin": "Darwin",
    "Australia/Hobart": "Hobart",
    "Australia/Melbourne": "Melbourne",
    "Australia/Perth": "Perth",
    "Australia/Sydney": "Sydney",
    "Europe/London": "London",
    "Pacific/Auckland": "Auckland",
    "America/Toronto": "Eastern Time (US & Canada)",
}
IDENTIFIERS = {label: identifier for identifier, label in LABELS.items()}


def label_of(identifier: str) -> str:
    """The Rails label of a zone; zones without one keep their identifier."""
    return LABELS.get(identifier, identifier)
